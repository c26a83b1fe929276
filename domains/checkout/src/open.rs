//! Step one of placing orders: everything that must hold before the gateway is asked, for all carts of a batch in one
//! transaction. Facts are loaded once, each cart is decided in the order they came, and what is decided is written with one
//! statement of a kind. A cart that cannot become an order keeps no other from it.

use std::{collections::BTreeMap, sync::Arc};

use cart::{CartError, CartState, CartView};
use database::{
    Ctx, Error, InTransaction, Together, fail_point,
    idempotency::{self, Begin, Request},
};
use kernel::{Actor, AttemptId, CartId, EmailAddress, Money, OrderId, Store};
use orders::{OrderDetails, PlacedLine};
use payments::{Gateways, NewAttempt};
use uuid::Uuid;

use crate::{
    PlaceOrder, PlaceOrderError, Placed, Totals,
    claim::claim,
    pay_with::{self, Means},
    settle::{self, SettleError},
};

/// A cart on its way to an order.
#[derive(Clone)]
pub(crate) struct Opening {
    pub(crate) command: PlaceOrder,
    /// Those that can be paid with.
    pub(crate) gateways: Gateways,
    /// The key of whoever asks, claimed with the order.
    pub(crate) key: Option<Request>,
}

/// What became of it.
pub(crate) enum Opened {
    /// The key was used before.
    Known(Begin),
    /// The cart became an order before.
    Already(Placed),
    /// There is nothing to pay.
    Free {
        /// The order.
        order_id: OrderId,
        /// Its number.
        number: String,
    },
    /// The gateway has to be asked.
    Paying(Paying),
}

/// An order whose payment is to be asked for.
pub(crate) struct Paying {
    pub(crate) order_id: OrderId,
    pub(crate) number: String,
    /// The order as it was placed.
    pub(crate) placed: Arc<OrderDetails>,
    pub(crate) attempt_id: AttemptId,
    pub(crate) total: Money,
    pub(crate) email: EmailAddress,
    pub(crate) means: Means,
}

/// A cart with everything that an order needs, if there is enough of it.
pub(crate) struct Candidate<'a> {
    /// Its place in the batch.
    place: usize,
    command: &'a PlaceOrder,
    pub(crate) order_id: OrderId,
    pub(crate) view: CartView,
    pub(crate) email: EmailAddress,
    /// None where nothing is to be paid.
    means: Option<Means>,
}

type Answer = Result<Opened, PlaceOrderError>;

impl Together for Opening {
    type Done = Opened;
    type Error = PlaceOrderError;

    fn subjects(&self) -> Vec<Uuid> {
        let key = self.key.as_ref().map(Request::subject);
        key.into_iter().chain([self.command.cart_id.into()]).collect()
    }

    fn run<'a>(ctx: &'a mut Ctx, batch: &'a [Self]) -> InTransaction<'a, Vec<Answer>, PlaceOrderError> {
        Box::pin(open(ctx, batch))
    }
}

async fn open(ctx: &mut Ctx, batch: &[Opening]) -> Result<Vec<Answer>, PlaceOrderError> {
    let mut answers = known(ctx, batch).await?;
    let fresh = batch
        .iter()
        .enumerate()
        .filter(|(place, _)| !answers.contains_key(place));
    let fresh: Vec<(usize, &Opening)> = fresh.collect();
    let carts: Vec<CartId> = fresh.iter().map(|(_, opening)| opening.command.cart_id).collect();
    let views = if carts.is_empty() {
        Vec::new()
    } else {
        cart::lock_views(ctx, &carts).await?
    };
    let mut candidates = Vec::new();
    for ((place, opening), view) in fresh.into_iter().zip(views) {
        let ordered = view.as_ref().ok().and_then(ordered_before);
        if let Some(order_id) = ordered {
            answers.insert(place, Ok(already(ctx, order_id).await?));
            continue;
        }
        match ready(ctx, opening, view).await {
            Ok((view, email, means)) => candidates.push(Candidate {
                place,
                command: &opening.command,
                order_id: ctx.new_id(),
                view,
                email,
                means,
            }),
            Err(PlaceOrderError::Internal(error)) => return Err(error.into()),
            Err(refused) => {
                answers.insert(place, Err(refused));
            }
        }
    }
    let (claimed, refused) = claim(ctx, candidates).await?;
    let refused = refused.into_iter().map(|(candidate, why)| (candidate.place, Err(why)));
    answers.extend(refused);
    let placed = place(ctx, &claimed).await?.into_iter().map(Ok);
    answers.extend(claimed.iter().map(|candidate| candidate.place).zip(placed));
    let refused = batch.iter().zip(answers.values()).filter(|(_, answer)| answer.is_err());
    let freed: Vec<_> = refused
        .filter_map(|(opening, _)| Some((opening.key.as_ref()?, None)))
        .collect();
    idempotency::end_all(ctx, &freed).await?;
    Ok(answers.into_values().collect())
}

/// Claims the keys, and answers those who sent one that was used before. Whoever is refused afterwards gives theirs back.
async fn known(ctx: &mut Ctx, batch: &[Opening]) -> Result<BTreeMap<usize, Answer>, database::Error> {
    let keyed = batch.iter().enumerate();
    let keyed = keyed.filter_map(|(place, opening)| Some((place, opening.key.clone()?)));
    let (places, requests): (Vec<usize>, Vec<Request>) = keyed.unzip();
    let begun = idempotency::begin_all(ctx, &requests).await?;
    let known = places
        .into_iter()
        .zip(begun)
        .filter(|(_, begun)| *begun != Begin::Fresh);
    Ok(known.map(|(place, begun)| (place, Ok(Opened::Known(begun)))).collect())
}

/// The cart, whom to tell, and what it is paid with if it costs anything; or why it cannot become an order, whatever the others want.
async fn ready(
    ctx: &mut Ctx,
    opening: &Opening,
    view: Result<CartView, CartError>,
) -> Result<(CartView, EmailAddress, Option<Means>), PlaceOrderError> {
    let (view, command) = (view?, &opening.command);
    if !ctx.store().guests_may_buy && *ctx.actor() == Actor::Guest {
        return Err(PlaceOrderError::SignInRequired);
    }
    let current = view.cart.version;
    let wanted = [command.only_version, command.expected_version];
    if wanted.into_iter().flatten().any(|version| version != current) {
        return Err(CartError::VersionConflict { current }.into());
    }
    let email = check(&view, command, ctx.store())?;
    let means = match &command.payment {
        _ if view.quote.total.is_zero() => None,
        Some(with) => Some(pay_with::look_up(ctx, &opening.gateways, with).await?),
        None => return Err(PlaceOrderError::PaymentRequired),
    };
    Ok((view, email, means))
}

fn ordered_before(view: &CartView) -> Option<OrderId> {
    view.cart.order_id.filter(|_| view.cart.state == CartState::Completed)
}

async fn already(ctx: &mut Ctx, order_id: OrderId) -> Result<Opened, PlaceOrderError> {
    let order = orders::find(ctx, order_id)
        .await?
        .ok_or(orders::ChangeError::NotFound)
        .map_err(SettleError::from)?;
    let attempts = payments::attempts_of(ctx, order_id).await?;
    Ok(Opened::Already(Placed {
        order_id,
        payment: settle::was_told(attempts.last()),
        number: order.number,
        again: true,
    }))
}

/// Makes orders of carts that have what they need.
async fn place(ctx: &mut Ctx, claimed: &[Candidate<'_>]) -> Result<Vec<Opened>, PlaceOrderError> {
    let carts: Vec<(CartId, OrderId)> = claimed.iter().map(|one| (one.command.cart_id, one.order_id)).collect();
    cart::complete(ctx, &carts).await?;
    // From here on other orders of the store wait, for their numbers have no gaps.
    let placed = orders::place_all(ctx, claimed.iter().map(order_of).collect()).await?;
    let (mut opened, mut attempts) = (Vec::with_capacity(placed.len()), Vec::new());
    for (candidate, placed) in claimed.iter().zip(placed) {
        let order = &placed.order;
        let (order_id, number, total) = (order.id, order.number.clone(), order.total);
        metrics::counter!("orders_total", "source" => candidate.command.source.as_str()).increment(1);
        if total.is_zero() {
            settle::pay_nothing(ctx, order_id, total).await?;
            opened.push(Opened::Free { order_id, number });
            continue;
        }
        let means = candidate.means.clone();
        let means = means.ok_or_else(|| Error::corrupt("orders.total", "nothing was to be paid"))?;
        let attempt_id: AttemptId = ctx.new_id();
        let attempt = NewAttempt {
            order_id,
            gateway: means.gateway.clone(),
            amount: total,
            card: means.card.clone(),
            saves_for: means.saves_for,
        };
        attempts.push((attempt_id, attempt));
        opened.push(Opened::Paying(Paying {
            order_id,
            number,
            placed: Arc::new(placed),
            attempt_id,
            total,
            email: candidate.email.clone(),
            means,
        }));
    }
    payments::open_attempts(ctx, &attempts).await?;
    fail_point("opening-order");
    Ok(opened)
}

/// What keeps a cart from being bought, in the order a shopper would mend it.
fn check(view: &CartView, command: &PlaceOrder, store: &Store) -> Result<EmailAddress, PlaceOrderError> {
    if view.cart.state != CartState::Open {
        return Err(CartError::Closed.into());
    }
    if view.lines.is_empty() {
        return Err(PlaceOrderError::Empty);
    }
    if view.is_blocked() {
        return Err(PlaceOrderError::Blocked);
    }
    let email = view.cart.email.clone().ok_or(PlaceOrderError::EmailRequired)?;
    if view.needs_shipping() && view.cart.shipping_address.is_none() {
        return Err(PlaceOrderError::AddressRequired);
    }
    if view.needs_tax_address(store) {
        return Err(PlaceOrderError::BillingAddressRequired);
    }
    let titles = view.refused_titles();
    if !titles.is_empty() {
        return Err(PlaceOrderError::CannotShip { titles });
    }
    if let Some(day) = view.delivery_date_gone() {
        let offered = view.offered_dates().to_vec();
        return Err(PlaceOrderError::DeliveryDateGone { day, offered });
    }
    if view.needs_shipping() && view.shipping.is_none() {
        return Err(PlaceOrderError::ShippingRequired);
    }
    let totals = Totals::from(&view.quote);
    let total = totals.total;
    let is_as_seen = command.expected_total.is_none_or(|seen| seen == total)
        && command.expected_totals.is_none_or(|seen| seen == totals);
    if !is_as_seen {
        let totals = Box::new(totals);
        return Err(PlaceOrderError::TotalChanged { total, totals });
    }
    Ok(email)
}

fn order_of(candidate: &Candidate<'_>) -> orders::PlaceOrder {
    let (view, command) = (&candidate.view, candidate.command);
    let lines = view
        .lines
        .iter()
        .filter_map(|line| {
            Some(PlacedLine {
                sellable: line.variant.clone()?,
                quantity: line.line.quantity.get(),
                properties: line.line.properties.as_map().clone(),
                price_list: line.price_list.clone(),
            })
        })
        .collect();
    let shipping = view.shipping.as_ref();
    orders::PlaceOrder {
        id: candidate.order_id,
        cart_id: Some(view.cart.id),
        customer_id: view.cart.customer_id,
        email: candidate.email.clone(),
        lines,
        quote: view.quote.clone(),
        shipping_address: view.cart.shipping_address.clone(),
        billing_address: view
            .cart
            .billing_address
            .clone()
            .or_else(|| view.cart.shipping_address.clone()),
        shipping_code: shipping.map(|option| option.code.clone()).unwrap_or_default(),
        shipping_name: shipping.map(|option| option.name.clone()).unwrap_or_default(),
        delivery: shipping.map(|option| orders::DeliveryDates {
            earliest: option.earliest,
            latest: option.latest,
            chosen: view.delivery_date(),
        }),
        coupon_codes: view.quote.applied_codes(),
        exemption: view.exemption.as_ref().map(|exemption| orders::TaxExemption {
            certificate: exemption.certificate.clone(),
            reason: exemption.reason.as_str().to_owned(),
            valid_until: exemption.valid_until,
        }),
        source: command.source,
        customer_note: view.cart.customer_note.clone(),
    }
}

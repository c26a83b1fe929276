//! `POST /carts`: a cart with everything at once, so that a purchase takes two calls.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use cart::{AddLine, CartError, CartView, Changes, Creation, NewCart, Properties, Shopper};
use catalog::QuantityRefusal;
use checkout::Step;
use chrono::NaiveDate;
use database::{Ctx, InTransaction};
use kernel::{EmailAddress, FieldError, HoldStock, Invalid, Quantity, VariantId};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Idempotent, IdempotentRequest, Mutation, Problem, Visitor};

use super::{
    cart_view::{self, Cart},
    queue,
};
use crate::{
    Rest,
    endpoint::Endpoint,
    wire::{Address, ids, words},
};

/// What a new cart starts with. Everything may be left out and given later.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateCart {
    #[serde(default)]
    #[schema(max_items = 200)]
    lines: Vec<NewLine>,
    /// Where the confirmation goes.
    #[schema(format = Email, max_length = 254)]
    email: Option<String>,
    shipping_address: Option<Address>,
    /// Where the bill goes, when elsewhere.
    billing_address: Option<Address>,
    /// Codes; one that does not apply is kept, and `coupons` tells why.
    #[serde(default)]
    #[schema(value_type = Vec<words::EnteredCode>, required = false, max_items = 10)]
    coupon_codes: Vec<String>,
    /// The code of a delivery of the store; whether it is offered shows in `shipping_options`.
    #[schema(max_length = 100)]
    shipping_option: Option<String>,
    /// The day of delivery: one of the option's `dates`. Where the option is not on offer, because there is no address it goes
    /// to, the day counts once it is.
    delivery_date: Option<NaiveDate>,
    /// What the shopper wants the merchant to know.
    #[schema(max_length = 2000)]
    customer_note: Option<String>,
}

/// A line to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLine {
    #[schema(value_type = ids::VariantId)]
    variant_id: VariantId,
    /// How many; one without it.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 9999, default = 1)]
    quantity: i64,
    /// Engraving, gift note and the like: a text for each of the product's `personal_fields`, by its label.
    #[serde(default)]
    properties: BTreeMap<String, String>,
}

fn one() -> i64 {
    1
}

impl NewLine {
    /// The line; what is wrong is named by its field.
    pub(super) fn parse(self) -> Result<AddLine, Invalid> {
        let mut invalid = Invalid::default();
        let quantity = invalid.check("quantity", Quantity::new(self.quantity));
        let properties = invalid.check("properties", Properties::new(self.properties));
        invalid.into_result()?;
        Ok(AddLine {
            variant_id: self.variant_id,
            quantity: quantity.unwrap_or(Quantity::ONE),
            properties: properties.unwrap_or_default(),
        })
    }
}

/// What a cart is told of the shopper, checked as far as its form goes.
pub(super) fn changes(
    email: Option<Option<String>>,
    shipping_address: Option<Option<Address>>,
    billing_address: Option<Option<Address>>,
) -> Result<Changes, Invalid> {
    let mut invalid = Invalid::default();
    let email = email.map(|email| email.and_then(|email| invalid.check("email", EmailAddress::parse(&email))));
    let mut address = |field: &str, address: Option<Option<Address>>| match address?.map(|address| address.parse(field))
    {
        None => Some(None),
        Some(Ok(address)) => Some(Some(address)),
        Some(Err(wrong)) => {
            invalid.0.extend(wrong.0);
            None
        }
    };
    let shipping_address = address("shipping_address", shipping_address);
    let billing_address = address("billing_address", billing_address);
    invalid.into_result()?;
    Ok(Changes {
        email,
        shipping_address,
        billing_address,
        ..Changes::default()
    })
}

/// Refuses more codes than a cart takes.
pub(super) fn check_codes(codes: &[String]) -> Result<(), FieldError> {
    at_most("coupon_codes", codes.len(), 10)
}

fn at_most(field: &str, count: usize, most: usize) -> Result<(), FieldError> {
    if count <= most {
        return Ok(());
    }
    let message = format!("may have at most {most} entries");
    Err(FieldError::new(field, "too_many", message))
}

/// Refuses a delivery that the store does not know and a day that is over. Whether the delivery is offered for these goods
/// and this address shows in the cart.
async fn check_delivery(visitor: &Visitor, option: Option<&str>, day: Option<NaiveDate>) -> Result<(), Problem> {
    let mut invalid = Invalid::default();
    let mut ctx = visitor.work.read();
    let today = visitor.store().time_zone.day(ctx.now());
    if let Some(day) = day.filter(|day| *day < today) {
        let message =
            format!("{day} is over: today is {today}; a cart's `shipping_options` tell the days to choose from");
        invalid.push(FieldError::new("delivery_date", "past", message));
    }
    if let Some(code) = option.filter(|code| !code.is_empty())
        && !shipping::has_method(&mut ctx, code).await?
    {
        let message = "is the code of no delivery of this store";
        invalid.push(FieldError::new("shipping_option", "unknown", message));
    }
    Ok(invalid.into_result()?)
}

/// The same, but a request that was answered when its day was still to come is answered with that again.
pub(super) async fn check_or_repeat(
    visitor: &Visitor,
    (option, day): (Option<&str>, Option<NaiveDate>),
    request: &IdempotentRequest,
) -> Result<Option<Response>, Problem> {
    let Err(refused) = check_delivery(visitor, option, day).await else {
        return Ok(None);
    };
    match web::answered(&visitor.work, request).await? {
        Some(answer) => Ok(Some(answer)),
        None => Err(refused),
    }
}

impl CreateCart {
    fn parse(self) -> Result<NewCart, Invalid> {
        // What is too long is not looked through.
        at_most("lines", self.lines.len(), 200)?;
        let mut invalid = Invalid::default();
        invalid.check("coupon_codes", check_codes(&self.coupon_codes));
        let mut lines = Vec::with_capacity(self.lines.len());
        for (index, line) in self.lines.into_iter().enumerate() {
            match line.parse() {
                Ok(line) => lines.push(line),
                Err(errors) => {
                    let at = |error: FieldError| error.under(&format!("lines.{index}"));
                    invalid.0.extend(errors.0.into_iter().map(at));
                }
            }
        }
        let (shipping, billing) = (self.shipping_address.map(Some), self.billing_address.map(Some));
        let changes = changes(self.email.map(Some), shipping, billing).unwrap_or_else(|errors| {
            invalid.0.extend(errors.0);
            Changes::default()
        });
        invalid.into_result()?;
        let changes = Changes {
            shipping_option: self.shipping_option.map(Some),
            delivery_date: self.delivery_date.map(Some),
            customer_note: self.customer_note,
            ..changes
        };
        Ok(NewCart {
            lines,
            changes,
            coupon_codes: self.coupon_codes,
        })
    }
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::post("create_cart", "/carts", handler)
        .says(
            "Carts",
            "Create a cart",
            "Makes a cart, empty or with lines, addresses, coupon codes and delivery at once. Its id is a secret: whoever \
             knows it may read, change and complete the cart. A signed-in customer has one open cart, which is taken.",
        )
        .idempotent()
        .queue_ticket()
        .body::<CreateCart>()
        .answers::<Cart>(201, "The cart, priced.")
        .tagged(201)
        .problem(
            409,
            "`not_for_sale` (with `variant_id`), `insufficient_stock` (with `variant_id` and `available`), `cart_closed`, \
             `unpriceable`, or `idempotency_key_in_flight`.",
        )
        .problem(429, queue::WAITS)
}

/// A cart that somebody asked for, made together with others.
#[derive(Clone)]
struct Creating(Creation);

impl Mutation for Creating {
    type Error = Refused;

    const NAMES_ITS_SHOPPER: bool = true;

    fn subjects(&self) -> Vec<Uuid> {
        self.0.shopper.customer.map(Uuid::from).into_iter().collect()
    }

    fn run<'a>(ctx: &'a mut Ctx, batch: &'a [&'a Self]) -> InTransaction<'a, Vec<Result<Response, Refused>>, Refused> {
        Box::pin(async move {
            let creations: Vec<Creation> = batch.iter().map(|one| one.0.clone()).collect();
            let views = cart::create_all(ctx, &creations).await?;
            let answer = |(view, creation): (Result<CartView, CartError>, &Creation)| {
                view.map(created)
                    .map_err(|error| Refused::new(error, &creation.new.lines))
            };
            Ok(views.into_iter().zip(&creations).map(answer).collect())
        })
    }
}

/// Why a cart is not made.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("line {line} is not sold in this quantity")]
    Quantity {
        /// Its place among the lines that were sent.
        line: usize,
        variant: VariantId,
        refusal: QuantityRefusal,
    },
    #[error(transparent)]
    Other(#[from] CartError),
}

impl Refused {
    fn new(error: CartError, lines: &[AddLine]) -> Self {
        match error {
            CartError::Quantity { variant, refusal } => Self::Quantity {
                line: place_of(lines, variant, refusal),
                variant,
                refusal,
            },
            error => Self::Other(error),
        }
    }
}

/// The first line whose quantity is refused. Equal lines count together, as they come into the cart.
fn place_of(lines: &[AddLine], variant: VariantId, refusal: QuantityRefusal) -> usize {
    let together = |line: &AddLine| -> i64 {
        let equal = |other: &&AddLine| other.variant_id == variant && other.properties == line.properties;
        lines.iter().filter(equal).map(|other| other.quantity.get()).sum()
    };
    let breaks = |line: &AddLine| match refusal {
        QuantityRefusal::BelowMinimum(minimum) => together(line) < minimum,
        QuantityRefusal::NotInSteps(step) => together(line).checked_rem(step) != Some(0),
        QuantityRefusal::AboveMaximum(_) | QuantityRefusal::AboveCustomerMaximum(_) => true,
    };
    let of_variant = |line: &AddLine| line.variant_id == variant;
    let first = lines.iter().position(|line| of_variant(line) && breaks(line));
    first.or_else(|| lines.iter().position(of_variant)).unwrap_or_default()
}

impl From<database::Error> for Refused {
    fn from(error: database::Error) -> Self {
        Self::Other(error.into())
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Quantity { line, variant, refusal } => {
                cart_view::unsold(&format!("lines.{line}.quantity"), variant, refusal)
            }
            Refused::Other(error) => cart_view::problem(error),
        }
    }
}

fn created(view: CartView) -> Response {
    let location = [(header::LOCATION, format!("/api/v1/carts/{}", view.cart.id))];
    (location, cart_view::answer(StatusCode::CREATED, view)).into_response()
}

async fn handler(
    visitor: Visitor,
    State(rest): State<Rest>,
    Idempotent { body, request }: Idempotent<CreateCart>,
) -> Answer {
    let new = body.parse()?;
    let (option, day) = (
        new.changes.shipping_option.as_ref().and_then(Option::as_deref),
        new.changes.delivery_date.flatten(),
    );
    let request = request.owned_by(visitor.client_ip());
    if let Some(again) = check_or_repeat(&visitor, (option, day), &request).await? {
        return Ok(again);
    }
    let variants: Vec<VariantId> = new.lines.iter().map(|line| line.variant_id).collect();
    if !variants.is_empty()
        && let Some(again) = queue::admit_or_repeat(&visitor, &rest, Step::Add(&variants), &request).await?
    {
        return Ok(again);
    }
    let scope = visitor.work.scope();
    let shopper = Shopper {
        customer: scope.actor.customer(),
        locale: scope.locale,
    };
    let creation = Creation { shopper, new };
    // Where a cart holds stock, the ledger of stock says for whom: nobody shares a transaction.
    if visitor.store().hold_stock == HoldStock::InCart {
        let write = async |ctx: &mut Ctx| {
            let mut views = cart::create_all(ctx, std::slice::from_ref(&creation)).await?;
            let view = views
                .pop()
                .ok_or_else(|| database::Error::corrupt("carts", "an answer is missing"))?;
            let refused = |error| Refused::new(error, &creation.new.lines).into();
            view.map(created).map_err(refused)
        };
        return web::write_idempotently(&visitor.work, &request, write).await;
    }
    web::write_together(&visitor.work, &request, Creating(creation)).await
}

//! Makes carts for several shoppers with one statement of a kind. Everything is decided before anything is written, so that
//! one who is refused keeps no other from getting theirs.

use std::collections::{BTreeSet, HashMap, HashSet};

use catalog::SellableVariant;
use database::{Ctx, Error};
use kernel::{CartId, CustomerId, HoldStock, VariantId};

use crate::{
    Cart, CartError, CartLine, CartState, CartView, LineView, NewCart, Notice, Shopper,
    add_lines::{by_id, priced, require_line_count},
    apply_coupon::normalised,
    buyer::buyer_of,
    change::require_offered_day,
    create::create_for,
    store::{PricedLine, creating},
    view::show_to,
    view_all::{Goods, view_all},
};

/// A cart that somebody wants.
#[derive(Debug, Clone)]
pub struct Creation {
    /// For whom it is.
    pub shopper: Shopper,
    /// What it starts with.
    pub new: NewCart,
}

/// Makes the carts and shows them, with six statements however many they are; carts with coupons or with variants of which one
/// customer gets only so many take some more. The answers are in the order of the creations, and who is refused has nothing. Of
/// several carts those are answered with [`Error::apart`] whose customer has an open one, which is taken instead of a second, has
/// saved something for later, or would be refused a new one; and all of them where carts hold stock. A single one that is refused may have left traces:
/// whoever asks rolls them back.
pub async fn create_all(ctx: &mut Ctx, creations: &[Creation]) -> Result<Vec<Result<CartView, CartError>>, Error> {
    let holds = ctx.store().hold_stock == HoldStock::InCart;
    match creations {
        [only] if holds => return Ok(vec![create_alone(ctx, only).await]),
        several if holds => return Ok(several.iter().map(|_| Err(Error::apart().into())).collect()),
        _ => {}
    }
    let drafts = draft_all(ctx, creations).await?;
    let wanted: Vec<_> = drafts
        .iter()
        .filter_map(|draft| draft.as_ref().ok())
        .map(|draft| (&draft.view.cart, draft.lines.as_slice()))
        .collect();
    let made = creating::insert_all(ctx, &wanted).await?;
    let made: HashSet<CartId> = made.into_iter().collect();
    let mut answers = Vec::with_capacity(drafts.len());
    for (draft, creation) in drafts.into_iter().zip(creations) {
        answers.push(match draft {
            Ok(draft) if made.contains(&draft.view.cart.id) => {
                if !draft.lines.is_empty() {
                    metrics::counter!("cart_operations_total", "operation" => "add").increment(1);
                }
                Ok(draft.view)
            }
            // A customer may have an open cart, and what is too little for a new one may be enough for that.
            Err(refused) if creation.shopper.customer.is_none() => Err(refused),
            _ if creations.len() == 1 => create_alone(ctx, creation).await,
            _ => Err(Error::apart().into()),
        });
    }
    Ok(answers)
}

/// The same by the way that also knows carts which are there.
async fn create_alone(ctx: &mut Ctx, creation: &Creation) -> Result<CartView, CartError> {
    let id = create_for(ctx, creation.shopper, creation.new.clone()).await?;
    let view = show_to(ctx, id, creation.shopper.customer).await?;
    if creation.new.changes.delivery_date.flatten().is_some() {
        require_offered_day(&view)?;
    }
    Ok(view)
}

/// A cart that can be written as it is.
struct Draft {
    view: CartView,
    lines: Vec<PricedLine>,
}

/// Decides for each whether there can be such a cart. Writes nothing.
async fn draft_all(ctx: &mut Ctx, creations: &[Creation]) -> Result<Vec<Result<Draft, CartError>>, Error> {
    let lines = creations.iter().flat_map(|creation| &creation.new.lines);
    let variants: BTreeSet<VariantId> = lines.map(|line| line.variant_id).collect();
    let variants: Vec<VariantId> = variants.into_iter().collect();
    let wanted = creations.iter().flat_map(|Creation { shopper, new }| {
        let lines = shopper
            .customer
            .map(|customer| new.lines.iter().map(move |line| (customer, line.variant_id)));
        lines.into_iter().flatten()
    });
    let wanted: BTreeSet<(CustomerId, VariantId)> = wanted.collect();
    let wanted: Vec<_> = wanted.into_iter().collect();
    let goods = Goods {
        sellable: by_id(catalog::sellable_to_each(ctx, &variants, &wanted).await?),
        availability: inventory::availability(ctx, &variants).await?,
    };
    let drawn: Vec<_> = creations
        .iter()
        .map(|creation| draw(ctx, creation, &goods.sellable))
        .collect();
    let seen = |line: &PricedLine| CartLine {
        id: line.id,
        variant_id: line.line.variant_id,
        quantity: line.line.quantity,
        properties: line.line.properties.clone(),
        price_seen: line.price,
        quantity_seen: line.quantity_seen,
    };
    let carts = drawn
        .iter()
        .filter_map(|drawn| drawn.as_ref().ok())
        .map(|(cart, lines)| (cart.clone(), lines.iter().map(seen).collect(), cart.customer_id))
        .collect();
    let mut views = view_all(ctx, carts, &goods).await?.into_iter();
    let draft = |drawn: Result<(Cart, Vec<PricedLine>), CartError>| {
        let (_, lines) = drawn?;
        let missing = || Error::corrupt("batch", "a view is missing").into();
        let view = views.next().unwrap_or_else(|| Err(missing()))?;
        require_offered_day(&view)?;
        match refusal(&view, |_line| true) {
            None => Ok(Draft { view, lines }),
            Some(refused) => Err(refused),
        }
    };
    Ok(drawn.into_iter().map(draft).collect())
}

/// The cart as it would be, as far as its own input goes and its lines are for sale.
fn draw(
    ctx: &Ctx,
    Creation { shopper, new }: &Creation,
    sellable: &HashMap<VariantId, SellableVariant>,
) -> Result<(Cart, Vec<PricedLine>), CartError> {
    let changes = new.changes.clone().checked()?;
    let coupon_codes = normalised(new.coupon_codes.clone())?;
    let cart = Cart {
        id: ctx.new_secret_id(),
        state: CartState::Open,
        customer_id: shopper.customer,
        email: changes.email.flatten(),
        locale: shopper.locale,
        currency: ctx.currency(),
        shipping_address: changes.shipping_address.flatten(),
        billing_address: changes.billing_address.flatten(),
        shipping_option: changes.shipping_option.flatten(),
        delivery_date: changes.delivery_date.flatten(),
        coupon_codes,
        customer_note: changes.customer_note.unwrap_or_default(),
        held_until: None,
        order_id: None,
        version: 1,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    let lines = priced(ctx, new.lines.clone(), sellable, &buyer_of(&cart, shopper.customer))?;
    require_line_count(lines.len())?;
    Ok((cart, lines))
}

/// What keeps these lines from being added: a quantity that is not sold, before stock that is short.
pub(crate) fn refusal(view: &CartView, is_added: impl Fn(&LineView) -> bool) -> Option<CartError> {
    let notices = || {
        let lines = view.lines.iter().filter(|line| is_added(line));
        lines.flat_map(|line| line.notices.iter().map(|notice| (line.line.variant_id, *notice)))
    };
    let unsold = notices().find_map(|(variant, notice)| match notice {
        Notice::Quantity(refusal) => Some(CartError::Quantity { variant, refusal }),
        _ => None,
    });
    let short = || {
        notices().find_map(|(variant, notice)| match notice {
            Notice::OnlyLeft { available } => Some(CartError::InsufficientStock { variant, available }),
            _ => None,
        })
    };
    unsold.or_else(short)
}

//! Puts lines aside for another time, and takes them up again. What is put aside is part of no total and holds no stock; its
//! price and stock are asked anew at every look. It stays with a customer, or with a guest's cart and the one after it; at
//! sign-in it becomes the customer's.

use catalog::{Buyer, SellableVariant};
use inventory::{Availability, Holder};
use kernel::{CartId, CartLineId, CustomerId, FieldError, Money, Quantity, Time, VariantId};
use uuid::Uuid;

use crate::{
    AddLine, CartError, CartLine,
    add_lines::{self, MAX_LINES, above_a_line},
    buyer::{buyer, price_before},
    change, hold,
    store::{self, saved},
};

/// Who put something aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saver {
    /// Whoever has the cart; its customer, when it has one.
    Cart(CartId),
    /// A customer, with or without a cart.
    Customer(CustomerId),
}

impl Saver {
    /// Whose a cart's saved lines are.
    pub(crate) fn of(cart: CartId, customer: Option<CustomerId>) -> Self {
        customer.map_or(Self::Cart(cart), Self::Customer)
    }

    pub(crate) fn owner(self) -> Uuid {
        match self {
            Self::Cart(id) => id.into(),
            Self::Customer(id) => id.into(),
        }
    }
}

/// Why something that is put aside cannot go into the cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// It is not sold any more.
    Unavailable,
    /// None are left.
    SoldOut,
    /// The product has other personal fields by now.
    OtherFields,
}

impl Obstacle {
    /// The obstacle as a code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::SoldOut => "sold_out",
            Self::OtherFields => "properties_changed",
        }
    }
}

/// A line that is put aside, with what it is and costs now.
#[derive(Debug, Clone)]
pub struct SavedView {
    /// The line.
    pub line: CartLine,
    /// The variant, as long as it is for sale.
    pub variant: Option<SellableVariant>,
    /// What one costs now.
    pub price: Option<Money>,
    /// What one cost when it was put aside, where that was another price and not merely one for another quantity.
    pub was: Option<Money>,
    /// How much is in stock.
    pub availability: Option<Availability>,
    /// What keeps it from going into the cart.
    pub obstacle: Option<Obstacle>,
}

impl SavedView {
    pub(crate) fn new(
        line: CartLine,
        (variant, availability): (Option<&SellableVariant>, Option<Availability>),
        buyer: &Buyer,
        now: Time,
    ) -> Self {
        let priced = variant.and_then(|variant| Some((variant, variant.price_for(buyer, line.quantity.get(), now)?)));
        let was = priced
            .as_ref()
            .and_then(|(variant, unit)| price_before(&line, variant, unit, (buyer, now)));
        let (variant, unit) = priced.unzip();
        let left = availability.unwrap_or(Availability::UNTRACKED);
        let obstacle = match variant {
            None => Some(Obstacle::Unavailable),
            Some(_) if !left.can_sell(1) => Some(Obstacle::SoldOut),
            Some(variant) if !line.fits(variant) => Some(Obstacle::OtherFields),
            Some(_) => None,
        };
        Self {
            price: unit.map(|unit| unit.price),
            was,
            variant: variant.cloned(),
            line,
            availability,
            obstacle,
        }
    }
}

/// What somebody put aside, in the order they did.
pub async fn list_saved(ctx: &mut database::Ctx, saver: Saver) -> Result<Vec<SavedView>, CartError> {
    let lines = saved::list(ctx, saver.owner()).await?;
    let variants: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    let buyer = match saver {
        Saver::Customer(_) => buyer(ctx).await?,
        Saver::Cart(_) => Buyer::default(),
    };
    let now = ctx.now();
    let sellable = catalog::sellable_to(ctx, &variants, buyer.customer).await?;
    let stock = inventory::availability(ctx, &variants).await?;
    let view = |line: CartLine| {
        let variant = sellable.iter().find(|found| found.variant_id == line.variant_id);
        let availability = stock.get(&line.variant_id).copied();
        SavedView::new(line, (variant, availability), &buyer, now)
    };
    Ok(lines.into_iter().map(view).collect())
}

/// A line that somebody put aside.
pub async fn find_saved(
    ctx: &mut database::Ctx,
    saver: Saver,
    line: CartLineId,
) -> Result<Option<CartLine>, database::Error> {
    let lines = saved::list(ctx, saver.owner()).await?;
    Ok(lines.into_iter().find(|found| found.id == line))
}

/// Puts a line of an open cart aside. More of what is there already with the same properties comes to it, but not more than a
/// line can have. Whoever is refused rolls back.
pub async fn save_for_later(ctx: &mut database::Ctx, cart: CartId, line: CartLineId) -> Result<(), CartError> {
    let taken = match saved::save(ctx, cart, line).await? {
        Some(taken) => taken,
        None => return Err(change::missing_line(ctx, cart).await?),
    };
    let before = taken.before.ok_or_else(|| above_a_line(taken.variant_id))?;
    if usize::try_from(before).unwrap_or(usize::MAX) >= MAX_LINES {
        let message = format!("at most {MAX_LINES} lines can be saved for later");
        return Err(FieldError::new("saved_lines", "too_many", message).into());
    }
    hold::give_back_removed(ctx, cart).await?;
    metrics::counter!("cart_operations_total", "operation" => "save").increment(1);
    Ok(())
}

/// Takes up a line again, as many as there are left, and answers with the cart it went into: the one that is given as long as
/// it is open, otherwise another.
pub async fn move_to_cart(
    ctx: &mut database::Ctx,
    saver: Saver,
    cart: Option<CartId>,
    line: CartLineId,
) -> Result<CartId, CartError> {
    let line = saved::take_out(ctx, saver.owner(), line)
        .await?
        .ok_or(CartError::LineNotFound)?;
    let quantity = match cart {
        Some(cart) => as_many_as_left(ctx, cart, &line).await?,
        None => line.quantity,
    };
    let line = AddLine {
        variant_id: line.variant_id,
        quantity,
        properties: line.properties,
    };
    add_lines::add_to(ctx, cart, vec![line]).await
}

/// How many of the line the stock covers beside what the cart has of it already; all of them when none are, for the
/// refusal tells it best.
async fn as_many_as_left(ctx: &mut database::Ctx, cart: CartId, line: &CartLine) -> Result<Quantity, CartError> {
    let holder = Holder::Cart(cart);
    let stock = inventory::availability_for(ctx, &[line.variant_id], holder).await?;
    let left = stock.get(&line.variant_id).copied().unwrap_or(Availability::UNTRACKED);
    let same = store::list_lines(ctx, cart).await?;
    let same = same.iter().filter(|other| other.variant_id == line.variant_id);
    let there: i64 = same.map(|other| other.quantity.get()).sum();
    if left.can_sell(there.saturating_add(line.quantity.get())) {
        return Ok(line.quantity);
    }
    Ok(Quantity::new(left.available - there).unwrap_or(line.quantity))
}

/// The cart that a guest goes on with whose cart became an order: another one when something was put aside, otherwise none.
pub async fn carry_on(ctx: &mut database::Ctx, ordered: CartId) -> Result<Option<CartId>, CartError> {
    Ok(saved::carry_on(ctx, ordered).await?)
}

/// Forgets a line that was put aside. That is a change of the open cart that shows it.
pub async fn remove_saved(ctx: &mut database::Ctx, saver: Saver, line: CartLineId) -> Result<(), CartError> {
    if saved::delete(ctx, saver.owner(), line).await? {
        Ok(())
    } else {
        Err(CartError::LineNotFound)
    }
}

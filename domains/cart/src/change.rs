//! Changes what a cart says of itself, and the quantity of its lines.

use std::collections::HashMap;

use chrono::{Datelike as _, NaiveDate};
use kernel::{Address, CartId, CartLineId, EmailAddress, FieldError, HoldStock, Invalid, Quantity};

use crate::{CartError, CartView, add_lines::by_id, buyer::steps_for, hold, quota, store};

/// What to change; `None` leaves a thing as it is, `Some(None)` takes it back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Where the confirmation goes.
    pub email: Option<Option<EmailAddress>>,
    /// Where the goods go.
    pub shipping_address: Option<Option<Address>>,
    /// Where the bill goes.
    pub billing_address: Option<Option<Address>>,
    /// The code of a delivery; whether it is offered shows when the cart is viewed. An empty one is none.
    pub shipping_option: Option<Option<String>>,
    /// The day of delivery; without one it is as soon as possible.
    pub delivery_date: Option<Option<NaiveDate>>,
    /// What the shopper wants the merchant to know; an empty text takes it back.
    pub customer_note: Option<String>,
}

impl Changes {
    pub(crate) fn checked(self) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        let mut address = |field: &str, address: Option<Option<Address>>| match address?.map(Address::checked) {
            None => Some(None),
            Some(Ok(address)) => Some(Some(address)),
            Some(Err(errors)) => {
                invalid.0.extend(errors.0.into_iter().map(|error| error.under(field)));
                None
            }
        };
        let shipping_address = address("shipping_address", self.shipping_address);
        let billing_address = address("billing_address", self.billing_address);
        if self
            .customer_note
            .as_ref()
            .is_some_and(|note| note.chars().count() > 2_000)
        {
            invalid.push(FieldError::new(
                "customer_note",
                "too_long",
                "may have at most 2000 characters",
            ));
        }
        let shipping_option = self.shipping_option.map(|code| code.filter(|code| !code.is_empty()));
        if shipping_option.iter().flatten().any(|code| code.chars().count() > 100) {
            invalid.push(FieldError::new(
                "shipping_option",
                "too_long",
                "may have at most 100 characters",
            ));
        }
        if self
            .delivery_date
            .flatten()
            .is_some_and(|day| !(1..=9_999).contains(&day.year()))
        {
            invalid.push(FieldError::new(
                "delivery_date",
                "out_of_range",
                "must lie in the years 1 to 9999",
            ));
        }
        invalid.into_result()?;
        Ok(Self {
            shipping_address,
            billing_address,
            shipping_option,
            ..self
        })
    }

    /// The columns it changes though they may hold nothing.
    pub(crate) fn columns(&self) -> Vec<&'static str> {
        let changed = [
            ("email", self.email.is_some()),
            ("shipping_address", self.shipping_address.is_some()),
            ("billing_address", self.billing_address.is_some()),
            ("shipping_option", self.shipping_option.is_some()),
            ("delivery_date", self.delivery_date.is_some()),
        ];
        changed
            .into_iter()
            .filter_map(|(name, is_changed)| is_changed.then_some(name))
            .collect()
    }
}

/// Changes an open cart. With `expected_version`, only if nobody else changed it since.
pub async fn change(
    ctx: &mut database::Ctx,
    cart: CartId,
    changes: Changes,
    expected_version: Option<i64>,
) -> Result<(), CartError> {
    let changes = changes.checked()?;
    if store::update_cart(ctx, cart, &changes, expected_version).await? {
        return Ok(());
    }
    Err(match store::find_cart(ctx, cart).await? {
        Some(found) if found.state == crate::CartState::Open => CartError::VersionConflict { current: found.version },
        Some(_) => CartError::Closed,
        None => CartError::NotFound,
    })
}

/// Refuses a day of delivery that the delivery which is chosen and on offer does not offer. Without such a delivery the day is
/// kept until there is one.
pub fn require_offered_day(view: &CartView) -> Result<(), FieldError> {
    match view.cart.delivery_date {
        Some(day) if view.shipping.is_some() && view.delivery_date().is_none() => {
            let message = day_refusal(day, view.offered_dates());
            Err(FieldError::new("delivery_date", "not_offered", message))
        }
        Some(_) | None => Ok(()),
    }
}

/// What to say of a day that is not offered, and of those that are.
pub fn day_refusal(day: NaiveDate, offered: &[NaiveDate]) -> String {
    let offered: Vec<String> = offered.iter().map(NaiveDate::to_string).collect();
    if offered.is_empty() {
        return format!("{day} cannot be chosen: the option offers no days");
    }
    format!("{day} is not offered: the option's days are {}", offered.join(", "))
}

/// Goes on only with the version of the cart that the caller read, which nobody else changes until the transaction ends.
pub async fn require_version(ctx: &mut database::Ctx, cart: CartId, version: i64) -> Result<(), CartError> {
    let found = store::lock_cart(ctx, cart).await?.ok_or(CartError::NotFound)?;
    if found.state != crate::CartState::Open {
        return Err(CartError::Closed);
    }
    if found.version != version {
        return Err(CartError::VersionConflict { current: found.version });
    }
    Ok(())
}

/// Gives a line another quantity. The price the shopper sees now counts as seen.
pub async fn update_line(
    ctx: &mut database::Ctx,
    cart: CartId,
    line: CartLineId,
    quantity: Quantity,
) -> Result<(), CartError> {
    let Some(found) = store::find_line(ctx, cart, line).await? else {
        return Err(missing_line(ctx, cart).await?);
    };
    let (now, variant) = (ctx.now(), found.variant_id);
    let customer = ctx.actor().customer();
    let sellable = by_id(catalog::sellable_to(ctx, &[variant], customer).await?);
    let priced = sellable.get(&variant);
    let priced = priced.and_then(|found| Some((found.quantity_rule, found.price_at(now)?)));
    let (rule, everybody) = priced.ok_or(CartError::NotForSale { variant })?;
    let steps = steps_for(customer, &sellable, now);
    let held = store::update_line(ctx, (cart, line), quantity, everybody, &steps)
        .await?
        .ok_or(CartError::Closed)?;
    let had = if rule.customer_maximum.is_some() {
        let cart = store::find_cart(ctx, cart).await?.ok_or(CartError::NotFound)?;
        quota::had(ctx, cart.customer_id, cart.email.as_ref(), &[variant]).await?
    } else {
        HashMap::new()
    };
    quota::require(rule, variant, (quantity.get(), held), &had)?;
    hold::cover(ctx, cart, &[(variant, held)].into()).await?;
    if quantity < found.quantity && ctx.store().hold_stock == HoldStock::AtCheckout {
        hold::give_back_removed(ctx, cart).await?;
    }
    metrics::counter!("cart_operations_total", "operation" => "change").increment(1);
    Ok(())
}

/// Takes a line out.
pub async fn remove_line(ctx: &mut database::Ctx, cart: CartId, line: CartLineId) -> Result<(), CartError> {
    if !store::delete_line(ctx, cart, line).await? {
        return Err(missing_line(ctx, cart).await?);
    }
    hold::give_back_removed(ctx, cart).await?;
    metrics::counter!("cart_operations_total", "operation" => "remove").increment(1);
    Ok(())
}

/// Why a cart has no such line to change.
pub(crate) async fn missing_line(ctx: &mut database::Ctx, cart: CartId) -> Result<CartError, database::Error> {
    Ok(match store::find_cart(ctx, cart).await? {
        Some(found) if found.state == crate::CartState::Open => CartError::LineNotFound,
        Some(_) => CartError::Closed,
        None => CartError::NotFound,
    })
}

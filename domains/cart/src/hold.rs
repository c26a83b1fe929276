//! Sets stock aside for a cart. A store chooses when: as soon as something is in the cart, or when checkout begins.
//!
//! Checkout begins when the shopper has given contact and address and the payment comes next. Opening the page is too
//! early: what only looks, such as a crawler, must not keep stock from those who buy. Placing the order would be too late:
//! who types a card number for a minute must not lose the last piece meanwhile.
//!
//! A cart holds at most what is in it, once, and until a moment that passes by itself.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use inventory::{Demand, Holder, ReserveError};
use kernel::{CartId, HoldStock, Time, VariantId};

use crate::{CartError, CartLine, CartState, add_lines::require_stock, store};

/// Sets aside what is in the cart, for as many minutes as the store says from now on. A cart that holds stock already gets
/// this much time again. Nothing is held when one of the variants is short.
pub async fn hold(ctx: &mut database::Ctx, cart: CartId) -> Result<Option<Time>, CartError> {
    let found = store::lock_cart(ctx, cart).await?.ok_or(CartError::NotFound)?;
    if found.state != CartState::Open {
        return Err(CartError::Closed);
    }
    hold_locked(ctx, cart, &[]).await
}

/// The same for a cart whose row is locked by a change before, taking over from other carts.
pub(crate) async fn hold_locked(
    ctx: &mut database::Ctx,
    cart: CartId,
    others: &[CartId],
) -> Result<Option<Time>, CartError> {
    let until = ctx.now() + TimeDelta::minutes(ctx.store().hold_minutes);
    hold_until(ctx, cart, others, until).await
}

async fn hold_until(
    ctx: &mut database::Ctx,
    cart: CartId,
    others: &[CartId],
    until: Time,
) -> Result<Option<Time>, CartError> {
    let demands: Vec<Demand> = store::list_lines(ctx, cart).await?.iter().map(demand).collect();
    let holder = Holder::Cart(cart);
    let mut instead_of = vec![holder];
    instead_of.extend(others.iter().copied().map(Holder::Cart));
    match inventory::reserve(ctx, holder, &instead_of, &demands, until).await {
        Ok(()) => {}
        Err(ReserveError::Insufficient(shortages)) => {
            return Err(match shortages.first() {
                Some(short) => CartError::InsufficientStock {
                    variant: short.variant_id,
                    available: short.available,
                },
                None => database::Error::corrupt("inventory.levels", "a shortage of nothing").into(),
            });
        }
        Err(ReserveError::Internal(error)) => return Err(error.into()),
    }
    let until = Some(until).filter(|_| !demands.is_empty());
    store::update_held_until(ctx, cart, until).await?;
    Ok(until)
}

/// Refuses a change of the cart that the stock does not cover. Where carts hold stock, the cart then holds what is in it.
pub(crate) async fn cover(
    ctx: &mut database::Ctx,
    cart: CartId,
    quantities: &BTreeMap<VariantId, i64>,
) -> Result<(), CartError> {
    match ctx.store().hold_stock {
        HoldStock::InCart => hold_locked(ctx, cart, &[]).await.map(|_until| ()),
        HoldStock::AtCheckout => require_stock(ctx, cart, quantities).await,
    }
}

/// After something was taken out of a cart that holds stock: it holds what is left, or nothing when others have taken what
/// it had lost. Taking out is never refused. Of a cart that holds since checkout began the time does not begin anew.
pub(crate) async fn give_back_removed(ctx: &mut database::Ctx, cart: CartId) -> Result<(), CartError> {
    let until = match ctx.store().hold_stock {
        HoldStock::InCart => ctx.now() + TimeDelta::minutes(ctx.store().hold_minutes),
        HoldStock::AtCheckout => {
            let held_until = store::find_cart(ctx, cart).await?.and_then(|found| found.held_until);
            match held_until.filter(|until| *until > ctx.now()) {
                Some(until) => until,
                None => return Ok(()),
            }
        }
    };
    match hold_until(ctx, cart, &[], until).await {
        Ok(_until) => Ok(()),
        Err(CartError::InsufficientStock { .. }) => {
            inventory::release(ctx, Holder::Cart(cart)).await?;
            Ok(store::update_held_until(ctx, cart, None).await?)
        }
        Err(error) => Err(error),
    }
}

/// After a guest's cart went into a customer's. Sign-in is never refused for want of stock: the cart's page tells of it.
pub(crate) async fn follow_merge(ctx: &mut database::Ctx, guest: CartId, own: CartId) -> Result<(), CartError> {
    if ctx.store().hold_stock == HoldStock::InCart {
        match hold_locked(ctx, own, &[guest]).await {
            Ok(_until) => return Ok(()),
            Err(CartError::InsufficientStock { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(inventory::release(ctx, Holder::Cart(guest)).await?)
}

fn demand(line: &CartLine) -> Demand {
    Demand {
        variant_id: line.variant_id,
        quantity: line.quantity.get(),
    }
}

//! Balances: sums over entries.

use database::{Ctx, Error};
use kernel::{Currency, Money, OrderId};

use crate::{Account, store};

/// What one order moved on one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderBalance {
    /// The order.
    pub order_id: OrderId,
    /// The account.
    pub account: Account,
    /// Debits less credits.
    pub balance: Money,
}

/// Debits less credits of an account in a currency.
pub async fn balance(ctx: &mut Ctx, account: &Account, currency: Currency) -> Result<Money, Error> {
    store::balance(ctx, account, currency).await
}

/// What every order moved on every account, leaving out zeros: what payments are checked against.
pub async fn list_order_balances(ctx: &mut Ctx) -> Result<Vec<OrderBalance>, Error> {
    store::list_order_balances(ctx).await
}

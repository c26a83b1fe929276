//! A person is forgotten: which orders used a coupon stays, for its limit; whose they were does not.

use database::{Ctx, Error, erase};
use kernel::OrderId;
use uuid::Uuid;

use crate::store::erase as rows;

/// Takes whoever bought them out of the coupons that these orders used.
pub async fn erase_redemptions(ctx: &mut Ctx, orders: &[OrderId]) -> Result<(), Error> {
    let named = rows::erase(ctx, orders).await?;
    let keys: Vec<String> = named
        .iter()
        .map(|row| format!("{} {}", Uuid::from(row.order_id), Uuid::from(row.coupon_id)))
        .collect();
    erase::erase_audit(ctx, "pricing.redemptions", &keys).await?;
    let coupon = |row: &rows::Named| Uuid::from(row.coupon_id);
    let uses: Vec<String> = named
        .iter()
        .map(|row| format!("{} {}", coupon(row), row.customer_key))
        .collect();
    let nobody: Vec<String> = named.iter().map(|row| coupon(row).to_string()).collect();
    erase::erase_audit_keys(ctx, "pricing.coupon_uses", &uses, &nobody).await
}

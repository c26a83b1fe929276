//! Takes a person out of what they used coupons for.

use database::{Ctx, Error};
use kernel::OrderId;

database::statements! {
    ERASE = "WITH named AS ( \
            SELECT order_id, coupon_id, customer_key FROM pricing.redemptions \
            WHERE store_id = $1 AND order_id = ANY ($2) AND customer_key <> '' ORDER BY order_id, coupon_id FOR UPDATE \
        ), blank AS ( \
            UPDATE pricing.redemptions r SET customer_key = '' FROM named \
            WHERE r.store_id = $1 AND r.order_id = named.order_id AND r.coupon_id = named.coupon_id \
        ), uses AS ( \
            DELETE FROM pricing.coupon_uses u USING named \
            WHERE u.store_id = $1 AND u.coupon_id = named.coupon_id AND u.customer_key = named.customer_key \
        ) SELECT order_id || ' ' || coupon_id::text, coupon_id || ' ' || customer_key, coupon_id::text FROM named";
}

/// The keys of the redemptions, and of each customer's uses with them and without.
pub(crate) async fn erase(ctx: &mut Ctx, orders: &[OrderId]) -> Result<Vec<(String, String, String)>, Error> {
    let query = sqlx::query_as(ERASE).bind(ctx.store_id()).bind(orders);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

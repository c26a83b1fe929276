//! A person is forgotten: which orders used a coupon stays, for its limit; whose they were does not.

use database::{Ctx, Error, erase};
use kernel::OrderId;

use crate::store;

/// Takes whoever bought them out of the coupons that these orders used.
pub async fn erase_redemptions(ctx: &mut Ctx, orders: &[OrderId]) -> Result<(), Error> {
    let (mut redemptions, mut uses, mut nobody) = (Vec::new(), Vec::new(), Vec::new());
    for (redemption, used, coupon) in store::erase::erase(ctx, orders).await? {
        redemptions.push(redemption);
        uses.push(used);
        nobody.push(coupon);
    }
    erase::erase_audit(ctx, "pricing.redemptions", &redemptions).await?;
    erase::erase_audit_keys(ctx, "pricing.coupon_uses", &uses, &nobody).await
}

//! A coupon on the wire.

use chrono::{DateTime, Utc};
use pricing::{Coupon as Stored, CouponKind};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Money, ids};

/// A code that takes something off an order.
#[derive(Serialize, ToSchema)]
pub(super) struct Coupon {
    #[schema(value_type = ids::CouponId)]
    id: kernel::CouponId,
    /// In capitals.
    code: String,
    /// `percentage`, `fixed_amount` or `free_shipping`.
    kind: &'static str,
    /// With `percentage`: how many hundredths, such as `12.5`.
    #[schema(value_type = Option<String>)]
    percentage: Option<String>,
    /// With `fixed_amount`.
    amount: Option<Money>,
    /// What the items must cost together, before any discount.
    minimum: Option<Money>,
    /// The most it takes off.
    cap: Option<Money>,
    /// The products it is for; with no products and no collections it is for the whole order.
    #[schema(value_type = Vec<ids::ProductId>)]
    product_ids: Vec<kernel::ProductId>,
    #[schema(value_type = Vec<ids::CollectionId>)]
    collection_ids: Vec<kernel::CollectionId>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    /// How many orders may use it.
    total_limit: Option<i64>,
    /// How many orders of one customer may use it.
    customer_limit: Option<i64>,
    active: bool,
    /// How many orders have used it.
    used_count: i64,
    /// Raised by every change; also in the ETag.
    version: i64,
    created_at: DateTime<Utc>,
}

impl From<Stored> for Coupon {
    fn from(coupon: Stored) -> Self {
        let terms = coupon.terms;
        let (kind, percentage, amount) = match terms.kind {
            CouponKind::Percentage(fraction) => {
                let percentage = fraction
                    .checked_mul(Decimal::ONE_HUNDRED)
                    .unwrap_or_default()
                    .normalize();
                ("percentage", Some(percentage.to_string()), None)
            }
            CouponKind::FixedAmount(amount) => ("fixed_amount", None, Some(Money::from(amount))),
            CouponKind::FreeShipping => ("free_shipping", None, None),
        };
        Self {
            id: coupon.id,
            code: coupon.code.to_string(),
            kind,
            percentage,
            amount,
            minimum: terms.minimum.map(Money::from),
            cap: terms.cap.map(Money::from),
            product_ids: terms.products,
            collection_ids: terms.collections,
            starts_at: terms.starts_at,
            ends_at: terms.ends_at,
            total_limit: terms.total_limit,
            customer_limit: terms.customer_limit,
            active: terms.active,
            used_count: coupon.used_count,
            version: coupon.version,
            created_at: coupon.created_at,
        }
    }
}

//! What a request says of a coupon.

use chrono::{DateTime, Utc};
use kernel::{Currency, FieldError, Invalid};
use pricing::{CouponCode, CouponKind, CouponTerms};
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::{
    ToSchema,
    openapi::{Object, Ref, Type},
};

use crate::{
    kinds::{self, OfKind},
    wire::{Price, ids, optional_time, present, present_time},
};

/// The most products or collections of one coupon.
const MOST: usize = 1000;

/// What a coupon takes off.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// A part of what its lines cost.
    Percentage,
    /// An amount, once for the order.
    FixedAmount,
    /// The delivery.
    FreeShipping,
}

/// A coupon to be made. `percentage` goes with the kind of that name, `amount` with `fixed_amount`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateCoupon {
    /// Kept in capitals; no blanks.
    #[schema(min_length = 1, max_length = 64, pattern = r"^\S+$")]
    code: String,
    #[schema(value_type = String)]
    kind: Kind,
    percentage: Option<String>,
    amount: Option<Price>,
    /// What the items must cost together, before any discount.
    minimum: Option<Price>,
    /// The most it takes off.
    cap: Option<Price>,
    /// The products it is for; with no products and no collections it is for the whole order.
    #[serde(default)]
    #[schema(value_type = Vec<ids::ProductId>, max_items = 1000)]
    product_ids: Vec<kernel::ProductId>,
    #[serde(default)]
    #[schema(value_type = Vec<ids::CollectionId>, max_items = 1000)]
    collection_ids: Vec<kernel::CollectionId>,
    #[serde(default, deserialize_with = "optional_time")]
    starts_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "optional_time")]
    ends_at: Option<DateTime<Utc>>,
    /// How many orders may use it.
    #[schema(minimum = 1, maximum = 1_000_000_000_000_i64)]
    total_limit: Option<i64>,
    /// How many orders of one customer may use it.
    #[schema(minimum = 1, maximum = 1_000_000_000_000_i64)]
    customer_limit: Option<i64>,
    /// Whether it applies at all; yes without it.
    active: Option<bool>,
}

/// What to change; a field that is left out stays, null takes a condition away. Another kind comes with what goes with it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateCoupon {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    kind: Option<Kind>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    percentage: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Price, required = false)]
    amount: Option<Price>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Price>)]
    minimum: Option<Option<Price>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Price>)]
    cap: Option<Option<Price>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<ids::ProductId>, required = false, max_items = 1000)]
    product_ids: Option<Vec<kernel::ProductId>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<ids::CollectionId>, required = false, max_items = 1000)]
    collection_ids: Option<Vec<kernel::CollectionId>>,
    #[serde(default, deserialize_with = "present_time")]
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Option<DateTime<Utc>>>,
    #[serde(default, deserialize_with = "present_time")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Option<DateTime<Utc>>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 1_000_000_000_000_i64)]
    total_limit: Option<Option<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 1_000_000_000_000_i64)]
    customer_limit: Option<Option<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    active: Option<bool>,
}

/// How many hundredths a coupon takes off, in the document.
fn percentage() -> Object {
    Object::builder()
        .schema_type(Type::String)
        .description(Some("How many hundredths it takes off."))
        .pattern(Some(r"^[0-9]{1,3}(\.[0-9]{1,4})?$"))
        .examples(["12.5"])
        .build()
}

impl CreateCoupon {
    /// What each kind needs. What does not go with it may be null, as answers give it.
    pub(super) fn kinds() -> Vec<OfKind> {
        vec![
            OfKind::new("percentage")
                .needs("percentage", percentage())
                .takes("amount", kinds::null()),
            OfKind::new("fixed_amount")
                .needs("amount", Ref::from_schema_name(Price::name()))
                .takes("percentage", kinds::null()),
            OfKind::new("free_shipping")
                .takes("percentage", kinds::null())
                .takes("amount", kinds::null()),
        ]
    }
}

impl UpdateCoupon {
    /// What each kind needs, and what may be changed of the one it is.
    pub(super) fn kinds() -> Vec<OfKind> {
        let price = || Ref::from_schema_name(Price::name());
        vec![
            OfKind::new("percentage")
                .needs("percentage", percentage())
                .lacks("amount"),
            OfKind::new("fixed_amount").needs("amount", price()).lacks("percentage"),
            OfKind::new("free_shipping").lacks("percentage").lacks("amount"),
            OfKind::kept("OfPercentage")
                .takes("percentage", percentage())
                .lacks("amount"),
            OfKind::kept("OfAmount").needs("amount", price()).lacks("percentage"),
        ]
    }
}

/// What a coupon takes off, from its kind and the field that goes with it.
fn kind_of(
    kind: Kind,
    percentage: Option<String>,
    amount: Option<Price>,
    currency: Currency,
) -> Result<CouponKind, FieldError> {
    for (field, given, wanted) in [
        ("percentage", percentage.is_some(), matches!(kind, Kind::Percentage)),
        ("amount", amount.is_some(), matches!(kind, Kind::FixedAmount)),
    ] {
        if given && !wanted {
            return Err(FieldError::new(
                field,
                "not_of_this_kind",
                "does not go with this kind of coupon",
            ));
        }
        if wanted && !given {
            return Err(FieldError::required(field));
        }
    }
    match (kind, percentage, amount) {
        (Kind::Percentage, Some(percentage), _) => fraction(&percentage).map(CouponKind::Percentage),
        (Kind::FixedAmount, _, Some(amount)) => amount.parse("amount", currency).map(CouponKind::FixedAmount),
        _ => Ok(CouponKind::FreeShipping),
    }
}

/// `12.5` as 0.125.
pub(super) fn fraction(percentage: &str) -> Result<Decimal, FieldError> {
    let invalid = || FieldError::new("percentage", "invalid_percentage", "must be a number such as 12.5");
    let plain = percentage.len() <= 8 && percentage.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number = Decimal::from_str_exact(percentage)
        .ok()
        .filter(|_| plain)
        .ok_or_else(invalid)?;
    number.checked_div(Decimal::ONE_HUNDRED).ok_or_else(invalid)
}

fn price(invalid: &mut Invalid, field: &str, price: Option<Price>, currency: Currency) -> Option<kernel::Money> {
    match price?.parse(field, currency) {
        Ok(price) => Some(price),
        Err(error) => {
            invalid.push(error);
            None
        }
    }
}

/// Bounds that the domain leaves to the wire.
fn check_bounds(terms: &CouponTerms, invalid: &mut Invalid) {
    for (field, count) in [
        ("product_ids", terms.products.len()),
        ("collection_ids", terms.collections.len()),
    ] {
        if count > MOST {
            invalid.push(FieldError::new(
                field,
                "too_many",
                format!("may have at most {MOST} entries"),
            ));
        }
    }
    for (field, limit) in [
        ("total_limit", terms.total_limit),
        ("customer_limit", terms.customer_limit),
    ] {
        if limit.is_some_and(|limit| !(1..=1_000_000_000_000).contains(&limit)) {
            invalid.push(FieldError::new(
                field,
                "out_of_range",
                "must be between 1 and 1000000000000",
            ));
        }
    }
}

impl CreateCoupon {
    /// The coupon; everything that is wrong is named.
    pub(super) fn parse(self, currency: Currency) -> Result<pricing::CreateCoupon, Invalid> {
        let mut invalid = Invalid::default();
        let code = invalid.check("code", CouponCode::parse(&self.code));
        let kind = kind_of(self.kind, self.percentage, self.amount, currency)
            .map_err(|error| invalid.push(error))
            .ok();
        let terms = CouponTerms {
            minimum: price(&mut invalid, "minimum", self.minimum, currency),
            cap: price(&mut invalid, "cap", self.cap, currency),
            products: self.product_ids,
            collections: self.collection_ids,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            total_limit: self.total_limit,
            customer_limit: self.customer_limit,
            active: self.active.unwrap_or(true),
            ..CouponTerms::of(kind.unwrap_or(CouponKind::FreeShipping))
        };
        check_bounds(&terms, &mut invalid);
        match (code, invalid.0.is_empty()) {
            (Some(code), true) => Ok(pricing::CreateCoupon { code, terms }),
            (Some(_) | None, _) => Err(invalid),
        }
    }
}

impl UpdateCoupon {
    /// The terms after the change.
    pub(super) fn apply(self, before: CouponTerms, currency: Currency) -> Result<CouponTerms, Invalid> {
        let mut invalid = Invalid::default();
        let kind = match (self.kind, self.percentage, self.amount) {
            (None, None, None) => Some(before.kind),
            (kind, percentage, amount) => {
                let kind = kind.unwrap_or(match before.kind {
                    CouponKind::Percentage(_) => Kind::Percentage,
                    CouponKind::FixedAmount(_) => Kind::FixedAmount,
                    CouponKind::FreeShipping => Kind::FreeShipping,
                });
                kind_of(kind, percentage, amount, currency)
                    .map_err(|error| invalid.push(error))
                    .ok()
            }
        };
        let mut changed_price = |field: &str, given: Option<Option<Price>>, before: Option<kernel::Money>| match given {
            Some(given) => price(&mut invalid, field, given, currency),
            None => before,
        };
        let minimum = changed_price("minimum", self.minimum, before.minimum);
        let cap = changed_price("cap", self.cap, before.cap);
        let terms = CouponTerms {
            kind: kind.unwrap_or(before.kind),
            minimum,
            cap,
            products: self.product_ids.unwrap_or(before.products),
            collections: self.collection_ids.unwrap_or(before.collections),
            starts_at: self.starts_at.unwrap_or(before.starts_at),
            ends_at: self.ends_at.unwrap_or(before.ends_at),
            total_limit: self.total_limit.unwrap_or(before.total_limit),
            customer_limit: self.customer_limit.unwrap_or(before.customer_limit),
            active: self.active.unwrap_or(before.active),
        };
        check_bounds(&terms, &mut invalid);
        invalid.into_result().map(|()| terms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_a_plain_number() {
        assert_eq!(fraction("12.5").unwrap(), Decimal::new(125, 3));
        assert_eq!(fraction("100").unwrap(), Decimal::ONE);
        for text in ["", "-1", "1e3", "ten", "1.2.3", "0.123456789"] {
            assert!(fraction(text).is_err(), "{text}");
        }
    }

    #[test]
    fn each_kind_has_its_own_field() {
        let field = |kind, percentage: Option<&str>| {
            kind_of(kind, percentage.map(str::to_owned), None, Currency::USD)
                .err()
                .map(|error| error.field)
        };
        assert_eq!(field(Kind::Percentage, None).as_deref(), Some("percentage"));
        assert_eq!(field(Kind::FixedAmount, None).as_deref(), Some("amount"));
        assert_eq!(field(Kind::FreeShipping, Some("10")).as_deref(), Some("percentage"));
        assert_eq!(field(Kind::Percentage, Some("10")), None);
    }
}

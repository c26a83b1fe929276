//! `/admin/coupons`: list, get, create, change.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
};
use chrono::{DateTime, Utc};
use kernel::{CouponId, Currency, FieldError, Invalid};
use pricing::{CouponCode, CouponKind, CouponTerms, CreateCouponError, ListCouponsError, UpdateCouponError};
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::{coupon_view::Coupon, require_version, tagged};
use crate::{
    endpoint::Endpoint,
    wire::{List, Paging, Price, ids, optional_time, present, present_time},
};

const TAG: &str = "Admin: coupons";
/// The most products or collections of one coupon.
const MOST: usize = 1000;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct PageQuery {
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
    pub(super) limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub(super) cursor: Option<String>,
}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("list_coupons", "/admin/coupons", list)
        .says(TAG, "List coupons", "Coupons, newest first.")
        .guarded::<can::WriteCoupons>()
        .query::<PageQuery>()
        .lists::<Coupon>("A page of coupons.")
}

async fn list(api: Api<can::WriteCoupons>, Query(query): Query<PageQuery>) -> Answer {
    let page = Paging::request(query.limit, query.cursor)?;
    let mut ctx = api.work.read();
    let coupons = pricing::list_coupons(&mut ctx, &page)
        .await
        .map_err(|error| match error {
            ListCouponsError::Forbidden(error) => Problem::from(error),
            ListCouponsError::InvalidCursor(error) => error.into(),
            ListCouponsError::Internal(error) => error.into(),
        })?;
    Ok(List::from(coupons.map(Coupon::from)).into_response())
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("get_coupon", "/admin/coupons/{id}", get)
        .says(TAG, "Get a coupon", "A coupon and how often it was used.")
        .guarded::<can::WriteCoupons>()
        .path_id::<ids::CouponId>("id", "The coupon.")
        .answers::<Coupon>(200, "The coupon.")
        .tagged(200)
}

async fn get(api: Api<can::WriteCoupons>, Path(id): Path<CouponId>) -> Answer {
    let coupon = pricing::find_coupon(&mut api.work.read(), id)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(tagged(StatusCode::OK, coupon.version, Coupon::from(coupon)))
}

/// What a coupon takes off.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// A part of what its lines cost.
    Percentage,
    /// An amount, once for the order.
    FixedAmount,
    /// The delivery.
    FreeShipping,
}

/// A coupon to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateCoupon {
    /// Kept in capitals; no blanks.
    #[schema(min_length = 1, max_length = 64, pattern = r"^\S+$")]
    code: String,
    kind: Kind,
    /// With `percentage`: how many hundredths, such as `"12.5"`.
    #[schema(pattern = r"^[0-9]{1,3}(\.[0-9]{1,4})?$", example = "12.5")]
    percentage: Option<String>,
    /// With `fixed_amount`.
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

/// What to change; a field that is left out stays, null takes a condition away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateCoupon {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Kind, required = false)]
    kind: Option<Kind>,
    /// With `percentage`: how many hundredths, such as `"12.5"`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, pattern = r"^[0-9]{1,3}(\.[0-9]{1,4})?$")]
    percentage: Option<String>,
    /// With `fixed_amount`.
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
fn fraction(percentage: &str) -> Result<Decimal, FieldError> {
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
    fn parse(self, currency: Currency) -> Result<pricing::CreateCoupon, Invalid> {
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
    fn apply(self, before: CouponTerms, currency: Currency) -> Result<CouponTerms, Invalid> {
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

pub(crate) fn create_endpoint() -> Endpoint {
    Endpoint::post("create_coupon", "/admin/coupons", create)
        .says(
            TAG,
            "Create a coupon",
            "Makes a coupon that applies from now on, or from its start.",
        )
        .guarded::<can::WriteCoupons>()
        .idempotent()
        .body::<CreateCoupon>()
        .answers::<Coupon>(201, "The coupon.")
        .tagged(201)
        .problem(
            409,
            "`code_taken`: another coupon has the code; or `idempotency_key_in_flight`.",
        )
}

async fn create(api: Api<can::WriteCoupons>, Idempotent { body, request }: Idempotent<CreateCoupon>) -> Answer {
    let new = body.parse(api.store().currency)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let coupon = pricing::create_coupon(ctx, &new).await.map_err(|error| match error {
            CreateCouponError::Forbidden(error) => error.into(),
            CreateCouponError::CodeTaken => Problem::conflict("code_taken", "Another coupon has the code."),
            CreateCouponError::Invalid(invalid) => invalid.into(),
            CreateCouponError::Internal(error) => error.into(),
        })?;
        let location = [(header::LOCATION, format!("/api/v1/admin/coupons/{}", coupon.id))];
        Ok((
            location,
            tagged(StatusCode::CREATED, coupon.version, Coupon::from(coupon)),
        )
            .into_response())
    })
    .await
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_coupon", "/admin/coupons/{id}", patch)
        .says(
            TAG,
            "Change a coupon",
            "Changes the given terms of a coupon. Its code stays: shoppers have it in their mails.",
        )
        .guarded::<can::WriteCoupons>()
        .path_id::<ids::CouponId>("id", "The coupon.")
        .idempotent()
        .if_match(true)
        .body::<UpdateCoupon>()
        .answers::<Coupon>(200, "The coupon.")
        .tagged(200)
        .problem(
            409,
            "`limit_below_uses`: more orders have used it than the new limit allows; or `idempotency_key_in_flight`.",
        )
}

async fn patch(
    api: Api<can::WriteCoupons>,
    Path(id): Path<CouponId>,
    version: IfMatch,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateCoupon>,
) -> Answer {
    let expected = require_version(version, &headers)?;
    let currency = api.store().currency;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let before = pricing::find_coupon(ctx, id).await?.ok_or_else(Problem::not_found)?;
        let terms = body.apply(before.terms, currency)?;
        let update = pricing::UpdateCoupon {
            id,
            version: expected.unwrap_or(before.version),
            terms,
        };
        let coupon = pricing::update_coupon(ctx, &update)
            .await
            .map_err(|error| match error {
                UpdateCouponError::Forbidden(error) => error.into(),
                UpdateCouponError::NotFound => Problem::not_found(),
                UpdateCouponError::VersionConflict => Problem::version_conflict(),
                UpdateCouponError::LimitBelowUses => {
                    Problem::conflict("limit_below_uses", "More orders have used it than the limit allows.")
                }
                UpdateCouponError::Invalid(invalid) => invalid.into(),
                UpdateCouponError::Internal(error) => error.into(),
            })?;
        Ok(tagged(StatusCode::OK, coupon.version, Coupon::from(coupon)))
    })
    .await
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

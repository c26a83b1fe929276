//! Quotes: carts worked out by hand, what coupons do, what holds for every cart, and other platforms' cases.

mod by_hand;
mod coupons;
mod peer_cases;
mod properties;

use chrono::{DateTime, TimeDelta};
use kernel::{CollectionId, CouponId, Currency, ProductId, TaxRounding, Time};
use tax::Place;
use uuid::Uuid;

use super::*;
use crate::{Coupon, CouponCode, CouponFacts, CouponKind, CouponReason, CouponResult, CouponTerms};

fn now() -> Time {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn rate(name: &str, rate: &str) -> Rate {
    Rate {
        name: name.to_owned(),
        rate: rate.parse().unwrap(),
        compound: name.starts_with("compound"),
        on_shipping: true,
        jurisdiction: Place::parse("CA").unwrap(),
    }
}

/// A line of product and variant `number`, which is in collection `number`.
fn line(number: u128, quantity: i64, unit_price: Money, taxes: &[Rate]) -> LineFacts {
    LineFacts {
        variant_id: VariantId::from(Uuid::from_u128(number)),
        product_id: ProductId::from(Uuid::from_u128(number)),
        collection_ids: vec![CollectionId::from(Uuid::from_u128(number))],
        quantity,
        unit_price,
        taxes: taxes.to_vec(),
    }
}

fn facts(currency: Currency, lines: Vec<LineFacts>) -> QuoteFacts {
    QuoteFacts {
        currency,
        prices_include_tax: false,
        tax_rounding: TaxRounding::Line,
        now: now(),
        lines,
        shipping: None,
        coupons: Vec::new(),
    }
}

fn coupon(code: &str, terms: CouponTerms) -> CouponFacts {
    let number = code.bytes().fold(0_u128, |sum, byte| sum * 256 + u128::from(byte));
    let coupon = Coupon {
        id: CouponId::from(Uuid::from_u128(number)),
        code: CouponCode::parse(code).unwrap(),
        terms,
        used_count: 3,
        version: 1,
        created_at: now(),
    };
    CouponFacts {
        code: code.to_owned(),
        coupon: Some(coupon),
        customer_uses: 1,
    }
}

fn percent(whole: i64) -> CouponTerms {
    CouponTerms::of(CouponKind::Percentage(Decimal::new(whole, 2)))
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn minors(amounts: impl IntoIterator<Item = Money>) -> Vec<i64> {
    amounts.into_iter().map(Money::minor).collect()
}

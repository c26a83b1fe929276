//! A coupon as it is typed.

use kernel::{CollectionId, Currency, FieldError, Invalid, ProductId, TimeZone};
use pricing::{Coupon, CouponKind, CouponTerms};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::forms::{amount_text, moment_text, read_amount, read_kept_moment, read_number, tick};

/// The kinds of coupons, by their name in the form.
pub(crate) const KINDS: [&str; 3] = ["percentage", "fixed", "shipping"];

/// The fields of a coupon.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct CouponForm {
    pub(crate) code: String,
    pub(crate) kind: String,
    /// Per cent, such as `10`.
    pub(crate) percentage: String,
    pub(crate) amount: String,
    pub(crate) minimum: String,
    pub(crate) cap: String,
    pub(crate) starts_at: String,
    pub(crate) ends_at: String,
    pub(crate) total_limit: String,
    pub(crate) customer_limit: String,
    pub(crate) active: String,
    /// The last parts of product pages' addresses, one a line.
    pub(crate) products: String,
    #[serde(skip_serializing)]
    pub(crate) collection: Vec<String>,
    pub(crate) version: String,
}

impl CouponForm {
    /// A form for a new coupon.
    pub(crate) fn empty() -> Self {
        Self {
            kind: "percentage".to_owned(),
            active: tick(true),
            ..Self::default()
        }
    }

    /// The form of a saved coupon; `products` are the names that its products are typed by.
    pub(crate) fn of(coupon: &Coupon, products: &[String], zone: TimeZone) -> Self {
        let terms = &coupon.terms;
        let (kind, percentage, amount) = match terms.kind {
            CouponKind::Percentage(fraction) => ("percentage", percent_text(fraction), String::new()),
            CouponKind::FixedAmount(amount) => ("fixed", String::new(), amount_text(Some(amount))),
            CouponKind::FreeShipping => ("shipping", String::new(), String::new()),
        };
        let number = |limit: Option<i64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        Self {
            code: coupon.code.to_string(),
            kind: kind.to_owned(),
            percentage,
            amount,
            minimum: amount_text(terms.minimum),
            cap: amount_text(terms.cap),
            starts_at: moment_text(terms.starts_at, zone),
            ends_at: moment_text(terms.ends_at, zone),
            total_limit: number(terms.total_limit),
            customer_limit: number(terms.customer_limit),
            active: tick(terms.active),
            products: products.join("\n"),
            collection: terms.collections.iter().map(ToString::to_string).collect(),
            version: coupon.version.to_string(),
        }
    }

    /// The products as they are typed, one a line.
    pub(crate) fn product_lines(&self) -> impl Iterator<Item = &str> {
        self.products
            .split([',', '\n'])
            .map(str::trim)
            .filter(|line| !line.is_empty())
    }

    /// The terms, for the products that were found, `saved` being those of a coupon that is changed.
    pub(crate) fn terms(
        &self,
        products: Vec<ProductId>,
        saved: Option<&CouponTerms>,
        currency: Currency,
        zone: TimeZone,
    ) -> Result<CouponTerms, Invalid> {
        let mut invalid = Invalid::default();
        let (kept_start, kept_end) = saved.map_or((None, None), |terms| (terms.starts_at, terms.ends_at));
        let kind = self.kind(&mut invalid, currency);
        let collections = self
            .collection
            .iter()
            .map(|id| id.parse::<CollectionId>())
            .collect::<Result<_, _>>();
        let collections = collections.map_err(|error| FieldError::new("collection", "invalid_id", error.to_string()));
        let terms = CouponTerms {
            kind: kind.unwrap_or(CouponKind::FreeShipping),
            minimum: read_amount(&mut invalid, "minimum", &self.minimum, currency),
            cap: read_amount(&mut invalid, "cap", &self.cap, currency),
            products,
            collections: invalid.check("collection", collections).unwrap_or_default(),
            starts_at: read_kept_moment(&mut invalid, "starts_at", &self.starts_at, kept_start, zone),
            ends_at: read_kept_moment(&mut invalid, "ends_at", &self.ends_at, kept_end, zone),
            total_limit: read_number(&mut invalid, "total_limit", &self.total_limit),
            customer_limit: read_number(&mut invalid, "customer_limit", &self.customer_limit),
            active: !self.active.is_empty(),
        };
        if terms.cap.is_some() && matches!(kind, Some(CouponKind::FixedAmount(_) | CouponKind::FreeShipping)) {
            let message = "is only for a coupon that takes off a percentage";
            invalid.push(FieldError::new("cap", "cap_of_percentage", message));
        }
        invalid.into_result()?;
        Ok(terms)
    }

    fn kind(&self, invalid: &mut Invalid, currency: Currency) -> Option<CouponKind> {
        match self.kind.as_str() {
            "percentage" => invalid
                .check("percentage", percentage(&self.percentage))
                .map(CouponKind::Percentage),
            "fixed" if self.amount.trim().is_empty() => {
                invalid.push(FieldError::required("amount"));
                None
            }
            "fixed" => read_amount(invalid, "amount", &self.amount, currency).map(CouponKind::FixedAmount),
            "shipping" => Some(CouponKind::FreeShipping),
            _ => {
                invalid.push(FieldError::required("kind"));
                None
            }
        }
    }
}

/// `10` as 0.1.
pub(crate) fn percentage(text: &str) -> Result<Decimal, FieldError> {
    let text = text.trim().trim_end_matches('%').trim();
    if text.is_empty() {
        return Err(FieldError::required("percentage"));
    }
    let percent = text.replace(',', ".").parse::<Decimal>().ok();
    let fraction = percent.and_then(|percent| percent.checked_mul(Decimal::new(1, 2)));
    fraction.ok_or_else(|| FieldError::new("percentage", "invalid_number", "is not a number"))
}

/// 0.1 as `10`.
pub(crate) fn percent_text(fraction: Decimal) -> String {
    fraction
        .checked_mul(Decimal::ONE_HUNDRED)
        .unwrap_or(fraction)
        .normalize()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_fractions_inside() {
        for (typed, fraction, shown) in [("10", Decimal::new(1, 1), "10"), ("7,5 %", Decimal::new(75, 3), "7.5")] {
            let read = percentage(typed).unwrap();
            assert_eq!(read, fraction);
            assert_eq!(percent_text(read), shown);
        }
        assert!(percentage("half").is_err() && percentage("").is_err());
    }

    #[test]
    fn only_a_percentage_has_a_cap() {
        for (kind, is_refused) in [("percentage", false), ("fixed", true), ("shipping", true)] {
            let form = CouponForm {
                kind: kind.to_owned(),
                percentage: "10".to_owned(),
                amount: "5".to_owned(),
                cap: "3".to_owned(),
                ..CouponForm::empty()
            };
            let read = form.terms(Vec::new(), None, Currency::USD, TimeZone::UTC);
            let field = read.err().map(|invalid| invalid.0[0].field.clone());
            assert_eq!(field.as_deref(), is_refused.then_some("cap"), "{kind}");
        }
    }
}

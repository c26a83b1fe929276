//! A coupon: what it takes off, on what, and for whom.

use kernel::{CollectionId, CouponId, FieldError, Money, ProductId, Time};
use rust_decimal::Decimal;

/// A code that takes something off an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coupon {
    /// Its id.
    pub id: CouponId,
    /// Its code.
    pub code: CouponCode,
    /// What it takes off, on what, and for whom.
    pub terms: CouponTerms,
    /// How many orders have used it.
    pub used_count: i64,
    /// Counts its changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
}

/// What a merchant decides about a coupon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouponTerms {
    /// What it takes off.
    pub kind: CouponKind,
    /// What the items must cost together, before any discount, for it to apply.
    pub minimum: Option<Money>,
    /// The most it takes off.
    pub cap: Option<Money>,
    /// The products it is for. With no products and no collections it is for the whole order.
    pub products: Vec<ProductId>,
    /// The collections it is for.
    pub collections: Vec<CollectionId>,
    /// The first moment it applies.
    pub starts_at: Option<Time>,
    /// The first moment it no longer applies.
    pub ends_at: Option<Time>,
    /// How many orders may use it.
    pub total_limit: Option<i64>,
    /// How many orders of one customer may use it.
    pub customer_limit: Option<i64>,
    /// Whether the merchant lets it apply at all.
    pub active: bool,
}

/// What a coupon takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CouponKind {
    /// A fraction of what its lines cost: 0.1 is 10 %.
    Percentage(Decimal),
    /// An amount, once for the order.
    FixedAmount(Money),
    /// The delivery.
    FreeShipping,
}

impl CouponTerms {
    /// Terms without any condition.
    pub fn of(kind: CouponKind) -> Self {
        Self {
            kind,
            minimum: None,
            cap: None,
            products: Vec::new(),
            collections: Vec::new(),
            starts_at: None,
            ends_at: None,
            total_limit: None,
            customer_limit: None,
            active: true,
        }
    }

    /// Whether it is for some products only.
    pub fn is_restricted(&self) -> bool {
        !self.products.is_empty() || !self.collections.is_empty()
    }

    /// Whether it is for that product.
    pub fn is_for(&self, product: ProductId, collections: &[CollectionId]) -> bool {
        !self.is_restricted()
            || self.products.contains(&product)
            || collections
                .iter()
                .any(|collection| self.collections.contains(collection))
    }
}

/// A coupon's code in capitals: 1 to 64 characters without blanks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CouponCode(String);

impl CouponCode {
    /// Reads a code in any case, with blanks around it.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let code = Self::normalised(text);
        if code.is_empty() {
            Err(FieldError::required("code"))
        } else if code.chars().count() > 64 || code.chars().any(|c| c.is_whitespace() || c.is_control()) {
            Err(FieldError::new(
                "code",
                "invalid_code",
                "may have at most 64 characters and no blanks",
            ))
        } else {
            Ok(Self(code))
        }
    }

    /// What a shopper typed, in the form that codes are compared in.
    pub fn normalised(text: &str) -> String {
        text.trim().to_uppercase()
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for CouponCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

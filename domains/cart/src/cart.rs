//! A cart without its lines.

use chrono::NaiveDate;
use kernel::{Address, CartId, Currency, CustomerId, EmailAddress, Locale, OrderId, Time};

/// Where a cart is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CartState {
    /// The shopper may change it.
    Open,
    /// Its lines went into the cart of a customer who signed in.
    Merged,
    /// It became an order.
    Completed,
}

impl CartState {
    /// The name in the database and in APIs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Merged => "merged",
            Self::Completed => "completed",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, database::Error> {
        match text {
            "open" => Ok(Self::Open),
            "merged" => Ok(Self::Merged),
            "completed" => Ok(Self::Completed),
            other => Err(database::Error::corrupt("carts.state", other)),
        }
    }
}

/// A cart without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// The cart's id, a secret of the shopper's.
    pub id: CartId,
    /// Where it is in its life.
    pub state: CartState,
    /// The customer it belongs to, once signed in.
    pub customer_id: Option<CustomerId>,
    /// Where the confirmation goes.
    pub email: Option<EmailAddress>,
    /// The language of the order's mails.
    pub locale: Locale,
    /// The store's currency when the cart was made.
    pub currency: Currency,
    /// Where the goods go.
    pub shipping_address: Option<Address>,
    /// Where the bill goes, when elsewhere.
    pub billing_address: Option<Address>,
    /// The code of the chosen delivery.
    pub shipping_option: Option<String>,
    /// The day the shopper wants it delivered on.
    pub delivery_date: Option<NaiveDate>,
    /// The coupon codes that were entered.
    pub coupon_codes: Vec<String>,
    /// What the shopper wants the merchant to know.
    pub customer_note: String,
    /// Until when stock is set aside for it, or was.
    pub held_until: Option<Time>,
    /// The order it became.
    pub order_id: Option<OrderId>,
    /// Raised with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was changed last.
    pub updated_at: Time,
}

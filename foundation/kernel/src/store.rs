//! A store: one tenant, with its own catalogue, customers, orders and settings.

use crate::{Address, CountryCode, Currency, EmailAddress, Locale, StoreId, Time, TimeZone};

/// Where tax is rounded to whole minor units; kept on each order, so that it can be recomputed as it was sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxRounding {
    /// Each line's tax is rounded, and the sum is the order's tax.
    Line,
    /// The order's tax is rounded once per rate and spread over the lines by largest remainder.
    Order,
}

crate::named! {
    /// When stock is set aside for a shopper.
    HoldStock {
        /// When checkout begins: contact and address are there, and the payment comes next.
        AtCheckout = "checkout",
        /// As soon as something is in the cart.
        InCart = "cart",
    }

    /// When the money of an order is taken.
    CaptureWhen {
        /// With the order.
        AtOnce = "now",
        /// With its first parcel; until then the gateway holds it.
        OnShipment = "shipment",
        /// When somebody says so.
        ByHand = "hand",
    }
}

/// How a store's orders are numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderNumbers {
    /// What stands before the number; it does not end in a digit.
    pub prefix: String,
    /// Whether the day of the order stands between them.
    pub dated: bool,
    /// The number of the first order; later ones count on.
    pub first: i64,
}

impl OrderNumbers {
    /// `#1001`, or `ORD-20240101-0001` with the day.
    pub fn number(&self, number: i64, placed_at: Time, zone: TimeZone) -> String {
        let prefix = &self.prefix;
        if self.dated {
            format!("{prefix}{}-{number:04}", zone.day(placed_at).format("%Y%m%d"))
        } else {
            format!("{prefix}{number}")
        }
    }
}

/// What every request needs to know of the store it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// The tenant's id, leading in the key of every business table.
    pub id: StoreId,
    /// A short name for command lines and folders.
    pub slug: String,
    /// The name shoppers see.
    pub name: String,
    /// The first of its host names, which its mails link to. The oldest store has none of its own: it is at the address of
    /// the installation.
    pub own_host: Option<String>,
    /// The currency its prices are kept in.
    pub currency: Currency,
    /// The language its pages start in.
    pub locale: Locale,
    /// Whether the prices it shows contain the tax.
    pub prices_include_tax: bool,
    /// Where tax is rounded.
    pub tax_rounding: TaxRounding,
    /// The country it ships from.
    pub country: CountryCode,
    /// The address its mails come from.
    pub email: EmailAddress,
    /// Who its mails say they are from; empty for its name.
    pub sender_name: String,
    /// Where the business is.
    pub address: Option<Address>,
    /// The languages its pages are offered in, `locale` among them.
    pub locales: Vec<Locale>,
    /// Where its days begin at midnight.
    pub time_zone: TimeZone,
    /// Whether somebody who is not signed in may buy.
    pub guests_may_buy: bool,
    /// How its orders are numbered.
    pub order_numbers: OrderNumbers,
    /// How long stock is set aside for an order that is being paid.
    pub reservation_minutes: i32,
    /// Whether shoppers are asked to come back later.
    pub maintenance: bool,
    /// Whether shoppers may have to wait in a queue.
    pub has_waiting_room: bool,
    /// Counts the changes of its settings.
    pub version: i64,
    /// When stock is set aside for a shopper.
    pub hold_stock: HoldStock,
    /// How many minutes it stays set aside before the shopper places the order.
    pub hold_minutes: i64,
    /// When the money of an order is taken.
    pub capture: CaptureWhen,
}

impl Store {
    /// A store for tests and previews: US dollars, English, prices without tax.
    pub fn sample() -> Self {
        use crate::TypedId as _;
        Self {
            id: StoreId::generate(chrono::DateTime::UNIX_EPOCH, &crate::SeededEntropy::new(7)),
            slug: "sample".to_owned(),
            name: "Sample Store".to_owned(),
            own_host: None,
            currency: Currency::USD,
            locale: Locale::EN,
            prices_include_tax: false,
            tax_rounding: TaxRounding::Line,
            country: CountryCode::US,
            email: EmailAddress::parse("store@example.com").unwrap_or_else(|_| EmailAddress::nobody()),
            sender_name: String::new(),
            address: None,
            locales: Locale::ALL.to_vec(),
            time_zone: TimeZone::UTC,
            guests_may_buy: true,
            order_numbers: OrderNumbers {
                prefix: "ORD-".to_owned(),
                dated: false,
                first: 1001,
            },
            reservation_minutes: 30,
            maintenance: false,
            has_waiting_room: false,
            version: 1,
            hold_stock: HoldStock::AtCheckout,
            hold_minutes: 15,
            capture: CaptureWhen::AtOnce,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_numbered_with_or_without_the_day() {
        let day = chrono::DateTime::from_timestamp(1_704_067_200, 0).unwrap();
        let mut numbers = OrderNumbers {
            prefix: "#".to_owned(),
            dated: false,
            first: 1001,
        };
        assert_eq!(numbers.number(1001, day, TimeZone::UTC), "#1001");
        numbers.prefix = "ORD-".to_owned();
        numbers.dated = true;
        assert_eq!(numbers.number(1, day, TimeZone::UTC), "ORD-20240101-0001");
        let new_york = TimeZone::parse("America/New_York").unwrap();
        assert_eq!(numbers.number(1, day, new_york), "ORD-20231231-0001");
    }
}

//! Variants: what is sold, priced and counted.

use kernel::{CollectionId, CountryCode, CustomerId, Money, ProductId, Sku, Slug, Time, VariantId};

use crate::{
    Buyer, Dimensions, ListOffer, Measure, PersonalField, PriceStep, ProductKind, QuantityRule, UnitPrice, member_price,
};

/// A lower price for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sale {
    /// The price while it lasts.
    pub price: Money,
    /// From when; `None` is from ever.
    pub starts_at: Option<Time>,
    /// Until just before when; `None` is until ended by hand.
    pub ends_at: Option<Time>,
}

impl Sale {
    /// Whether the sale is on at that moment.
    pub fn is_on(&self, now: Time) -> bool {
        self.starts_at.is_none_or(|start| start <= now) && self.ends_at.is_none_or(|end| now < end)
    }
}

/// The price to pay at a moment: a sale's while it is on, otherwise the regular one.
pub(crate) fn price_at(price: Option<Money>, sale: Option<&Sale>, now: Time) -> Option<Money> {
    let regular = price?;
    Some(sale.filter(|sale| sale.is_on(now)).map_or(regular, |sale| sale.price))
}

/// The price to strike out at a moment: the regular one during a sale, otherwise the one to compare with, and only when it
/// is above the price to pay.
pub(crate) fn was_at(price: Option<Money>, sale: Option<&Sale>, compare_at: Option<Money>, now: Time) -> Option<Money> {
    let to_pay = price_at(price, sale, now)?;
    let before = if sale.is_some_and(|sale| sale.is_on(now)) {
        price
    } else {
        compare_at
    };
    before.filter(|before| before.currency() == to_pay.currency() && before.minor() > to_pay.minor())
}

/// A variant of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// The variant's id.
    pub id: VariantId,
    /// The product it belongs to.
    pub product_id: ProductId,
    /// Its place among the product's variants, from 0.
    pub position: i32,
    /// Its option values in words, such as `M / Red`.
    pub title: String,
    /// The merchant's own number.
    pub sku: Option<Sku>,
    /// EAN, UPC, ISBN or the like.
    pub barcode: String,
    /// One value for each of the product's option names.
    pub option_values: Vec<String>,
    /// The regular price. Without one the variant is shown but not for sale.
    pub price: Option<Money>,
    /// A higher price to compare with.
    pub compare_at: Option<Money>,
    /// What it cost the store.
    pub cost: Option<Money>,
    /// A lower price for a while.
    pub sale: Option<Sale>,
    /// Weight, for shipping.
    pub weight_grams: i64,
    /// Size, for shipping.
    pub dimensions: Dimensions,
    /// How much is in it, for its base price.
    pub measure: Option<Measure>,
    /// The customs tariff number.
    pub hs_code: String,
    /// The two-letter code of the country it was made in, or empty.
    pub origin_country: String,
    /// The row of the tax tables it falls under.
    pub tax_category: String,
    /// Whether tax is due on it at all.
    pub taxable: bool,
    /// Whether it goes into a parcel.
    pub requires_shipping: bool,
    /// Whether shoppers can choose it.
    pub active: bool,
    /// Its own picture, or empty.
    pub image_url: String,
    /// How many of it are sold, in the place of the product's rule.
    pub quantity_rule: Option<QuantityRule>,
    /// Whether it can be bought now, as inventory told last.
    pub in_stock: bool,
    /// Raised by every change, for `If-Match`.
    pub version: i64,
}

impl Variant {
    /// The price to pay at that moment.
    pub fn price_at(&self, now: Time) -> Option<Money> {
        price_at(self.price, self.sale.as_ref(), now)
    }

    /// The price to strike out at that moment.
    pub fn was_at(&self, now: Time) -> Option<Money> {
        was_at(self.price, self.sale.as_ref(), self.compare_at, now)
    }

    /// What one of so many costs the buyer at that moment, by what lists offer for it.
    pub fn price_for(&self, offers: &[ListOffer], buyer: &Buyer, quantity: i64, now: Time) -> Option<UnitPrice> {
        let prices = (self.price_at(now)?, self.price?);
        Some(member_price::unit_price(prices, offers, buyer, quantity))
    }

    /// Every price that a quantity of it has for the buyer at that moment, from one piece on.
    pub fn price_steps(&self, offers: &[ListOffer], buyer: &Buyer, now: Time) -> Vec<PriceStep> {
        let prices = self.price_at(now).zip(self.price);
        prices.map_or_else(Vec::new, |prices| member_price::steps(prices, offers, buyer))
    }
}

/// A variant that shoppers may buy, with all that carts, prices, taxes and orders need to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SellableVariant {
    /// The variant.
    pub variant_id: VariantId,
    /// The product it belongs to.
    pub product_id: ProductId,
    /// The last part of the product page's address.
    pub slug: Slug,
    /// The product's name.
    pub product_title: String,
    /// The option values in words; empty for a product without options.
    pub variant_title: String,
    /// The merchant's own number.
    pub sku: Option<String>,
    /// The variant's picture, or the product's, or empty.
    pub image_url: String,
    /// What the product is.
    pub kind: ProductKind,
    /// The regular price. Without one the variant is not for sale.
    pub price: Option<Money>,
    /// A lower price for a while.
    pub sale: Option<Sale>,
    /// A higher price to compare with.
    pub compare_at: Option<Money>,
    /// Weight, for shipping.
    pub weight_grams: i64,
    /// Size, for shipping.
    pub dimensions: Dimensions,
    /// Whether tax is due on it at all.
    pub taxable: bool,
    /// The row of the tax tables it falls under.
    pub tax_category: String,
    /// Whether it goes into a parcel.
    pub requires_shipping: bool,
    /// What shoppers fill in for it, in order.
    pub personal_fields: Vec<PersonalField>,
    /// How many of it are sold.
    pub quantity_rule: QuantityRule,
    /// The collections its product is in, for coupons.
    pub collection_ids: Vec<CollectionId>,
    /// What price lists offer the customers it was asked for.
    pub offers: Vec<ListOffer>,
}

impl SellableVariant {
    /// The price that everybody pays at that moment.
    pub fn price_at(&self, now: Time) -> Option<Money> {
        price_at(self.price, self.sale.as_ref(), now)
    }

    /// What one of so many costs the buyer at that moment; never more than everybody pays.
    pub fn price_for(&self, buyer: &Buyer, quantity: i64, now: Time) -> Option<UnitPrice> {
        let prices = (self.price_at(now)?, self.price?);
        Some(member_price::unit_price(prices, &self.offers, buyer, quantity))
    }

    /// Every price that a quantity of it has for the customer at that moment, by where it goes: to a country that a list names, or to
    /// any other. Nothing where no list offers them anything.
    pub fn steps_by_country(&self, customer: CustomerId, now: Time) -> Vec<(Option<CountryCode>, Vec<PriceStep>)> {
        let prices = self.price_at(now).zip(self.price);
        prices.map_or_else(Vec::new, |prices| {
            member_price::steps_by_country(prices, &self.offers, customer)
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use kernel::Currency;

    use super::*;

    #[test]
    fn a_sale_is_on_from_its_start_until_just_before_its_end() {
        let start = Time::UNIX_EPOCH;
        let end = start + TimeDelta::days(1);
        let usd = |minor| Some(Money::new(minor, Currency::USD));
        let sale = Sale {
            price: Money::new(800, Currency::USD),
            starts_at: Some(start),
            ends_at: Some(end),
        };
        let tick = TimeDelta::microseconds(1);
        for (now, price, was) in [
            (start - tick, usd(1000), usd(1200)),
            (start, usd(800), usd(1000)),
            (end - tick, usd(800), usd(1000)),
            (end, usd(1000), usd(1200)),
        ] {
            assert_eq!(price_at(usd(1000), Some(&sale), now), price, "{now}");
            assert_eq!(was_at(usd(1000), Some(&sale), usd(1200), now), was, "{now}");
        }
        assert_eq!(
            price_at(None, Some(&sale), start),
            None,
            "without a price nothing is for sale"
        );
        assert_eq!(
            was_at(usd(1000), None, usd(900), start),
            None,
            "a lower price is not struck out"
        );
    }
}

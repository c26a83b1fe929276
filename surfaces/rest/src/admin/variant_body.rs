//! What a request says of a variant.

use catalog::{NewVariant, VariantChanges};
use chrono::{DateTime, Utc};
use kernel::{Currency, FieldError, Invalid};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::wire::{Price, optional_time, present, words};

/// A variant to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateVariant {
    /// Its name; made from the option values when it is empty.
    #[serde(default)]
    #[schema(max_length = 500, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    title: String,
    #[schema(max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    sku: Option<String>,
    /// EAN, UPC, ISBN or the like.
    #[serde(default)]
    #[schema(max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    barcode: String,
    /// One value for each of the product's option names.
    #[serde(default)]
    #[schema(value_type = Vec<words::Title>, required = false, max_items = 3)]
    option_values: Vec<String>,
    /// The regular price. Without one the variant is shown but not for sale.
    price: Option<Price>,
    /// A higher price to compare with.
    compare_at: Option<Price>,
    /// What it cost the store.
    cost: Option<Price>,
    /// A lower price for a while.
    sale: Option<SaleBody>,
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    weight_grams: i64,
    /// With the packaging; 0 is not known.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000)]
    length_mm: i64,
    /// With the packaging; 0 is not known.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000)]
    width_mm: i64,
    /// With the packaging; 0 is not known.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000)]
    height_mm: i64,
    /// How much is in it, such as `750 ml`, for its base price; units are mg, g, kg, oz, lb, ml, cl, l, m3, floz, cm, m, m2
    /// and pc. Empty is not said.
    #[serde(default)]
    #[schema(max_length = 100)]
    measure: String,
    /// For how much the base price is, such as `100 ml`; empty is the kilogram, litre, metre or pound.
    #[serde(default)]
    #[schema(max_length = 100)]
    measure_base: String,
    /// The customs tariff number.
    #[serde(default)]
    #[schema(max_length = 2000)]
    hs_code: String,
    /// The country it was made in.
    #[serde(default)]
    #[schema(max_length = 2000)]
    origin_country: String,
    /// The row of the tax tables it falls under.
    #[serde(default = "standard")]
    #[schema(min_length = 1, max_length = 500, default = "standard")]
    tax_category: String,
    /// Whether tax is due on it at all.
    #[serde(default = "yes")]
    #[schema(default = true)]
    taxable: bool,
    /// Whether it goes into a parcel.
    #[serde(default = "yes")]
    #[schema(default = true)]
    requires_shipping: bool,
    /// Whether shoppers can choose it.
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
    /// Its own picture, or empty.
    #[serde(default)]
    #[schema(max_length = 2000)]
    image_url: String,
}

fn standard() -> String {
    "standard".to_owned()
}

fn yes() -> bool {
    true
}

/// A lower price for a while.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SaleBody {
    price: Price,
    /// From when; null is from ever.
    #[serde(default, deserialize_with = "optional_time")]
    starts_at: Option<DateTime<Utc>>,
    /// Until just before when; null is until ended by hand.
    #[serde(default, deserialize_with = "optional_time")]
    ends_at: Option<DateTime<Utc>>,
}

/// What to change; a field that is left out stays, null takes a price, SKU or sale away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateVariant {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 500, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    sku: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    barcode: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<words::Title>, required = false, max_items = 3)]
    option_values: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Price>)]
    price: Option<Option<Price>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Price>)]
    compare_at: Option<Option<Price>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Price>)]
    cost: Option<Option<Price>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<SaleBody>)]
    sale: Option<Option<SaleBody>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64, required = false, minimum = 0, maximum = 1_000_000_000)]
    weight_grams: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64, required = false, minimum = 0, maximum = 100_000)]
    length_mm: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64, required = false, minimum = 0, maximum = 100_000)]
    width_mm: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64, required = false, minimum = 0, maximum = 100_000)]
    height_mm: Option<i64>,
    /// How much is in it; an empty text takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 100)]
    measure: Option<String>,
    /// For how much the base price is. Counts with `measure` only; empty is the kilogram, litre, metre or pound.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 100)]
    measure_base: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    hs_code: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    origin_country: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 500)]
    tax_category: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    taxable: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    requires_shipping: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    active: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    image_url: Option<String>,
    /// Its place among the product's variants, from 0.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i32, required = false, minimum = 0, maximum = 1_000_000)]
    position: Option<i32>,
}

/// Notes what is wrong with prices under `prefix`.
pub(super) struct Prices<'i> {
    pub(super) invalid: &'i mut Invalid,
    pub(super) prefix: &'i str,
    pub(super) currency: Currency,
}

impl Prices<'_> {
    fn field(&self, name: &str) -> String {
        if self.prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.prefix)
        }
    }

    pub(super) fn price(&mut self, name: &str, price: Option<Price>) -> Option<kernel::Money> {
        let field = self.field(name);
        match price?.parse(&field, self.currency) {
            Ok(price) => Some(price),
            Err(error) => {
                self.invalid.push(error);
                None
            }
        }
    }

    fn measure(&mut self, amount: &str, base: &str) -> Option<catalog::Measure> {
        catalog::Measure::parse(amount, base).unwrap_or_else(|invalid| {
            for error in invalid.0 {
                let field = self.field(&error.field);
                self.invalid.push(FieldError { field, ..error });
            }
            None
        })
    }

    pub(super) fn sale(&mut self, sale: Option<SaleBody>) -> Option<catalog::Sale> {
        let sale = sale?;
        let price = self.price("sale.price", Some(sale.price))?;
        Some(catalog::Sale {
            price,
            starts_at: sale.starts_at,
            ends_at: sale.ends_at,
        })
    }
}

impl CreateVariant {
    /// The variant; prices that are wrong are noted under `prefix`.
    pub(super) fn parse(self, currency: Currency, prefix: &str, invalid: &mut Invalid) -> NewVariant {
        let mut prices = Prices {
            invalid,
            prefix,
            currency,
        };
        NewVariant {
            title: self.title,
            sku: self.sku,
            barcode: self.barcode,
            option_values: self.option_values,
            price: prices.price("price", self.price),
            compare_at: prices.price("compare_at", self.compare_at),
            cost: prices.price("cost", self.cost),
            sale: prices.sale(self.sale),
            weight_grams: self.weight_grams,
            dimensions: catalog::Dimensions {
                length_mm: self.length_mm,
                width_mm: self.width_mm,
                height_mm: self.height_mm,
            },
            measure: prices.measure(&self.measure, &self.measure_base),
            hs_code: self.hs_code,
            origin_country: self.origin_country,
            tax_category: self.tax_category,
            taxable: self.taxable,
            requires_shipping: self.requires_shipping,
            active: self.active,
            image_url: self.image_url,
        }
    }
}

impl UpdateVariant {
    /// The changes; everything that is wrong with prices is named.
    pub(super) fn parse(self, currency: Currency) -> Result<VariantChanges, Invalid> {
        let mut invalid = Invalid::default();
        if self
            .position
            .is_some_and(|position| !(0..=1_000_000).contains(&position))
        {
            invalid.push(FieldError::new(
                "position",
                "out_of_range",
                "must be between 0 and 1000000",
            ));
        }
        let mut prices = Prices {
            invalid: &mut invalid,
            prefix: "",
            currency,
        };
        let base = self.measure_base.unwrap_or_default();
        if self.measure.is_none() && !base.is_empty() {
            prices.invalid.push(FieldError::required("measure"));
        }
        let measure = self.measure.map(|amount| prices.measure(&amount, &base));
        let changes = VariantChanges {
            title: self.title,
            sku: self.sku,
            barcode: self.barcode,
            option_values: self.option_values,
            price: self.price.map(|price| prices.price("price", price)),
            compare_at: self.compare_at.map(|price| prices.price("compare_at", price)),
            cost: self.cost.map(|price| prices.price("cost", price)),
            sale: self.sale.map(|sale| prices.sale(sale)),
            weight_grams: self.weight_grams,
            length_mm: self.length_mm,
            width_mm: self.width_mm,
            height_mm: self.height_mm,
            measure,
            hs_code: self.hs_code,
            origin_country: self.origin_country,
            tax_category: self.tax_category,
            taxable: self.taxable,
            requires_shipping: self.requires_shipping,
            active: self.active,
            image_url: self.image_url,
            position: self.position,
        };
        invalid.into_result().map(|()| changes)
    }
}

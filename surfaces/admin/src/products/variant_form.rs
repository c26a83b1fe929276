//! A variant as it is typed.

use catalog::{Dimensions, Measure, NewVariant, Sale, Variant, VariantChanges};
use kernel::{Currency, FieldError, Invalid, TimeZone};
use serde::{Deserialize, Serialize};

use crate::forms::{amount_text, moment_text, read_amount, read_kept_moment, read_number, tick};

/// The fields of a variant.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct VariantForm {
    pub(crate) title: String,
    /// One for each option of the product.
    pub(crate) option_value: Vec<String>,
    pub(crate) sku: String,
    pub(crate) barcode: String,
    pub(crate) price: String,
    pub(crate) compare_at: String,
    pub(crate) cost: String,
    pub(crate) sale_price: String,
    pub(crate) sale_starts_at: String,
    pub(crate) sale_ends_at: String,
    pub(crate) weight_grams: String,
    pub(crate) length_mm: String,
    pub(crate) width_mm: String,
    pub(crate) height_mm: String,
    pub(crate) measure: String,
    pub(crate) measure_base: String,
    pub(crate) tax_category: String,
    pub(crate) taxable: String,
    pub(crate) requires_shipping: String,
    pub(crate) active: String,
    pub(crate) hs_code: String,
    pub(crate) origin_country: String,
    pub(crate) image_url: String,
    pub(crate) version: String,
}

/// What is typed about prices, weight and size, read.
struct Figures {
    price: Option<kernel::Money>,
    compare_at: Option<kernel::Money>,
    cost: Option<kernel::Money>,
    sale: Option<Sale>,
    weight_grams: i64,
    dimensions: Dimensions,
    measure: Option<Measure>,
}

impl VariantForm {
    /// A form for a new variant of a product with that many options.
    pub(crate) fn empty(options: usize) -> Self {
        Self {
            option_value: vec![String::new(); options],
            tax_category: tax::TaxCategory::default().as_str().to_owned(),
            taxable: tick(true),
            requires_shipping: tick(true),
            active: tick(true),
            ..Self::default()
        }
    }

    /// The form of a saved variant.
    pub(crate) fn of(variant: &Variant, zone: TimeZone) -> Self {
        let sale = variant.sale;
        let (measure, measure_base) = Measure::texts(variant.measure);
        Self {
            title: own_title(variant),
            option_value: variant.option_values.clone(),
            sku: variant.sku.as_ref().map(ToString::to_string).unwrap_or_default(),
            barcode: variant.barcode.clone(),
            price: amount_text(variant.price),
            compare_at: amount_text(variant.compare_at),
            cost: amount_text(variant.cost),
            sale_price: amount_text(sale.map(|sale| sale.price)),
            sale_starts_at: moment_text(sale.and_then(|sale| sale.starts_at), zone),
            sale_ends_at: moment_text(sale.and_then(|sale| sale.ends_at), zone),
            weight_grams: variant.weight_grams.to_string(),
            length_mm: variant.dimensions.length_mm.to_string(),
            width_mm: variant.dimensions.width_mm.to_string(),
            height_mm: variant.dimensions.height_mm.to_string(),
            measure,
            measure_base,
            tax_category: variant.tax_category.clone(),
            taxable: tick(variant.taxable),
            requires_shipping: tick(variant.requires_shipping),
            active: tick(variant.active),
            hs_code: variant.hs_code.clone(),
            origin_country: variant.origin_country.clone(),
            image_url: variant.image_url.clone(),
            version: variant.version.to_string(),
        }
    }

    /// What is typed, `kept` being the sale of the saved variant.
    fn figures(&self, kept: Option<Sale>, currency: Currency, zone: TimeZone) -> Result<Figures, Invalid> {
        let mut invalid = Invalid::default();
        let (kept_start, kept_end) = (kept.and_then(|sale| sale.starts_at), kept.and_then(|sale| sale.ends_at));
        let price = read_amount(&mut invalid, "price", &self.price, currency);
        let compare_at = read_amount(&mut invalid, "compare_at", &self.compare_at, currency);
        let cost = read_amount(&mut invalid, "cost", &self.cost, currency);
        let sale_price = read_amount(&mut invalid, "sale.price", &self.sale_price, currency);
        let starts_at = read_kept_moment(&mut invalid, "sale.starts_at", &self.sale_starts_at, kept_start, zone);
        let ends_at = read_kept_moment(&mut invalid, "sale.ends_at", &self.sale_ends_at, kept_end, zone);
        if self.sale_price.trim().is_empty() && (starts_at.is_some() || ends_at.is_some()) {
            invalid.push(FieldError::required("sale.price"));
        }
        let weight_grams = read_number(&mut invalid, "weight_grams", &self.weight_grams).unwrap_or_default();
        let mut side = |field, typed: &str| read_number(&mut invalid, field, typed).unwrap_or_default();
        let dimensions = Dimensions {
            length_mm: side("length_mm", &self.length_mm),
            width_mm: side("width_mm", &self.width_mm),
            height_mm: side("height_mm", &self.height_mm),
        };
        let measure = Measure::parse(&self.measure, &self.measure_base).unwrap_or_else(|wrong| {
            wrong.0.into_iter().for_each(|error| invalid.push(error));
            None
        });
        invalid.into_result()?;
        let sale = sale_price.map(|price| Sale {
            price,
            starts_at,
            ends_at,
        });
        Ok(Figures {
            price,
            compare_at,
            cost,
            sale,
            weight_grams,
            dimensions,
            measure,
        })
    }

    /// A new variant.
    pub(crate) fn to_new(&self, currency: Currency, zone: TimeZone) -> Result<NewVariant, Invalid> {
        let figures = self.figures(None, currency, zone)?;
        Ok(NewVariant {
            title: self.title.clone(),
            sku: Some(self.sku.clone()),
            barcode: self.barcode.trim().to_owned(),
            option_values: self.option_values(),
            price: figures.price,
            compare_at: figures.compare_at,
            cost: figures.cost,
            sale: figures.sale,
            weight_grams: figures.weight_grams,
            dimensions: figures.dimensions,
            measure: figures.measure,
            hs_code: self.hs_code.trim().to_owned(),
            origin_country: self.origin_country.trim().to_uppercase(),
            tax_category: self.tax_category.clone(),
            taxable: !self.taxable.is_empty(),
            requires_shipping: !self.requires_shipping.is_empty(),
            active: !self.active.is_empty(),
            image_url: self.image_url.trim().to_owned(),
        })
    }

    /// Every field as a change of the saved variant.
    pub(crate) fn to_changes(
        &self,
        saved: &Variant,
        currency: Currency,
        zone: TimeZone,
    ) -> Result<VariantChanges, Invalid> {
        let figures = self.figures(saved.sale, currency, zone)?;
        Ok(VariantChanges {
            title: Some(self.title.clone()),
            sku: Some(Some(self.sku.clone())),
            barcode: Some(self.barcode.trim().to_owned()),
            option_values: Some(self.option_values()),
            price: Some(figures.price),
            compare_at: Some(figures.compare_at),
            cost: Some(figures.cost),
            sale: Some(figures.sale),
            weight_grams: Some(figures.weight_grams),
            length_mm: Some(figures.dimensions.length_mm),
            width_mm: Some(figures.dimensions.width_mm),
            height_mm: Some(figures.dimensions.height_mm),
            measure: Some(figures.measure),
            hs_code: Some(self.hs_code.trim().to_owned()),
            origin_country: Some(self.origin_country.trim().to_uppercase()),
            tax_category: Some(self.tax_category.clone()),
            taxable: Some(!self.taxable.is_empty()),
            requires_shipping: Some(!self.requires_shipping.is_empty()),
            active: Some(!self.active.is_empty()),
            image_url: Some(self.image_url.trim().to_owned()),
            position: None,
        })
    }

    fn option_values(&self) -> Vec<String> {
        self.option_value.iter().map(|value| value.trim().to_owned()).collect()
    }
}

/// The title, unless it was made from the options: left empty it is made again when they change.
fn own_title(variant: &Variant) -> String {
    let made = match variant.option_values.as_slice() {
        [] => "Default".to_owned(),
        values => values.join(" / "),
    };
    if variant.title == made {
        String::new()
    } else {
        variant.title.clone()
    }
}

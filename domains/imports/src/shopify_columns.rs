//! The columns of Shopify's product CSV, which has had two sets of names, in any order and with any others between them.

use crate::{Refusal, table::Header};

/// Where the columns stand; `None` for those the file does not have.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    pub(crate) handle: Option<usize>,
    pub(crate) title: Option<usize>,
    pub(crate) body: Option<usize>,
    pub(crate) vendor: Option<usize>,
    pub(crate) category: Option<usize>,
    pub(crate) product_type: Option<usize>,
    pub(crate) tags: Option<usize>,
    pub(crate) published: Option<usize>,
    pub(crate) status: Option<usize>,
    pub(crate) option_names: [Option<usize>; 3],
    pub(crate) option_values: [Option<usize>; 3],
    pub(crate) sku: Option<usize>,
    pub(crate) barcode: Option<usize>,
    pub(crate) price: Option<usize>,
    pub(crate) compare_at: Option<usize>,
    pub(crate) cost: Option<usize>,
    pub(crate) taxable: Option<usize>,
    pub(crate) tax_code: Option<usize>,
    pub(crate) tracker: Option<usize>,
    pub(crate) quantity: Option<usize>,
    pub(crate) policy: Option<usize>,
    pub(crate) grams: Option<usize>,
    pub(crate) weight: Option<usize>,
    pub(crate) weight_unit: Option<usize>,
    /// How much is in it and for how much its base price is, each a number and a unit.
    pub(crate) measures: [Option<usize>; 4],
    pub(crate) requires_shipping: Option<usize>,
    pub(crate) image: Option<usize>,
    pub(crate) image_position: Option<usize>,
    pub(crate) image_alt: Option<usize>,
    pub(crate) variant_image: Option<usize>,
    pub(crate) gift_card: Option<usize>,
    pub(crate) seo_title: Option<usize>,
    pub(crate) seo_description: Option<usize>,
    /// Every other column and the attribute it becomes.
    pub(crate) attributes: Vec<(usize, String)>,
}

/// Columns that say how Shopify handles a product, not what it is.
const IGNORED: &[&str] = &[
    "variant fulfillment service",
    "fulfillment service",
    "option1 linked to",
    "option2 linked to",
    "option3 linked to",
    "command",
    "id",
];

impl Columns {
    /// Finds the columns, or says what is missing for a product file.
    pub(crate) fn find(header: &Header) -> Result<Self, Refusal> {
        let of = |names: &[&str]| header.find(names);
        let mut columns = Self {
            handle: of(&["url handle", "handle"]),
            title: of(&["title"]),
            body: of(&["description", "body (html)", "body html"]),
            vendor: of(&["vendor"]),
            category: of(&["product category", "standard product type"]),
            product_type: of(&["type", "custom product type"]),
            tags: of(&["tags"]),
            published: of(&["published on online store", "published"]),
            status: of(&["status"]),
            option_names: [of(&["option1 name"]), of(&["option2 name"]), of(&["option3 name"])],
            option_values: [of(&["option1 value"]), of(&["option2 value"]), of(&["option3 value"])],
            sku: of(&["sku", "variant sku"]),
            barcode: of(&["barcode", "variant barcode"]),
            price: of(&["price", "variant price"]),
            compare_at: of(&["compare-at price", "variant compare at price"]),
            cost: of(&["cost per item", "variant cost"]),
            taxable: of(&["charge tax", "variant taxable"]),
            tax_code: of(&["tax code", "variant tax code"]),
            tracker: of(&["inventory tracker", "variant inventory tracker"]),
            quantity: of(&["inventory quantity", "variant inventory qty"]),
            policy: of(&["continue selling when out of stock", "variant inventory policy"]),
            grams: of(&["weight value (grams)", "variant grams"]),
            weight: of(&["variant weight", "weight value"]),
            weight_unit: of(&["weight unit for display", "variant weight unit"]),
            measures: [
                of(&["unit price total measure"]),
                of(&["unit price total measure unit"]),
                of(&["unit price base measure"]),
                of(&["unit price base measure unit"]),
            ],
            requires_shipping: of(&["requires shipping", "variant requires shipping"]),
            image: of(&["product image url", "image src"]),
            image_position: of(&["image position"]),
            image_alt: of(&["image alt text"]),
            variant_image: of(&["variant image url", "variant image"]),
            gift_card: of(&["gift card"]),
            seo_title: of(&["seo title"]),
            seo_description: of(&["seo description"]),
            attributes: Vec::new(),
        };
        columns.require()?;
        columns.attributes = columns.others(header);
        Ok(columns)
    }

    fn require(&self) -> Result<(), Refusal> {
        let mut missing = Vec::new();
        if self.title.is_none() {
            missing.push("Title");
        }
        // A new product needs no handle; then the file has to look like products in some other way.
        if self.handle.is_none() && (self.price.is_none() || self.body.is_none()) {
            missing.push("URL handle");
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Refusal::MissingColumns {
                format: "Shopify products",
                missing,
            })
        }
    }

    fn known(&self) -> impl Iterator<Item = usize> {
        [
            self.handle,
            self.title,
            self.body,
            self.vendor,
            self.category,
            self.product_type,
            self.tags,
            self.published,
            self.status,
            self.sku,
            self.barcode,
            self.price,
            self.compare_at,
            self.cost,
            self.taxable,
            self.tax_code,
            self.tracker,
            self.quantity,
            self.policy,
            self.grams,
            self.weight,
            self.weight_unit,
            self.requires_shipping,
            self.image,
            self.image_position,
            self.image_alt,
            self.variant_image,
            self.gift_card,
            self.seo_title,
            self.seo_description,
        ]
        .into_iter()
        .chain(self.option_names)
        .chain(self.option_values)
        .chain(self.measures)
        .flatten()
    }

    fn others(&self, header: &Header) -> Vec<(usize, String)> {
        let known: Vec<usize> = self.known().collect();
        header
            .columns()
            .filter(|(index, _, key)| !known.contains(index) && !key.is_empty() && !IGNORED.contains(key))
            .map(|(index, name, key)| (index, attribute_name(name, key)))
            .collect()
    }
}

/// `Color (product.metafields.shopify.color-pattern)` becomes `shopify.color-pattern`, `Google Shopping / Age Group`
/// becomes `google_age_group`, and any other name is written in lower case with underscores.
fn attribute_name(name: &str, key: &str) -> String {
    let metafield = name
        .rsplit_once("(product.metafields.")
        .and_then(|(_, rest)| rest.strip_suffix(')'));
    if let Some(metafield) = metafield {
        return metafield.to_owned();
    }
    let plain = key
        .strip_prefix("google shopping / ")
        .map(|rest| format!("google {}", rest.trim_start_matches("google ")));
    kernel::slugify(plain.as_deref().unwrap_or(key)).replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_columns_become_attributes() {
        for (name, attribute) in [
            (
                "Color (product.metafields.shopify.color-pattern)",
                "shopify.color-pattern",
            ),
            ("Google Shopping / Google Product Category", "google_product_category"),
            ("Google Shopping / Age Group", "google_age_group"),
            ("Price / International", "price_international"),
            ("Price / International 2", "price_international_2"),
        ] {
            assert_eq!(attribute_name(name, &name.to_lowercase()), attribute);
        }
    }
}

//! What a file says about a product, whatever its format: checked, cleaned, and not yet in any store.

use catalog::{Dimensions, Measure, QuantityRule, UpsertExtras};
use kernel::{Money, Sku, Slug, Time};

/// A product with all its variants and pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedProduct {
    /// The line its first row stands on.
    pub line: u64,
    /// The name in its address; a second run of the same file finds the product by it.
    pub handle: Slug,
    /// Plain text.
    pub title: String,
    /// Sanitised HTML.
    pub description_html: String,
    /// A sentence of plain text, often empty.
    pub short_description: String,
    /// Who sells it to the merchant.
    pub vendor: String,
    /// The maker's mark.
    pub brand: String,
    /// The merchant's own kind, such as `Bracelet`.
    pub product_type: String,
    /// What kind of thing it is.
    pub kind: ImportedKind,
    /// Whether the merchant wants it shown first.
    pub featured: bool,
    /// Its places in the category tree, each from the root down; the first is the main one.
    pub category_paths: Vec<Vec<String>>,
    /// Its tags, without repetition.
    pub tags: Vec<String>,
    /// Its state in the merchant's work.
    pub status: ImportedStatus,
    /// Whether shoppers may see it while it is active.
    pub published: bool,
    /// From when, if the file says.
    pub published_at: Option<Time>,
    /// The axes its variants differ by, at most three; empty when there is one variant.
    pub option_names: Vec<String>,
    /// At least one.
    pub variants: Vec<ImportedVariant>,
    /// SKUs that the file gives its variants although an earlier variant of the file has them.
    pub repeated_skus: Vec<Sku>,
    /// In the order they are shown.
    pub images: Vec<ImportedImage>,
    /// The title search engines show.
    pub seo_title: String,
    /// The description search engines show.
    pub seo_description: String,
    /// What few files say.
    pub extras: UpsertExtras,
    /// Everything else the file knows, by name.
    pub attributes: serde_json::Map<String, serde_json::Value>,
}

/// What kind of thing a product is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImportedKind {
    /// Shipped.
    #[default]
    Physical,
    /// Downloaded, or otherwise not shipped.
    Digital,
    /// Work done for the buyer.
    Service,
    /// Paid now, spent later.
    GiftCard,
}

/// A product's state in the merchant's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImportedStatus {
    /// Not finished.
    Draft,
    /// For sale.
    #[default]
    Active,
    /// No longer for sale.
    Archived,
}

impl ImportedStatus {
    /// Reads `active`, `draft` or `archived` in any case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "active" => Some(Self::Active),
            "draft" => Some(Self::Draft),
            "archived" => Some(Self::Archived),
            _ => None,
        }
    }
}

/// What a shopper can put in the cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedVariant {
    /// The line its row stands on.
    pub line: u64,
    /// The merchant's number; no other variant of the file has it.
    pub sku: Option<Sku>,
    /// The number under the bars.
    pub barcode: Option<String>,
    /// One value for each of the product's option names; no other variant of the product has the same.
    pub option_values: Vec<String>,
    /// `None` when the file has no price in the store's currency: the variant cannot be bought.
    pub price: Option<Money>,
    /// The higher price shown struck through.
    pub compare_at: Option<Money>,
    /// What the merchant pays.
    pub cost: Option<Money>,
    /// A lower price for a time.
    pub sale: Option<ImportedSale>,
    /// Weight in grams.
    pub weight_grams: i64,
    /// Size with the packaging; a side that is 0 is not known.
    pub dimensions: Dimensions,
    /// The customs tariff number; often empty.
    pub hs_code: String,
    /// The two-letter code of the country it was made in; often empty.
    pub origin_country: String,
    /// How much is in it, if the file says.
    pub measure: Option<Measure>,
    /// How many of it are sold, if the file says.
    pub quantity_rule: Option<QuantityRule>,
    /// Pieces on hand, when the file says.
    pub quantity: Option<i64>,
    /// Whether stock is counted.
    pub tracked: bool,
    /// Whether it may be sold when there is none left.
    pub backorder: bool,
    /// Whether tax is due.
    pub taxable: bool,
    /// Whether it is shipped.
    pub requires_shipping: bool,
    /// The picture that shows this variant, one of the product's.
    pub image_url: Option<String>,
    /// The tax class or code, empty for the usual one.
    pub tax_code: String,
}

impl ImportedVariant {
    /// A variant of which nothing is known yet: untracked, taxable, shipped.
    pub(crate) fn blank(line: u64) -> Self {
        Self {
            line,
            sku: None,
            barcode: None,
            option_values: Vec::new(),
            price: None,
            compare_at: None,
            cost: None,
            sale: None,
            weight_grams: 0,
            dimensions: Dimensions::default(),
            hs_code: String::new(),
            origin_country: String::new(),
            measure: None,
            quantity_rule: None,
            quantity: None,
            tracked: false,
            backorder: false,
            taxable: true,
            requires_shipping: true,
            image_url: None,
            tax_code: String::new(),
        }
    }
}

/// A sale price and when it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedSale {
    /// The lower price.
    pub price: Money,
    /// From when; `None` is from now on.
    pub starts_at: Option<Time>,
    /// Until when; `None` is until it is taken away.
    pub ends_at: Option<Time>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedImage {
    /// Where the file says it is.
    pub url: String,
    /// What it shows, in words.
    pub alt: String,
    /// Its place among the product's pictures, from 1.
    pub position: u32,
}

impl ImportedProduct {
    /// Adds a picture at the end unless it is there already.
    pub(crate) fn add_image(&mut self, url: &str, alt: &str) {
        if let Some(known) = self.images.iter_mut().find(|image| image.url == url) {
            if known.alt.is_empty() {
                alt.clone_into(&mut known.alt);
            }
        } else {
            let position = self
                .images
                .iter()
                .map(|image| image.position)
                .max()
                .unwrap_or_default()
                .saturating_add(1);
            self.images.push(ImportedImage {
                url: url.to_owned(),
                alt: alt.to_owned(),
                position,
            });
        }
    }

    /// Makes sure that the variants' pictures are among the product's.
    pub(crate) fn collect_variant_images(&mut self) {
        let urls: Vec<String> = self
            .variants
            .iter()
            .filter_map(|variant| variant.image_url.clone())
            .collect();
        for url in urls {
            self.add_image(&url, "");
        }
    }
}

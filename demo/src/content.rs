//! What the demo stores sell: the files under `data/`, read into plain structs and spread into variants.

use kernel::{Currency, FieldError, Slug};
use serde::Deserialize;

use crate::{art::Tone, attributes::AttributeEntry, people::ShoppersFile, terms::TermsEntry};

/// Why a catalogue file is not usable; a test keeps this from happening.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// It is not the TOML these structs describe.
    #[error("a catalogue file does not parse")]
    Syntax(#[from] toml::de::Error),
    /// A text is not a good slug, SKU or amount.
    #[error("{owner}: {} {}", error.field, error.message)]
    Value {
        /// The product, coupon or zone it belongs to.
        owner: String,
        /// What is wrong with it.
        error: FieldError,
    },
    /// A picture names an object, backdrop or colour that cannot be drawn.
    #[error("{owner}: nothing is known as {name}")]
    Unknown {
        /// The product it belongs to.
        owner: String,
        /// The name.
        name: String,
    },
}

impl ContentError {
    pub(crate) fn value(owner: &str, error: FieldError) -> Self {
        let owner = owner.to_owned();
        Self::Value { owner, error }
    }
}

/// One demo store with everything in it.
#[derive(Debug)]
pub struct Content {
    /// The store itself.
    pub store: StoreFile,
    /// Its categories with their products, in shop order.
    pub shelves: Vec<Shelf>,
    /// Who buys there.
    pub(crate) people: ShoppersFile,
}

/// `store.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreFile {
    /// What the shop is called.
    pub name: String,
    /// Its handle inside the installation.
    pub slug: String,
    /// ISO code.
    pub currency: String,
    /// `en` or `id`.
    pub locale: String,
    /// Where its days begin at midnight.
    pub time_zone: String,
    /// Where it is at home.
    pub country: String,
    /// Whether the prices it shows contain the tax.
    pub prices_include_tax: bool,
    /// Where its mails come from.
    pub email: String,
    /// The shopper whose account demo visitors may use.
    pub customer: String,
    /// Host names that lead to it.
    pub hosts: Vec<String>,
    /// How many orders it had in the last ninety days.
    pub orders: usize,
    /// Category files in shop order.
    pub categories: Vec<String>,
    /// Where it must collect tax.
    pub nexus: Vec<String>,
    /// Groups across categories.
    #[serde(rename = "collection")]
    pub collections: Vec<CollectionEntry>,
    /// What is said of its products, in the order shoppers read it.
    #[serde(rename = "attribute")]
    pub(crate) attributes: Vec<AttributeEntry>,
    /// What shoppers may type at checkout.
    #[serde(rename = "coupon")]
    pub coupons: Vec<CouponEntry>,
    /// Where it ships.
    #[serde(rename = "zone")]
    pub zones: Vec<ZoneEntry>,
}

/// A group of products across categories.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectionEntry {
    /// Its handle.
    pub slug: String,
    /// Its heading.
    pub title: String,
    /// HTML above the products.
    pub description: String,
}

/// A coupon; exactly one of `percent`, `amount` and `free_shipping` is set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CouponEntry {
    /// What shoppers type.
    pub code: String,
    /// Percentage off.
    pub percent: Option<i64>,
    /// Fixed amount off.
    pub amount: Option<String>,
    /// Ships for nothing.
    #[serde(default)]
    pub free_shipping: bool,
    /// Least the goods must cost.
    pub minimum: Option<String>,
    /// Most it takes off.
    pub cap: Option<String>,
    /// Uses per customer.
    pub customer_limit: Option<i64>,
    /// Collections it is limited to.
    #[serde(default)]
    pub collections: Vec<String>,
}

/// A part of the world with its ways of shipping.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneEntry {
    /// What the merchant calls it.
    pub name: String,
    /// Countries and states.
    pub regions: Vec<String>,
    /// Ways of shipping, in the order shoppers see.
    pub methods: Vec<MethodEntry>,
}

/// A way of shipping; exactly one of `flat`, `by_weight` and `by_price` is set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MethodEntry {
    /// Its code in the API.
    pub code: String,
    /// What shoppers read.
    pub name: String,
    /// One price for all.
    pub flat: Option<String>,
    /// Prices from a weight in grams on.
    pub by_weight: Option<Vec<(i64, String)>>,
    /// Prices from an amount of goods on.
    pub by_price: Option<Vec<(String, String)>>,
    /// Free from this amount of goods on.
    pub free_from: Option<String>,
    /// Fewest and most days it takes.
    pub days: (i32, i32),
}

/// A category file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shelf {
    /// The category.
    pub category: CategoryEntry,
    /// Its products.
    #[serde(rename = "product")]
    pub products: Vec<ProductEntry>,
}

/// A category.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryEntry {
    /// Its handle.
    pub slug: String,
    /// Its heading.
    pub title: String,
    /// HTML above the products.
    pub description: String,
    /// The room its products are drawn in.
    pub backdrop: String,
}

/// A product as its file tells it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductEntry {
    /// Its handle.
    pub slug: String,
    /// Its name.
    pub title: String,
    /// Who makes it.
    pub brand: String,
    /// What kind of thing it is.
    #[serde(rename = "type")]
    pub product_type: String,
    /// What its SKUs begin with.
    pub sku: String,
    /// Regular price.
    pub price: String,
    /// Former price.
    pub compare_at: Option<String>,
    /// What the merchant pays.
    pub cost: String,
    /// Grams.
    pub weight: i64,
    /// How much is in it.
    pub measure: Option<crate::terms::MeasureEntry>,
    /// Customs tariff number.
    pub hs: Option<String>,
    /// Delivered by e-mail.
    #[serde(default)]
    pub digital: bool,
    /// About how many of each variant are there.
    #[serde(default)]
    pub stock: i64,
    /// Exactly how many of each variant are there.
    #[serde(default)]
    pub stocks: Vec<i64>,
    /// Variants that are sold out, such as `Moss / 38`.
    #[serde(default)]
    pub none_of: Vec<String>,
    /// Shown on the home page.
    #[serde(default)]
    pub featured: bool,
    /// What shoppers fill in for it, and how many they may take.
    pub terms: Option<TermsEntry>,
    /// Reduced for a time.
    pub sale: Option<SaleEntry>,
    /// Collections it belongs to.
    #[serde(default)]
    pub collections: Vec<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// What the shopper chooses between.
    #[serde(default)]
    pub options: Vec<OptionEntry>,
    /// Prices that differ, by option value.
    #[serde(default)]
    pub prices: std::collections::BTreeMap<String, String>,
    /// Weights that differ, by option value.
    #[serde(default)]
    pub weights: std::collections::BTreeMap<String, i64>,
    /// One sentence or two.
    pub short: String,
    /// HTML.
    pub description: String,
    /// Material, care and the like.
    pub attributes: std::collections::BTreeMap<String, String>,
    /// How it is drawn.
    pub art: ArtEntry,
}

/// A price reduction between two days, counted from the day of seeding.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaleEntry {
    /// Percentage off.
    pub percent: i64,
    /// First day.
    pub from_day: i64,
    /// Last day.
    pub to_day: i64,
}

/// Something the shopper chooses.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionEntry {
    /// Such as `Color`.
    pub name: String,
    /// Such as `Moss`.
    pub values: Vec<String>,
}

/// How a product is drawn.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArtEntry {
    /// What it is.
    pub object: String,
    /// Which cut or pattern.
    #[serde(default)]
    pub style: u32,
    /// Its colour, where no option names one.
    pub main: Option<String>,
    /// Its second colour, where no option names one.
    pub accent: Option<String>,
    /// The colour of the room.
    pub tint: String,
    /// Which of the two the colour option changes.
    #[serde(default)]
    pub colours: ColourTarget,
    /// Whether two colours are also shown together.
    #[serde(default = "yes")]
    pub pair: bool,
    /// Whether it is also shown from near.
    #[serde(default = "yes")]
    pub detail: bool,
}

/// Which colour of a drawing the shopper's choice changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColourTarget {
    /// The object's own.
    #[default]
    Main,
    /// Its trim: a picture's frame.
    Accent,
}

fn yes() -> bool {
    true
}

impl Content {
    /// The English store.
    pub fn souk() -> Result<Self, ContentError> {
        Self::read(
            include_str!("../data/souk/store.toml"),
            include_str!("../data/souk/shoppers.toml"),
            &[
                include_str!("../data/souk/home.toml"),
                include_str!("../data/souk/kitchen.toml"),
                include_str!("../data/souk/outdoor.toml"),
                include_str!("../data/souk/stationery.toml"),
                include_str!("../data/souk/apparel.toml"),
                include_str!("../data/souk/audio.toml"),
                include_str!("../data/souk/games.toml"),
                include_str!("../data/souk/digital.toml"),
            ],
        )
    }

    /// The Indonesian store.
    pub fn toko() -> Result<Self, ContentError> {
        Self::read(
            include_str!("../data/toko/store.toml"),
            include_str!("../data/toko/shoppers.toml"),
            &[
                include_str!("../data/toko/kopi-teh.toml"),
                include_str!("../data/toko/dapur.toml"),
                include_str!("../data/toko/kain-busana.toml"),
                include_str!("../data/toko/rumah.toml"),
            ],
        )
    }

    /// The store's currency.
    pub fn currency(&self) -> Result<Currency, ContentError> {
        Currency::parse(&self.store.currency).map_err(|error| ContentError::value(&self.store.slug, error))
    }

    /// Every product with the shelf it is on.
    pub fn products(&self) -> impl Iterator<Item = (&Shelf, &ProductEntry)> {
        self.shelves
            .iter()
            .flat_map(|shelf| shelf.products.iter().map(move |product| (shelf, product)))
    }

    fn read(store: &str, people: &str, shelves: &[&str]) -> Result<Self, ContentError> {
        let shelves = shelves
            .iter()
            .map(|text| toml::from_str(text))
            .collect::<Result<Vec<Shelf>, _>>()?;
        Ok(Self {
            store: toml::from_str(store)?,
            people: toml::from_str(people)?,
            shelves,
        })
    }
}

impl ProductEntry {
    /// The handle, checked.
    pub fn parsed_slug(&self) -> Result<Slug, ContentError> {
        Slug::parse(&self.slug).map_err(|error| ContentError::value(&self.slug, error))
    }

    /// The colour an option value stands for, where the option is about colour.
    pub fn colour_values(&self) -> Option<(usize, &OptionEntry)> {
        self.options
            .iter()
            .enumerate()
            .find(|(_, option)| option.values.iter().all(|value| Tone::named(value).is_some()))
    }
}

/// A number that is always the same for a text.
pub(crate) fn seed_of(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn all() -> [Content; 2] {
        [Content::souk().unwrap(), Content::toko().unwrap()]
    }

    #[test]
    fn the_stores_are_as_large_as_promised() {
        let [souk, toko] = all();
        assert_eq!(souk.shelves.len(), 8);
        assert!(
            (55..=65).contains(&souk.products().count()),
            "{}",
            souk.products().count()
        );
        assert!(toko.products().count() >= 20);
        for content in all() {
            assert!(content.products().any(|(_, product)| product.digital));
            let listed: Vec<&str> = content
                .shelves
                .iter()
                .map(|shelf| shelf.category.slug.as_str())
                .collect();
            assert_eq!(listed, content.store.categories);
        }
    }

    #[test]
    fn slugs_skus_and_barcodes_are_unique() {
        for content in all() {
            let (mut slugs, mut skus, mut barcodes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
            for (_, product) in content.products() {
                assert!(
                    slugs.insert(product.parsed_slug().unwrap().into_string()),
                    "{}",
                    product.slug
                );
                for variant in product.variants(content.currency().unwrap()).unwrap() {
                    assert!(skus.insert(variant.sku.to_string()), "{}", variant.sku);
                    assert!(
                        barcodes.insert(variant.barcode.clone()) && variant.barcode.len() == 13,
                        "{}",
                        variant.sku
                    );
                }
            }
        }
    }

    #[test]
    fn every_attribute_is_for_products_that_have_it() {
        for content in all() {
            for attribute in &content.store.attributes {
                let is_for = |slug: &String| attribute.categories.is_empty() || attribute.categories.contains(slug);
                let mut values = content
                    .products()
                    .filter(|(shelf, _)| is_for(&shelf.category.slug))
                    .filter_map(|(_, product)| product.attributes.get(&attribute.name))
                    .peekable();
                assert!(values.peek().is_some(), "{}", attribute.name);
                let fits = |value: &String| attribute.choices.is_empty() || attribute.choices.contains(value);
                assert!(values.all(fits), "{}", attribute.name);
            }
        }
    }

    #[test]
    fn every_product_makes_sense() {
        for content in all() {
            let collections: Vec<&str> = content
                .store
                .collections
                .iter()
                .map(|entry| entry.slug.as_str())
                .collect();
            for (_, product) in content.products() {
                let name = &product.slug;
                let variants = product.variants(content.currency().unwrap()).unwrap();
                assert_eq!(
                    variants.len(),
                    product
                        .options
                        .iter()
                        .map(|option| option.values.len())
                        .product::<usize>()
                );
                for variant in &variants {
                    assert!(
                        variant.cost.is_positive() && variant.cost.minor() * 3 < variant.price.minor() * 2,
                        "{name}"
                    );
                    assert!(
                        variant
                            .sale_price
                            .is_none_or(|sale| sale.minor() < variant.price.minor()),
                        "{name}"
                    );
                    assert!(variant.weight_grams > 0 || product.digital, "{name}");
                }
                assert!(
                    product.stocks.is_empty() || product.stocks.len() == variants.len(),
                    "{name}"
                );
                let combinations: Vec<String> = variants.iter().map(|one| one.option_values.join(" / ")).collect();
                assert!(
                    product.none_of.iter().all(|title| combinations.contains(title)),
                    "{name}"
                );
                let values: Vec<&String> = product.options.iter().flat_map(|option| &option.values).collect();
                assert!(
                    product
                        .prices
                        .keys()
                        .chain(product.weights.keys())
                        .all(|key| values.contains(&key)),
                    "{name}"
                );
                assert!(
                    product
                        .collections
                        .iter()
                        .all(|slug| collections.contains(&slug.as_str())),
                    "{name}"
                );
                assert!(
                    product.short.chars().count() <= 160,
                    "{name}: {}",
                    product.short.chars().count()
                );
                assert!(product.description.contains("<p>") && product.tags.len() >= 2, "{name}");
                assert_eq!(product.hs.is_none(), product.digital, "{name}");
            }
        }
    }

    #[test]
    fn the_shop_has_the_cases_a_shop_has() {
        let souk = Content::souk().unwrap();
        let on_hand = |slug: &str| -> Vec<i64> {
            let (_, product) = souk.products().find(|(_, product)| product.slug == slug).unwrap();
            product
                .variants(Currency::USD)
                .unwrap()
                .iter()
                .filter_map(|variant| variant.on_hand)
                .collect()
        };
        assert!(on_hand("sample-product").iter().all(|pieces| *pieces > 200));
        assert_eq!(on_hand("pepper-and-salt-mills"), [0, 0]);
        assert_eq!(on_hand("ebb-vase"), [2, 1]);
        assert_eq!(on_hand("tide-tee").len(), 30);
        let sales = |when: fn(&SaleEntry) -> bool| {
            souk.products()
                .filter(|(_, p)| p.sale.as_ref().is_some_and(when))
                .count()
        };
        assert!(sales(|sale| sale.from_day < 0 && sale.to_day > 0) >= 3 && sales(|sale| sale.from_day > 0) == 1);
    }
}

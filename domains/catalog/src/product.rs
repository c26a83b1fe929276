//! Products: what a page shows and what lists, searches and categories deal in.

use kernel::{CategoryId, ImageId, Money, ProductId, Slug, Time, VariantId};

use crate::{Category, Measure, PersonalField, QuantityRule, Rating, Variant};

/// What a product is, which decides whether it is shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ProductKind {
    /// A thing in a parcel.
    #[default]
    Physical,
    /// A file to download.
    Digital,
    /// Work done for the buyer.
    Service,
    /// Credit to spend later.
    GiftCard,
}

impl ProductKind {
    /// Every kind, in the order forms list them.
    pub const ALL: [Self; 4] = [Self::Physical, Self::Digital, Self::Service, Self::GiftCard];

    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Physical => "physical",
            Self::Digital => "digital",
            Self::Service => "service",
            Self::GiftCard => "gift_card",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How far a product has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ProductStatus {
    /// Only staff see it.
    #[default]
    Draft,
    /// Shoppers see it from `published_at` on.
    Active,
    /// Taken off sale for good; orders still name it.
    Archived,
}

impl ProductStatus {
    /// Every status, in the order of a product's life.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Active, Self::Archived];

    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Archived => "archived",
        }
    }

    /// The status of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// Free fields of a product, such as imported metafields, by name.
pub type Attributes = serde_json::Map<String, serde_json::Value>;

/// A product without its variants and pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    /// The product's id.
    pub id: ProductId,
    /// The last part of its page's address.
    pub slug: Slug,
    /// Its name.
    pub title: String,
    /// The long text, as clean HTML.
    pub description_html: String,
    /// One or two plain sentences for lists.
    pub short_description: String,
    /// The maker's name as shoppers know it.
    pub brand: String,
    /// Who the store buys it from.
    pub vendor: String,
    /// What it is.
    pub kind: ProductKind,
    /// The merchant's own word for the sort of product.
    pub product_type: String,
    /// How far it has come.
    pub status: ProductStatus,
    /// From when shoppers see it.
    pub published_at: Option<Time>,
    /// Whether the home page shows it.
    pub featured: bool,
    /// The merchant's keywords.
    pub tags: Vec<String>,
    /// What a shopper chooses, such as `Size` and `Colour`; at most three.
    pub option_names: Vec<String>,
    /// The title search engines get; empty means the product's own.
    pub seo_title: String,
    /// The description search engines get; empty means the short description.
    pub seo_description: String,
    /// Free fields.
    pub attributes: Attributes,
    /// The address that search engines are to keep instead of the page's own; empty means its own.
    pub canonical_url: String,
    /// How sizes are measured, as clean HTML; empty means the guide of its categories.
    pub size_guide_html: String,
    /// What goes with it, in order.
    pub related_ids: Vec<ProductId>,
    /// What shoppers fill in for it, in order.
    pub personal_fields: Vec<PersonalField>,
    /// How many of it are sold; a variant's own rule stands in its place.
    pub quantity_rule: QuantityRule,
    /// The lowest regular price of the active variants.
    pub price_min: Option<Money>,
    /// The highest regular price of the active variants.
    pub price_max: Option<Money>,
    /// The first picture, or empty.
    pub image_url: String,
    /// Whether any active variant can be bought.
    pub in_stock: bool,
    /// What shoppers think of it.
    pub rating: Rating,
    /// Raised by every change, for `If-Match`.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was changed last.
    pub updated_at: Time,
}

impl Product {
    /// Whether shoppers see the product at that moment.
    pub fn is_published(&self, now: Time) -> bool {
        self.status == ProductStatus::Active && self.published_at.is_some_and(|from| from <= now)
    }

    /// The maker's number for it, which is kept in the attribute `mpn`.
    pub fn mpn(&self) -> Option<&str> {
        let mpn = self.attributes.iter().find_map(|(name, value)| {
            let last = name.rsplit('.').next().unwrap_or_default();
            last.eq_ignore_ascii_case("mpn").then(|| value.as_str()).flatten()
        });
        mpn.map(str::trim).filter(|mpn| !mpn.is_empty())
    }
}

/// A product's picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The picture's id.
    pub id: ImageId,
    /// Its place among the product's pictures, from 0.
    pub position: i32,
    /// Where it is.
    pub url: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
}

/// Everything a product's page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductDetails {
    /// The product.
    pub product: Product,
    /// Every variant, in order; those that are not active as well.
    pub variants: Vec<Variant>,
    /// The pictures, in order.
    pub images: Vec<Image>,
    /// The categories the product is in, by name.
    pub categories: Vec<Category>,
}

impl ProductDetails {
    /// The variants a shopper can choose from.
    pub fn active_variants(&self) -> impl Iterator<Item = &Variant> {
        self.variants.iter().filter(|variant| variant.active)
    }

    /// How sizes are measured: the product's own guide, or that of its deepest category with one.
    pub fn size_guide_html(&self) -> &str {
        let own = Some(self.product.size_guide_html.as_str()).filter(|html| !html.is_empty());
        let guided = self
            .categories
            .iter()
            .filter(|category| !category.size_guide_html.is_empty());
        own.or_else(|| {
            guided
                .max_by_key(|category| crate::path_to(&self.categories, category.id).len())
                .map(|category| category.size_guide_html.as_str())
        })
        .unwrap_or_default()
    }

    /// How many of a variant are sold.
    pub fn rule_of(&self, variant: &Variant) -> QuantityRule {
        variant.quantity_rule.unwrap_or(self.product.quantity_rule)
    }

    /// The ids of the categories the product is in.
    pub fn category_ids(&self) -> Vec<CategoryId> {
        self.categories.iter().map(|category| category.id).collect()
    }
}

/// A product as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductSummary {
    /// The product's id.
    pub id: ProductId,
    /// The last part of its page's address.
    pub slug: Slug,
    /// Its name.
    pub title: String,
    /// One or two plain sentences.
    pub short_description: String,
    /// The maker's name.
    pub brand: String,
    /// What it is.
    pub kind: ProductKind,
    /// How far it has come.
    pub status: ProductStatus,
    /// From when shoppers see it.
    pub published_at: Option<Time>,
    /// When it was changed last.
    pub updated_at: Time,
    /// Whether the home page shows it.
    pub featured: bool,
    /// The first picture, or empty.
    pub image_url: String,
    /// Whether any active variant can be bought.
    pub in_stock: bool,
    /// What shoppers think of it.
    pub rating: Rating,
    /// Pieces sold lately.
    pub sold: i64,
    /// The lowest regular price.
    pub price_min: Option<Money>,
    /// The highest regular price.
    pub price_max: Option<Money>,
    /// The lowest price to pay now, sales included.
    pub price: Option<Money>,
    /// The highest price to pay now, sales included.
    pub price_upto: Option<Money>,
    /// The struck-out price of the variant that costs `price`.
    pub was: Option<Money>,
    /// How much is in the variant that costs `price`.
    pub measure: Option<Measure>,
    /// How many active variants there are.
    pub variant_count: i64,
    /// The variant to put into a cart straight from the list, when there is only one.
    pub only_variant: Option<VariantId>,
}

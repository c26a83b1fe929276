//! `GET /products/{slug}`: everything a product's page shows.

use std::collections::HashMap;

use axum::{
    http::{StatusCode, header},
    response::IntoResponse as _,
};
use catalog::{Buyer, ListOffer, PriceStep, ProductDetails, ProductSummary};
use chrono::{DateTime, Utc};
use database::Ctx;
use kernel::{Slug, Time, VariantId};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Path, Problem, Visitor};

use crate::{
    endpoint::Endpoint,
    wire::{BasePrice, Money, PersonalField, QuantityRule, Rating, ids, path_segment},
};

/// A product with its variants, pictures and categories.
#[derive(Serialize, ToSchema)]
struct Product {
    #[schema(value_type = ids::ProductId)]
    id: kernel::ProductId,
    /// The last part of its address.
    slug: String,
    title: String,
    /// The long text, as harmless HTML.
    description_html: String,
    /// One or two plain sentences.
    short_description: String,
    /// The maker's name.
    brand: String,
    /// `physical`, `digital`, `service` or `gift_card`.
    kind: &'static str,
    /// The merchant's own word for the sort of product.
    product_type: String,
    tags: Vec<String>,
    /// What a shopper chooses, such as `Size`.
    option_names: Vec<String>,
    /// What shoppers fill in for it, as `properties` of a cart's line.
    personal_fields: Vec<PersonalField>,
    /// Free fields.
    #[schema(value_type = Object)]
    attributes: serde_json::Map<String, serde_json::Value>,
    /// The lowest regular price.
    price_min: Option<Money>,
    /// The highest regular price.
    price_max: Option<Money>,
    /// Whether any variant can be bought.
    in_stock: bool,
    /// What shoppers think of it.
    rating: Rating,
    variants: Vec<Variant>,
    images: Vec<Image>,
    categories: Vec<CategoryRef>,
    seo_title: String,
    seo_description: String,
    /// The address that search engines are to keep instead of the page's own, or empty.
    canonical_url: String,
    /// How sizes are measured, as harmless HTML.
    size_guide_html: String,
    /// What goes with it, in order.
    related: Vec<ProductRef>,
    published_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

/// What is put into a cart.
#[derive(Serialize, ToSchema)]
struct Variant {
    #[schema(value_type = ids::VariantId)]
    id: kernel::VariantId,
    /// Its option values in words, such as `M / Red`.
    title: String,
    sku: Option<String>,
    barcode: String,
    /// One value for each of the product's option names.
    option_values: Vec<String>,
    /// The price to pay now; null when it is not for sale. A customer's own, where a price list of theirs says another: for the
    /// country that their open cart goes to, or else that of their default address.
    price: Option<Money>,
    /// What one costs the customer by how many are in the cart, where price lists say several prices.
    quantity_prices: Vec<QuantityPrice>,
    /// The struck-out price beside it.
    was: Option<Money>,
    /// The lowest price of the 30 days before the reduction, in stores of the European Union; null when it is not reduced. Beside
    /// the price of a price list it is the lowest that everybody paid in the last 30 days.
    lowest_price: Option<Money>,
    /// What a kilogram, a litre or another base of it costs.
    base_price: Option<BasePrice>,
    /// Whether it can be bought now.
    in_stock: bool,
    /// How many of it are sold.
    quantity_rule: QuantityRule,
    /// Whether it goes into a parcel.
    requires_shipping: bool,
    weight_grams: i64,
    /// With the packaging; 0 is not known.
    length_mm: i64,
    width_mm: i64,
    height_mm: i64,
    /// Its own picture, or empty.
    image_url: String,
}

/// A price from a quantity on.
#[derive(Serialize, ToSchema)]
struct QuantityPrice {
    /// From how many pieces in the cart on.
    min_quantity: i64,
    /// What each then costs.
    price: Money,
}

impl From<PriceStep> for QuantityPrice {
    fn from(step: PriceStep) -> Self {
        Self {
            min_quantity: step.min_quantity,
            price: step.unit.price.into(),
        }
    }
}

/// What price lists offer, by variant.
type Offers = HashMap<VariantId, Vec<ListOffer>>;

/// A product's picture.
#[derive(Serialize, ToSchema)]
struct Image {
    url: String,
    /// What it shows, for those who do not see it.
    alt: String,
}

/// A product that goes with another.
#[derive(Serialize, ToSchema)]
struct ProductRef {
    slug: String,
    title: String,
}

/// A category that a product is in.
#[derive(Serialize, ToSchema)]
struct CategoryRef {
    slug: String,
    name: String,
}

impl Product {
    fn at(
        details: ProductDetails,
        related: Vec<ProductSummary>,
        (lowest, offers): (&HashMap<VariantId, kernel::Money>, &Offers),
        (buyer, now): (&Buyer, Time),
    ) -> Self {
        let size_guide_html = details.size_guide_html().to_owned();
        let variants = details
            .active_variants()
            .map(|variant| {
                let lowest = lowest.get(&variant.id).copied();
                let offers = offers.get(&variant.id).map(Vec::as_slice).unwrap_or_default();
                Variant::at(variant, (details.rule_of(variant), lowest), offers, (buyer, now))
            })
            .collect();
        let ProductDetails {
            product,
            images,
            categories,
            ..
        } = details;
        let category = |category: catalog::Category| CategoryRef {
            slug: category.slug.into_string(),
            name: category.name,
        };
        Self {
            id: product.id,
            slug: product.slug.into_string(),
            title: product.title,
            description_html: product.description_html,
            short_description: product.short_description,
            brand: product.brand,
            kind: product.kind.as_str(),
            product_type: product.product_type,
            tags: product.tags,
            option_names: product.option_names,
            personal_fields: product.personal_fields.into_iter().map(PersonalField::from).collect(),
            attributes: product.attributes,
            price_min: product.price_min.map(Money::from),
            price_max: product.price_max.map(Money::from),
            in_stock: product.in_stock,
            rating: product.rating.into(),
            variants,
            images: images
                .into_iter()
                .map(|image| Image {
                    url: image.url,
                    alt: image.alt,
                })
                .collect(),
            categories: categories.into_iter().map(category).collect(),
            seo_title: product.seo_title,
            seo_description: product.seo_description,
            canonical_url: product.canonical_url,
            size_guide_html,
            related: related
                .into_iter()
                .map(|product| ProductRef {
                    slug: product.slug.into_string(),
                    title: product.title,
                })
                .collect(),
            published_at: product.published_at,
            updated_at: product.updated_at,
        }
    }
}

impl Variant {
    fn at(
        variant: &catalog::Variant,
        (rule, lowest): (catalog::QuantityRule, Option<kernel::Money>),
        offers: &[ListOffer],
        (buyer, now): (&Buyer, Time),
    ) -> Self {
        let unit = variant.price_for(offers, buyer, 1, now);
        let is_of_list = unit.as_ref().is_some_and(|unit| unit.list.is_some());
        let price = unit.map(|unit| unit.price);
        let was = if is_of_list {
            variant.price_at(now)
        } else {
            variant.was_at(now)
        };
        let steps = variant.price_steps(offers, buyer, now);
        let has_steps = steps.len() > 1;
        Self {
            quantity_prices: steps
                .into_iter()
                .filter(|_| has_steps)
                .map(QuantityPrice::from)
                .collect(),
            quantity_rule: rule.into(),
            id: variant.id,
            title: variant.title.clone(),
            sku: variant.sku.as_ref().map(ToString::to_string),
            barcode: variant.barcode.clone(),
            option_values: variant.option_values.clone(),
            price: price.map(Money::from),
            was: was.map(Money::from),
            lowest_price: lowest.map(Money::from),
            base_price: BasePrice::of(variant.measure, price),
            in_stock: variant.in_stock,
            requires_shipping: variant.requires_shipping,
            weight_grams: variant.weight_grams,
            length_mm: variant.dimensions.length_mm,
            width_mm: variant.dimensions.width_mm,
            height_mm: variant.dimensions.height_mm,
            image_url: variant.image_url.clone(),
        }
    }
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::get("get_product", "/products/{slug}", handler)
        .says(
            "Products",
            "Get a product",
            "A published product with its variants, pictures and categories.",
        )
        .path_text(
            "slug",
            "The product's slug. One that the product had before leads to the one it has now.",
        )
        .answers::<Product>(200, "The product.")
        .moves("The product has another slug now.")
}

/// The lowest prices of 30 days, of variants that are reduced for everybody or by a price list.
async fn lowest_prices(
    ctx: &mut Ctx,
    details: &ProductDetails,
    offers: &Offers,
    buyer: &Buyer,
) -> Result<HashMap<VariantId, kernel::Money>, database::Error> {
    let now = ctx.now();
    let (mut by_list, mut reduced) = (Vec::new(), Vec::new());
    for variant in details.active_variants() {
        let offers = offers.get(&variant.id).map(Vec::as_slice).unwrap_or_default();
        let unit = variant.price_for(offers, buyer, 1, now);
        if unit.is_some_and(|unit| unit.list.is_some()) {
            by_list.push(variant.id);
        } else if variant.was_at(now).is_some() {
            reduced.push(variant.id);
        }
    }
    let mut lowest = catalog::lowest_prices(ctx, &reduced).await?;
    lowest.extend(catalog::lowest_of_late(ctx, &by_list).await?);
    Ok(lowest)
}

async fn handler(visitor: Visitor, Path(slug): Path<String>) -> Answer {
    let slug = Slug::parse(&slug).map_err(|_not_a_slug| Problem::not_found())?;
    let mut ctx = visitor.work.read();
    if let Some(mut details) = catalog::find_product(&mut ctx, &slug).await? {
        details.product.attributes = catalog::public_attributes(&mut ctx, details.product.attributes).await?;
        let now = ctx.now();
        let related = catalog::list_products_by_id(&mut ctx, &details.product.related_ids).await?;
        let all: Vec<VariantId> = details.active_variants().map(|variant| variant.id).collect();
        let buyer = cart::buyer(&mut ctx).await?;
        let offers = catalog::list_offers(&mut ctx, &all, &buyer).await?;
        let lowest = if tax::in_european_union(visitor.store().country) {
            lowest_prices(&mut ctx, &details, &offers, &buyer).await?
        } else {
            HashMap::new()
        };
        let product = Product::at(details, related, (&lowest, &offers), (&buyer, now));
        return Ok(web::Json(product).into_response());
    }
    let moved = catalog::find_slug_redirect(&mut ctx, &slug)
        .await?
        .ok_or_else(Problem::not_found)?;
    let location = format!("/api/v1/products/{}", path_segment(moved.as_str()));
    Ok((StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, location)]).into_response())
}

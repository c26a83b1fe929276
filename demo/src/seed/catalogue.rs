//! Categories, collections, products with their pictures, and what lies on the shelves.

use std::collections::HashMap;

use catalog::{
    AttributeKind, AttributeTerms, ChangeTerms, NewAttribute, NewCategory, NewCollection, ProductKind, ProductStatus,
    Sale, UpsertExtras, UpsertImage, UpsertProduct, UpsertVariant, Upserted,
};
use chrono::Duration;
use database::{Ctx, Work};
use inventory::{LevelPlan, SetLevel};
use kernel::{CategoryId, CollectionId, Slug, Time, VariantId};
use media::Blobs;

use super::SeedError;
use crate::{
    VariantPlan, art,
    content::{Content, ContentError, ProductEntry, SaleEntry, Shelf, seed_of},
    pictures::pictures_of,
};

/// How many products a page shows beside its own: a row of them.
const NEIGHBOURS: usize = 4;

/// With so many pieces or fewer a variant is to be ordered again.
const LOW: i64 = 3;

/// A picture that is stored.
pub(super) struct Drawn {
    url: String,
    alt: String,
    colour: Option<String>,
}

/// What the rest of seeding needs to know of the catalogue.
pub(super) struct Stocked {
    /// The variants of every product, in the order of the files.
    pub(super) products: Vec<Vec<VariantId>>,
    /// The collections by slug.
    pub(super) collections: HashMap<String, CollectionId>,
}

/// Draws the pictures of every product and stores them; one that is stored already is not stored again.
pub(super) async fn draw(work: &Work, blobs: &dyn Blobs, content: &Content) -> Result<Vec<Vec<Drawn>>, SeedError> {
    let mut products = Vec::new();
    for (shelf, product) in content.products() {
        let mut pictures = Vec::new();
        for planned in pictures_of(shelf, product)? {
            let svg = art::draw(&planned.picture).into_bytes();
            let file = media::put_flow(work, blobs, svg, "image/svg+xml", None)
                .await
                .map_err(SeedError::refused)?;
            pictures.push(Drawn {
                url: file.url,
                alt: planned.alt,
                colour: planned.colour,
            });
        }
        products.push(pictures);
    }
    Ok(products)
}

/// Makes categories, collections and products, and counts the stock.
pub(super) async fn stock(ctx: &mut Ctx, content: &Content, drawn: &[Vec<Drawn>]) -> Result<Stocked, SeedError> {
    let categories = make_categories(ctx, content, drawn).await?;
    make_attributes(ctx, content, &categories).await?;
    let (currency, now) = (ctx.currency(), ctx.now());
    let mut wanted = Vec::new();
    let mut plans = Vec::new();
    for ((shelf, product), pictures) in content.products().zip(drawn) {
        let variants = product.variants(currency)?;
        wanted.push(upsert(shelf, product, &variants, pictures, now)?);
        plans.push(variants);
    }
    let made = catalog::upsert_products(ctx, &wanted)
        .await
        .map_err(SeedError::refused)?;
    for ((_, product), upserted) in content.products().zip(&made) {
        if let Some(terms) = &product.terms {
            let change = ChangeTerms {
                id: upserted.product_id,
                expected_version: None,
                personal_fields: terms.personal_fields(),
                quantity_rule: terms.quantity_rule(),
                variant_rules: Vec::new(),
            };
            catalog::change_terms(ctx, change).await.map_err(SeedError::refused)?;
        }
    }
    let products: Vec<Vec<VariantId>> = made.iter().map(|product| product.variant_ids.clone()).collect();
    let levels = plans
        .iter()
        .flatten()
        .zip(products.iter().flatten())
        .filter_map(|(plan, variant_id)| {
            Some(SetLevel {
                variant_id: *variant_id,
                on_hand: plan.on_hand?,
                backorder: false,
            })
        });
    inventory::set_levels(ctx, &levels.collect::<Vec<_>>())
        .await
        .map_err(SeedError::refused)?;
    watch_low(ctx, plans.iter().flatten().zip(products.iter().flatten())).await?;
    let collections = make_collections(ctx, content, &made).await?;
    Ok(Stocked { products, collections })
}

/// What has few pieces left is to be ordered again.
async fn watch_low(ctx: &mut Ctx, variants: impl Iterator<Item = (&VariantPlan, &VariantId)>) -> Result<(), SeedError> {
    let location = inventory::default_location(ctx).await.map_err(SeedError::refused)?;
    let plan = LevelPlan {
        reorder_point: Some(LOW),
        reorder_quantity: 12,
        ..LevelPlan::default()
    };
    for (variant, id) in variants {
        if variant.on_hand.is_some_and(|on_hand| (1..=LOW).contains(&on_hand)) {
            inventory::plan_level(ctx, *id, location, &plan)
                .await
                .map_err(SeedError::refused)?;
        }
    }
    Ok(())
}

/// Each category shows the first picture of its first product.
async fn make_categories(
    ctx: &mut Ctx,
    content: &Content,
    drawn: &[Vec<Drawn>],
) -> Result<HashMap<String, CategoryId>, SeedError> {
    let mut made = HashMap::new();
    let mut first_picture: HashMap<&str, &str> = HashMap::new();
    for ((shelf, _), pictures) in content.products().zip(drawn) {
        let url = pictures.first().map_or("", |picture| &picture.url);
        first_picture.entry(&shelf.category.slug).or_insert(url);
    }
    for (position, shelf) in (0..).zip(&content.shelves) {
        let entry = &shelf.category;
        let new = NewCategory {
            slug: Some(entry.slug.clone()),
            name: entry.title.clone(),
            description_html: entry.description.clone(),
            image_url: first_picture
                .get(entry.slug.as_str())
                .copied()
                .unwrap_or_default()
                .to_owned(),
            position,
            ..NewCategory::default()
        };
        let category = catalog::create_category(ctx, new).await.map_err(SeedError::refused)?;
        made.insert(entry.slug.clone(), category.id);
    }
    Ok(made)
}

/// The values stand in the products under the same names.
async fn make_attributes(
    ctx: &mut Ctx,
    content: &Content,
    categories: &HashMap<String, CategoryId>,
) -> Result<(), SeedError> {
    for entry in &content.store.attributes {
        let unknown = |name: &str| ContentError::Unknown {
            owner: entry.name.clone(),
            name: name.to_owned(),
        };
        let ids: Result<Vec<CategoryId>, ContentError> = entry
            .categories
            .iter()
            .map(|slug| categories.get(slug).copied().ok_or_else(|| unknown(slug)))
            .collect();
        let new = NewAttribute {
            code: entry.name.clone(),
            kind: AttributeKind::parse(&entry.kind).ok_or_else(|| unknown(&entry.kind))?,
            terms: AttributeTerms {
                name: entry.name.clone(),
                unit: entry.unit.clone(),
                choices: entry.choices.clone(),
                shown: true,
                category_ids: ids?,
                ..AttributeTerms::default()
            },
        };
        catalog::create_attribute(ctx, new).await.map_err(SeedError::refused)?;
    }
    Ok(())
}

async fn make_collections(
    ctx: &mut Ctx,
    content: &Content,
    made: &[Upserted],
) -> Result<HashMap<String, CollectionId>, SeedError> {
    let mut collections = HashMap::new();
    for entry in &content.store.collections {
        let new = NewCollection {
            slug: Some(entry.slug.clone()),
            title: entry.title.clone(),
            description_html: entry.description.clone(),
            ..Default::default()
        };
        let id = catalog::create_collection(ctx, new)
            .await
            .map_err(SeedError::refused)?
            .id;
        let members = content
            .products()
            .zip(made)
            .filter(|((_, product), _)| product.collections.contains(&entry.slug));
        let members: Vec<_> = members.map(|(_, made)| made.product_id).collect();
        catalog::assign_collection(ctx, id, &members)
            .await
            .map_err(SeedError::refused)?;
        collections.insert(entry.slug.clone(), id);
    }
    Ok(collections)
}

fn upsert(
    shelf: &Shelf,
    product: &ProductEntry,
    variants: &[VariantPlan],
    pictures: &[Drawn],
    now: Time,
) -> Result<UpsertProduct, SeedError> {
    let images = pictures.iter().map(|picture| UpsertImage {
        url: picture.url.clone(),
        alt: picture.alt.clone(),
        formerly: None,
    });
    let attributes = product
        .attributes
        .iter()
        .map(|(name, value)| (name.clone(), value.clone().into()));
    Ok(UpsertProduct {
        slug: product.parsed_slug()?,
        formerly: None,
        title: product.title.clone(),
        description_html: catalog::sanitise_html(product.description.trim()),
        short_description: product.short.clone(),
        brand: product.brand.clone(),
        vendor: product.brand.clone(),
        kind: if product.digital {
            ProductKind::Digital
        } else {
            ProductKind::Physical
        },
        product_type: product.product_type.clone(),
        status: ProductStatus::Active,
        published_at: Some(published_at(product, now)),
        featured: product.featured,
        tags: product.tags.clone(),
        option_names: product.options.iter().map(|option| option.name.clone()).collect(),
        seo_title: format!("{} · {}", product.title, product.brand),
        seo_description: product.short.clone(),
        attributes: attributes.collect(),
        category_paths: vec![vec![shelf.category.title.clone()]],
        images: images.collect(),
        variants: variants
            .iter()
            .map(|plan| upsert_variant(product, plan, pictures, now))
            .collect(),
        extras: UpsertExtras {
            related: Some(neighbours(shelf, product)?),
            ..UpsertExtras::default()
        },
    })
}

/// What its page shows beside a product: those that follow it on its shelf, round the corner too.
fn neighbours(shelf: &Shelf, product: &ProductEntry) -> Result<Vec<Slug>, ContentError> {
    let others = shelf.products.len().saturating_sub(1);
    let ring = shelf.products.iter().cycle();
    ring.skip_while(|other| other.slug != product.slug)
        .skip(1)
        .take(others.min(NEIGHBOURS))
        .map(ProductEntry::parsed_slug)
        .collect()
}

fn upsert_variant(product: &ProductEntry, plan: &VariantPlan, pictures: &[Drawn], now: Time) -> UpsertVariant {
    let shown = pictures.iter().find(|picture| {
        picture
            .colour
            .as_ref()
            .is_some_and(|colour| plan.option_values.contains(colour))
    });
    UpsertVariant {
        sku: Some(plan.sku.clone()),
        barcode: plan.barcode.clone(),
        option_values: plan.option_values.clone(),
        price: Some(plan.price),
        compare_at: plan.compare_at,
        cost: Some(plan.cost),
        sale: product
            .sale
            .zip(plan.sale_price)
            .map(|(sale, price)| sale_between(sale, price, now)),
        measure: plan.measure,
        weight_grams: plan.weight_grams,
        requires_shipping: !product.digital,
        hs_code: product.hs.clone().unwrap_or_default(),
        image_url: shown.map(|picture| picture.url.clone()).unwrap_or_default(),
        in_stock: plan.on_hand.is_none_or(|pieces| pieces > 0),
        ..UpsertVariant::sample()
    }
}

fn sale_between(sale: SaleEntry, price: kernel::Money, now: Time) -> Sale {
    Sale {
        price,
        starts_at: Some(now + Duration::days(sale.from_day)),
        ends_at: Some(now + Duration::days(sale.to_day)),
    }
}

/// New arrivals came within the last fortnight, everything else within the year before.
fn published_at(product: &ProductEntry, now: Time) -> Time {
    let chance = i64::from(seed_of(&product.slug) % 1000);
    let is_new = product.collections.iter().any(|slug| slug == "new-arrivals");
    let days = if is_new { 1 + chance % 13 } else { 100 + chance % 260 };
    now - Duration::days(days) - Duration::minutes(chance)
}

//! Staff make a product, with its variants and pictures at once.

use database::{Ctx, OnConstraint as _};
use kernel::{CategoryId, Invalid, Permission, ProductId, Slug, Time};

use crate::{
    Attribute, Attributes, NewImage, NewVariant, Product, ProductDetails, ProductKind, ProductStatus, QuantityRule,
    Rating, Variant,
    attribute::settle,
    events::ProductChanged,
    find::details,
    input::{check_image, check_product, check_variant, related_gone, slug_or_made},
    sanitise_html, store,
};

/// A product to be made.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewProduct {
    /// The last part of its page's address; made from the title when it is missing.
    pub slug: Option<String>,
    /// Its name.
    pub title: String,
    /// The long text; harmful markup is dropped.
    pub description_html: String,
    /// One or two plain sentences.
    pub short_description: String,
    /// The maker's name.
    pub brand: String,
    /// Who the store buys it from.
    pub vendor: String,
    /// What it is.
    pub kind: ProductKind,
    /// The merchant's own word for the sort of product.
    pub product_type: String,
    /// How far it has come.
    pub status: ProductStatus,
    /// From when shoppers see it; an active product without a date is published at once.
    pub published_at: Option<Time>,
    /// Whether the home page shows it.
    pub featured: bool,
    /// The merchant's keywords.
    pub tags: Vec<String>,
    /// What a shopper chooses; at most three.
    pub option_names: Vec<String>,
    /// The title search engines get.
    pub seo_title: String,
    /// The description search engines get.
    pub seo_description: String,
    /// Free fields.
    pub attributes: Attributes,
    /// The address that search engines are to keep instead of the page's own; empty means its own.
    pub canonical_url: String,
    /// How sizes are measured, as clean HTML; empty means the guide of its categories.
    pub size_guide_html: String,
    /// What goes with it, in order.
    pub related_ids: Vec<ProductId>,
    /// Its variants, in order.
    pub variants: Vec<NewVariant>,
    /// Its pictures, in order.
    pub images: Vec<NewImage>,
    /// The categories it is in.
    pub category_ids: Vec<CategoryId>,
}

/// Why a product is not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateProductError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// Fields break a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Another product has the slug.
    #[error("another product has that slug")]
    SlugTaken,
    /// Another variant has one of the SKUs.
    #[error("another variant has one of these SKUs")]
    SkuTaken,
    /// Two variants have the same option values.
    #[error("two variants have the same option values")]
    OptionsTaken,
    /// One of the categories does not exist.
    #[error("one of the categories does not exist")]
    NoSuchCategory,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes the product and answers with it as it was stored.
pub async fn create_product(ctx: &mut Ctx, new: NewProduct) -> Result<ProductDetails, CreateProductError> {
    ctx.require(Permission::WriteCatalog)?;
    let given_slug = new.slug.as_deref().is_some_and(|slug| !slug.is_empty());
    let defined = store::attributes::list_for(ctx, &new.product_type, &new.category_ids).await?;
    let (mut product, variants) = checked(ctx, &new, &defined)?;
    store::making::lock_one(ctx).await?;
    if !store::products::insert(ctx, &product).await? {
        if given_slug {
            return Err(CreateProductError::SlugTaken);
        }
        product.slug = distinct_slug(&product);
        if !store::products::insert(ctx, &product).await? {
            return Err(CreateProductError::SlugTaken);
        }
    }
    if !variants.is_empty() {
        insert_variants(ctx, &variants).await?;
    }
    if !new.images.is_empty() {
        let mut seen = std::collections::HashSet::new();
        let images = new.images.into_iter().filter(|image| seen.insert(image.url.clone()));
        let images: Vec<_> = images.map(|image| (image.url, image.alt)).collect();
        store::products::replace_images(ctx, product.id, &images).await?;
    }
    if !new.category_ids.is_empty() {
        store::products::replace_categories(ctx, product.id, &new.category_ids)
            .await
            .on_constraint("product_categories_category_fk", || CreateProductError::NoSuchCategory)?;
    }
    if !product.related_ids.is_empty() {
        store::products::replace_related(ctx, product.id, &product.related_ids)
            .await
            .on_constraint("related_products_related_fk", no_such_related)?;
    }
    store::refresh::products(ctx, &[product.id]).await?;
    ctx.publish(&ProductChanged {
        product_id: product.id,
        slug: product.slug.clone(),
    })
    .await?;
    let stored = store::products::find(ctx, product.id).await?.unwrap_or(product);
    Ok(details(ctx, stored).await?)
}

fn no_such_related() -> CreateProductError {
    related_gone().into()
}

async fn insert_variants(ctx: &mut Ctx, variants: &[Variant]) -> Result<(), CreateProductError> {
    let inserted = store::variants::insert(ctx, variants).await;
    inserted.or_else(|error| match error.constraint() {
        Some("variants_option_values_key") => Err(CreateProductError::OptionsTaken),
        Some(_) | None => Err(error).on_constraint("variants_sku_key", || CreateProductError::SkuTaken),
    })
}

fn checked(ctx: &Ctx, new: &NewProduct, defined: &[Attribute]) -> Result<(Product, Vec<Variant>), Invalid> {
    let mut invalid = Invalid::default();
    let slug = slug_or_made(&mut invalid, new.slug.as_deref(), &new.title);
    let mut variants = Vec::with_capacity(new.variants.len());
    let id: ProductId = ctx.new_id();
    for (position, variant) in (0..).zip(&new.variants) {
        let field = format!("variants.{position}");
        let variant = variant.to_variant(ctx.new_id(), id, position, &mut invalid, &field);
        check_variant(&mut invalid, &field, &variant, new.option_names.len(), ctx.currency());
        variants.push(variant);
    }
    for (index, image) in new.images.iter().enumerate() {
        check_image(&mut invalid, &format!("images.{index}"), &image.url, &image.alt);
    }
    let mut product = to_product(ctx, id, slug, new);
    check_product(&mut invalid, &product);
    let on_sale = product.status == ProductStatus::Active;
    settle(&mut invalid, defined, &mut product.attributes, on_sale);
    invalid.into_result()?;
    Ok((product, variants))
}

/// Where the slug is missing an error was noted, and the product is not used.
fn to_product(ctx: &Ctx, id: ProductId, slug: Option<Slug>, new: &NewProduct) -> Product {
    let publish_now = new.status == ProductStatus::Active && new.published_at.is_none();
    Product {
        id,
        slug: slug.unwrap_or_else(|| fallback_slug(id)),
        title: new.title.trim().to_owned(),
        description_html: sanitise_html(&new.description_html),
        short_description: new.short_description.clone(),
        brand: new.brand.trim().to_owned(),
        vendor: new.vendor.trim().to_owned(),
        kind: new.kind,
        product_type: new.product_type.trim().to_owned(),
        status: new.status,
        published_at: if publish_now { Some(ctx.now()) } else { new.published_at },
        featured: new.featured,
        tags: new.tags.clone(),
        option_names: new.option_names.clone(),
        seo_title: new.seo_title.clone(),
        seo_description: new.seo_description.clone(),
        attributes: new.attributes.clone(),
        canonical_url: new.canonical_url.trim().to_owned(),
        size_guide_html: sanitise_html(&new.size_guide_html),
        related_ids: new.related_ids.clone(),
        personal_fields: Vec::new(),
        quantity_rule: QuantityRule::default(),
        price_min: None,
        price_max: None,
        image_url: String::new(),
        in_stock: false,
        rating: Rating::default(),
        version: 1,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    }
}

/// The slug with the end of the product's id, which is random.
fn distinct_slug(product: &Product) -> Slug {
    let id = product.id.to_string();
    let end: String = id.chars().rev().take(6).collect();
    let start: String = product.slug.as_str().chars().take(190).collect();
    Slug::parse(&kernel::slugify(&format!("{start} {end}"))).unwrap_or_else(|_| product.slug.clone())
}

#[expect(
    clippy::expect_used,
    reason = "an id consists of letters, digits and one underscore, of which slugify makes a slug"
)]
fn fallback_slug(id: ProductId) -> Slug {
    Slug::parse(&kernel::slugify(&id.to_string())).expect("an id makes a slug")
}

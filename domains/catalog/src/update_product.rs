//! Staff change a product.

use database::{Ctx, OnConstraint as _};
use kernel::{CategoryId, Invalid, Permission, ProductId, Time};

use crate::{
    Attributes, Product, ProductKind, ProductStatus,
    attribute::settle,
    axes,
    events::ProductChanged,
    input::{changed_slug, check_product, related_gone},
    sanitise_html, store,
};

/// New values of some of a product's fields; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProductChanges {
    /// The last part of its page's address. The old one redirects.
    pub slug: Option<String>,
    /// Its name.
    pub title: Option<String>,
    /// The long text; harmful markup is dropped.
    pub description_html: Option<String>,
    /// One or two plain sentences.
    pub short_description: Option<String>,
    /// The maker's name.
    pub brand: Option<String>,
    /// Who the store buys it from.
    pub vendor: Option<String>,
    /// What it is.
    pub kind: Option<ProductKind>,
    /// The merchant's own word for the sort of product.
    pub product_type: Option<String>,
    /// How far it has come.
    pub status: Option<ProductStatus>,
    /// From when shoppers see it; `Some(None)` takes the date away.
    pub published_at: Option<Option<Time>>,
    /// Whether the home page shows it.
    pub featured: Option<bool>,
    /// The merchant's keywords.
    pub tags: Option<Vec<String>>,
    /// What a shopper chooses. Their number changes only while there are no variants.
    pub option_names: Option<Vec<String>>,
    /// The title search engines get.
    pub seo_title: Option<String>,
    /// The description search engines get.
    pub seo_description: Option<String>,
    /// Free fields, all of them.
    pub attributes: Option<Attributes>,
    /// The address that search engines are to keep instead of the page's own; empty means its own.
    pub canonical_url: Option<String>,
    /// How sizes are measured, as clean HTML; empty means the guide of its categories.
    pub size_guide_html: Option<String>,
    /// What goes with it, in order.
    pub related_ids: Option<Vec<ProductId>>,
    /// The categories it is in, all of them. They say which attributes it has.
    pub category_ids: Option<Vec<CategoryId>>,
}

/// A change of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateProduct {
    /// Which.
    pub id: ProductId,
    /// The version the change was made on; `None` takes any.
    pub expected_version: Option<i64>,
    /// The new values.
    pub changes: ProductChanges,
}

/// Why a product is not changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateProductError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such product.
    #[error("there is no such product")]
    NotFound,
    /// Somebody else changed it since.
    #[error("the product was changed since and has version {current} now")]
    VersionConflict {
        /// The version it has now.
        current: i64,
    },
    /// Fields break a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Another product has the slug.
    #[error("another product has that slug")]
    SlugTaken,
    /// One of the categories does not exist.
    #[error("one of the categories does not exist")]
    NoSuchCategory,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Changes the product and answers with it as it is then.
pub async fn update_product(ctx: &mut Ctx, update: UpdateProduct) -> Result<Product, UpdateProductError> {
    ctx.require(Permission::WriteCatalog)?;
    let before = store::products::lock(ctx, update.id)
        .await?
        .ok_or(UpdateProductError::NotFound)?;
    if update.expected_version.is_some_and(|version| version != before.version) {
        return Err(UpdateProductError::VersionConflict {
            current: before.version,
        });
    }
    let goes_on_sale = update.changes.status == Some(ProductStatus::Active);
    let categories = update.changes.category_ids.clone();
    let settles = update.changes.attributes.is_some()
        || categories.is_some()
        || (goes_on_sale && before.status != ProductStatus::Active);
    let mut invalid = Invalid::default();
    let mut after = changed(&before, update.changes, ctx.now(), &mut invalid);
    if settles {
        settle_attributes(ctx, &mut after, categories.as_deref(), &mut invalid).await?;
    }
    check_product(&mut invalid, &after);
    let variants = if after.option_names == before.option_names {
        Vec::new()
    } else {
        store::variants::list_of_product(ctx, before.id).await?
    };
    if after.option_names.len() != before.option_names.len() && !variants.is_empty() {
        let message = "must stay as many as they are while the product has variants";
        invalid.push(kernel::FieldError::new("option_names", "wrong_options", message));
    }
    invalid.into_result()?;
    let moved = axes::renamed(&after.option_names, &before.option_names, &variants);
    if !moved.is_empty() {
        store::variants::update(ctx, &moved).await?;
    }
    write(ctx, &before, &after, categories.as_deref()).await?;
    ctx.publish(&ProductChanged {
        product_id: after.id,
        slug: after.slug,
    })
    .await?;
    store::products::find(ctx, after.id)
        .await?
        .ok_or(UpdateProductError::NotFound)
}

/// Writes what is different, and what follows from it.
async fn write(
    ctx: &mut Ctx,
    before: &Product,
    after: &Product,
    categories: Option<&[CategoryId]>,
) -> Result<(), UpdateProductError> {
    store::products::update(ctx, after)
        .await
        .on_constraint("products_slug_key", || UpdateProductError::SlugTaken)?;
    if after.related_ids != before.related_ids {
        store::products::replace_related(ctx, after.id, &after.related_ids)
            .await
            .on_constraint("related_products_related_fk", || {
                UpdateProductError::from(related_gone())
            })?;
    }
    if let Some(categories) = categories {
        store::products::replace_categories(ctx, after.id, categories)
            .await
            .on_constraint("product_categories_category_fk", || UpdateProductError::NoSuchCategory)?;
    }
    if after.slug != before.slug {
        store::products::keep_slug(ctx, after.id, &before.slug, &after.slug).await?;
    }
    Ok(store::refresh::products(ctx, &[after.id]).await?)
}

/// Checks the values of the product's attributes, in the categories that it is to be in.
async fn settle_attributes(
    ctx: &mut Ctx,
    product: &mut Product,
    categories: Option<&[CategoryId]>,
    invalid: &mut Invalid,
) -> Result<(), database::Error> {
    let ids = match categories {
        Some(categories) => categories.to_vec(),
        None => {
            let categories = store::products::categories(ctx, product.id).await?;
            categories.iter().map(|category| category.id).collect()
        }
    };
    let defined = store::attributes::list_for(ctx, &product.product_type, &ids).await?;
    let on_sale = product.status == ProductStatus::Active;
    settle(invalid, &defined, &mut product.attributes, on_sale);
    Ok(())
}

fn changed(before: &Product, changes: ProductChanges, now: Time, invalid: &mut Invalid) -> Product {
    let mut after = before.clone();
    let title = changes.title.as_deref().unwrap_or(&before.title);
    if let Some(slug) = changed_slug(invalid, changes.slug.as_deref(), title) {
        after.slug = slug;
    }
    let texts = [
        (changes.title.map(|title| title.trim().to_owned()), &mut after.title),
        (
            changes.description_html.map(|html| sanitise_html(&html)),
            &mut after.description_html,
        ),
        (changes.short_description, &mut after.short_description),
        (changes.brand.map(|brand| brand.trim().to_owned()), &mut after.brand),
        (changes.vendor.map(|vendor| vendor.trim().to_owned()), &mut after.vendor),
        (changes.product_type, &mut after.product_type),
        (changes.seo_title, &mut after.seo_title),
        (changes.seo_description, &mut after.seo_description),
        (
            changes.canonical_url.map(|url| url.trim().to_owned()),
            &mut after.canonical_url,
        ),
        (
            changes.size_guide_html.map(|html| sanitise_html(&html)),
            &mut after.size_guide_html,
        ),
    ];
    for (new, field) in texts {
        replace(field, new);
    }
    replace(&mut after.kind, changes.kind);
    replace(&mut after.status, changes.status);
    replace(&mut after.published_at, changes.published_at);
    replace(&mut after.featured, changes.featured);
    replace(&mut after.tags, changes.tags);
    replace(&mut after.option_names, changes.option_names);
    replace(&mut after.attributes, changes.attributes);
    replace(&mut after.related_ids, changes.related_ids);
    if after.status == ProductStatus::Active && after.published_at.is_none() {
        after.published_at = Some(now);
    }
    after
}

fn replace<T>(field: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *field = new;
    }
}

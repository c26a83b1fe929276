//! A product's page: its fields, its variants with their stock, its pictures.

use std::collections::HashMap;

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{AssignError, FindError, ProductDetails, UpdateProduct, UpdateProductError, Variant};
use inventory::Availability;
use kernel::{Invalid, ProductId, VariantId};
use serde::Serialize;
use web::{Answer, Form, MoneyView, Path, Problem, Staff, Visitor, can};

use super::{
    attribute_fields,
    form::{ProductChoices, ProductForm},
};
use crate::{
    category_choices::CategoryChooser,
    forms::{Difference, Errors, differences, read_version, read_words},
};

/// How many variants the page shows; the table shows all of them.
const VARIANTS: usize = 50;

#[derive(Serialize)]
struct ProductView {
    id: String,
    title: String,
    saved_slug: String,
    status: &'static str,
    published: bool,
    version: i64,
    form: ProductForm,
    choices: ProductChoices,
    /// The first of them.
    variants: Vec<VariantRow>,
    variant_count: usize,
    images: Vec<ImageView>,
    errors: Errors,
    /// What somebody else saved in between, next to what was typed.
    conflict: Vec<Difference>,
}

#[derive(Serialize)]
struct VariantRow {
    id: String,
    title: String,
    sku: String,
    price: Option<MoneyView>,
    on_sale: bool,
    active: bool,
    tracked: bool,
    available: i64,
}

#[derive(Serialize)]
struct ImageView {
    url: String,
    alt: String,
}

pub(crate) async fn show(staff: Staff<can::ReadCatalog>, Path(id): Path<ProductId>) -> Answer {
    let details = load(&staff, id).await?;
    let form = form_of(&staff, &details).await?;
    render(&staff, StatusCode::OK, details, form, (Errors::default(), Vec::new())).await
}

async fn form_of(visitor: &Visitor, details: &ProductDetails) -> Result<ProductForm, Problem> {
    let mut ctx = visitor.work.read();
    let related = catalog::slugs_of(&mut ctx, &details.product.related_ids).await?;
    ctx.rollback().await;
    Ok(ProductForm::of(
        &details.product,
        &details.categories,
        &related,
        visitor.store().time_zone,
    ))
}

/// The products whose slugs are typed, or what is wrong with them.
pub(crate) async fn related(visitor: &Visitor, typed: &str) -> Result<Result<Vec<ProductId>, Errors>, Problem> {
    let mut ctx = visitor.work.read();
    let found = catalog::products_of_slugs(&mut ctx, &read_words(typed)).await?;
    ctx.rollback().await;
    Ok(found.map_err(|slug| {
        let said = visitor.translate("admin-related-unknown", &[("slug", &slug)]);
        Errors::said("related_ids", said)
    }))
}

/// A product with all that belongs to it.
pub(crate) async fn load(visitor: &Visitor, id: ProductId) -> Result<ProductDetails, Problem> {
    let mut ctx = visitor.work.read();
    let found = catalog::find_product_by_id(&mut ctx, id).await.map_err(find_problem)?;
    ctx.rollback().await;
    found.ok_or_else(Problem::not_found)
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    details: ProductDetails,
    form: ProductForm,
    (errors, conflict): (Errors, Vec<Difference>),
) -> Answer {
    let defined = attribute_fields::defined(visitor, &form).await?;
    let mut ctx = visitor.work.read();
    let categories = CategoryChooser::load(&mut ctx, &form.search, &form.category).await?;
    let ids: Vec<VariantId> = details
        .variants
        .iter()
        .take(VARIANTS)
        .map(|variant| variant.id)
        .collect();
    let stock = inventory::availability(&mut ctx, &ids).await?;
    ctx.rollback().await;
    let now = visitor.work.now();
    let view = ProductView {
        id: details.product.id.to_string(),
        title: details.product.title.clone(),
        saved_slug: details.product.slug.to_string(),
        status: details.product.status.as_str(),
        published: details.product.is_published(now),
        version: details.product.version,
        choices: ProductChoices::new(visitor, categories, &defined, &form),
        variant_count: details.variants.len(),
        variants: details
            .variants
            .iter()
            .take(VARIANTS)
            .map(|variant| variant_row(variant, &stock, now))
            .collect(),
        images: details
            .images
            .into_iter()
            .map(|image| ImageView {
                url: image.url,
                alt: image.alt,
            })
            .collect(),
        form,
        errors,
        conflict,
    };
    visitor.page_with_status(status, "admin/products/product.html", &view)
}

fn variant_row(variant: &Variant, stock: &HashMap<VariantId, Availability>, now: kernel::Time) -> VariantRow {
    let stock = stock.get(&variant.id).copied().unwrap_or(Availability::UNTRACKED);
    VariantRow {
        id: variant.id.to_string(),
        title: variant.title.clone(),
        sku: variant.sku.as_ref().map(ToString::to_string).unwrap_or_default(),
        price: variant.price_at(now).map(MoneyView::from),
        on_sale: variant.sale.is_some_and(|sale| sale.is_on(now)),
        active: variant.active,
        tracked: stock.tracked,
        available: stock.available,
    }
}

pub(crate) async fn update(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    Form(form): Form<ProductForm>,
) -> Answer {
    let saved = load(&staff, id).await?;
    if form.search.is_asked() {
        return render(&staff, StatusCode::OK, saved, form, (Errors::default(), Vec::new())).await;
    }
    let read = form
        .to_changes(&saved.product, staff.store().time_zone)
        .and_then(|changes| Ok((changes, form.categories()?)));
    let (mut changes, categories) = match read {
        Ok(read) => read,
        Err(invalid) => return refuse(&staff, id, form, Errors::of(&staff, invalid)).await,
    };
    changes.related_ids = match related(&staff, &form.related).await? {
        Ok(related) => Some(related),
        Err(errors) => return refuse(&staff, id, form, errors).await,
    };
    let update = UpdateProduct {
        id,
        expected_version: Some(read_version(&form.version)),
        changes,
    };
    let mut ctx = staff.work.write();
    // The categories come first: they say which attributes the product needs.
    match catalog::assign_categories(&mut ctx, id, &categories).await {
        Ok(()) => {}
        Err(AssignError::NotFound) => {
            ctx.rollback().await;
            let errors = Errors::one(&staff, "category", "gone", "one of them is gone");
            return refuse(&staff, id, form, errors).await;
        }
        Err(AssignError::Forbidden(error)) => return Err(error.into()),
        Err(AssignError::Internal(error)) => return Err(error.into()),
    }
    let errors = match catalog::update_product(&mut ctx, update).await {
        Ok(_product) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            return Ok(Redirect::to(&format!("/admin/products/{id}")).into_response());
        }
        Err(UpdateProductError::VersionConflict { .. }) => {
            ctx.rollback().await;
            return conflict(&staff, id, form).await;
        }
        Err(UpdateProductError::Invalid(invalid)) => Errors::of(&staff, invalid),
        Err(UpdateProductError::SlugTaken) => Errors::one(&staff, "slug", "slug_taken", "is taken by another product"),
        Err(error) => return Err(update_problem(error)),
    };
    ctx.rollback().await;
    refuse(&staff, id, form, errors).await
}

async fn refuse(visitor: &Visitor, id: ProductId, form: ProductForm, errors: Errors) -> Answer {
    let details = load(visitor, id).await?;
    render(
        visitor,
        StatusCode::UNPROCESSABLE_ENTITY,
        details,
        form,
        (errors, Vec::new()),
    )
    .await
}

/// Shows both versions. Saving once more keeps what was typed.
async fn conflict(visitor: &Visitor, id: ProductId, mut form: ProductForm) -> Answer {
    let details = load(visitor, id).await?;
    let saved = form_of(visitor, &details).await?;
    let mut conflict = differences(&saved, &form);
    let defined = attribute_fields::defined(visitor, &form).await?;
    conflict.extend(attribute_fields::differing(
        &defined,
        &details.product.attributes,
        &form,
    ));
    form.version = saved.version;
    let message = "was changed in the meantime";
    let errors = Errors::one(visitor, "form", "version_conflict", message);
    render(visitor, StatusCode::CONFLICT, details, form, (errors, conflict)).await
}

/// What a product's error is where no form can tell it.
pub(crate) fn update_problem(error: UpdateProductError) -> Problem {
    match error {
        UpdateProductError::Forbidden(error) => error.into(),
        UpdateProductError::NotFound => Problem::not_found(),
        UpdateProductError::VersionConflict { .. } => Problem::version_conflict(),
        UpdateProductError::Invalid(invalid) => invalid.into(),
        UpdateProductError::SlugTaken => {
            Invalid::from(kernel::FieldError::new("slug", "slug_taken", "is taken")).into()
        }
        UpdateProductError::NoSuchCategory => {
            Invalid::from(kernel::FieldError::new("category", "gone", "one of them is gone")).into()
        }
        UpdateProductError::Internal(error) => error.into(),
    }
}

/// What the error of a read for staff is.
pub(crate) fn find_problem(error: FindError) -> Problem {
    match error {
        FindError::Forbidden(error) => error.into(),
        FindError::Internal(error) => error.into(),
    }
}

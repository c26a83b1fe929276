//! Makes a product.

use axum::http::StatusCode;
use catalog::CreateProductError;
use kernel::{FieldError, Invalid};
use serde::{Deserialize, Serialize};
use web::{Answer, Done, OnceForm, Problem, Staff, Visitor, can};

use super::{
    attribute_fields,
    form::{FirstVariantForm, ProductChoices, ProductForm},
    page,
};
use crate::{
    category_choices::{CategoryChooser, Search},
    forms::{Choice, Errors},
    tax_choices::tax_choices,
};

/// The whole form; a flattened form cannot hold repeated fields, so both parts read it on their own.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewProductForm {
    title: String,
    slug: String,
    short_description: String,
    description_html: String,
    kind: String,
    status: String,
    featured: String,
    brand: String,
    vendor: String,
    product_type: String,
    tags: String,
    option_names: String,
    seo_title: String,
    seo_description: String,
    published_at: String,
    canonical_url: String,
    size_guide_html: String,
    related: String,
    category: Vec<String>,
    attribute: Vec<String>,
    attribute_value: Vec<String>,
    attribute_choice: Vec<String>,
    price: String,
    compare_at: String,
    sku: String,
    weight_grams: String,
    taxable: String,
    tax_category: String,
    requires_shipping: String,
    #[serde(flatten)]
    search: Search,
}

#[derive(Serialize)]
struct NewProductView {
    form: ProductForm,
    first: FirstVariantForm,
    tax_categories: Vec<Choice>,
    choices: ProductChoices,
    errors: Errors,
}

impl NewProductForm {
    fn split(self) -> (ProductForm, FirstVariantForm) {
        let product = ProductForm {
            title: self.title,
            slug: self.slug,
            short_description: self.short_description,
            description_html: self.description_html,
            kind: self.kind,
            status: self.status,
            featured: self.featured,
            brand: self.brand,
            vendor: self.vendor,
            product_type: self.product_type,
            tags: self.tags,
            option_names: self.option_names,
            seo_title: self.seo_title,
            seo_description: self.seo_description,
            published_at: self.published_at,
            canonical_url: self.canonical_url,
            size_guide_html: self.size_guide_html,
            related: self.related,
            category: self.category,
            attribute: self.attribute,
            attribute_value: self.attribute_value,
            attribute_choice: self.attribute_choice,
            search: self.search,
            version: String::new(),
        };
        let first = FirstVariantForm {
            price: self.price,
            compare_at: self.compare_at,
            sku: self.sku,
            weight_grams: self.weight_grams,
            taxable: self.taxable,
            tax_category: self.tax_category,
            requires_shipping: self.requires_shipping,
        };
        (product, first)
    }
}

pub(crate) async fn show(staff: Staff<can::WriteCatalog>) -> Answer {
    render(
        &staff,
        StatusCode::OK,
        ProductForm::empty(),
        FirstVariantForm::empty(),
        Errors::default(),
    )
    .await
}

async fn render(
    staff: &Staff<can::WriteCatalog>,
    status: StatusCode,
    form: ProductForm,
    first: FirstVariantForm,
    errors: Errors,
) -> Answer {
    let defined = attribute_fields::defined(staff, &form).await?;
    let mut ctx = staff.work.read();
    let categories = CategoryChooser::load(&mut ctx, &form.search, &form.category).await?;
    let codes = tax::list_codes(&mut ctx).await?;
    ctx.rollback().await;
    let view = NewProductView {
        choices: ProductChoices::new(staff, categories, &defined, &form),
        tax_categories: tax_choices(staff, &codes, &first.tax_category),
        form,
        first,
        errors,
    };
    staff.page_with_status(status, "admin/products/new.html", &view)
}

pub(crate) async fn create(
    staff: Staff<can::WriteCatalog>,
    OnceForm { form, request }: OnceForm<NewProductForm>,
) -> Answer {
    let (form, first) = form.split();
    if form.search.is_asked() {
        return render(&staff, StatusCode::OK, form, first, Errors::default()).await;
    }
    let (mut new, unreadable) = form.to_new(&first, staff.store().currency, staff.store().time_zone);
    let mut errors = Errors::of(&staff, unreadable);
    match page::related(&staff, &form.related).await? {
        Ok(related) => new.related_ids = related,
        Err(unknown) => errors.add_others(unknown),
    }
    let readable = errors.is_empty();
    // What cannot be read is left out, so that everything else that is wrong is told in the same round.
    let made = web::write_form(&staff, &request, async |ctx| {
        let made = catalog::create_product(ctx, new).await.map_err(Some)?;
        let done = Done::to(format!("/admin/products/{}", made.product.id)).saying("admin-flash-saved");
        readable.then_some(done).ok_or(None)
    });
    match made.await? {
        Ok(response) => return Ok(response),
        Err(Some(refused)) => errors.add_all(&staff, explain(refused)?),
        Err(None) => {}
    }
    errors.add_all(&staff, taken_or_gone(&staff, &form, &first).await?);
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, first, errors).await
}

/// Why the product is not made, by the inputs of the form.
fn explain(error: CreateProductError) -> Result<Invalid, Problem> {
    let at = |field: &str, code, message: &str| Invalid::from(FieldError::new(field, code, message));
    Ok(match error {
        CreateProductError::Invalid(mut invalid) => {
            for error in &mut invalid.0 {
                error.field = error.field.replace("variants.0.", "");
            }
            invalid
        }
        CreateProductError::SlugTaken => at("slug", "slug_taken", "is taken by another product"),
        CreateProductError::SkuTaken => at("sku", "sku_taken", "is taken by another variant"),
        CreateProductError::OptionsTaken => at("option_names", "options_taken", "two variants have the same options"),
        CreateProductError::NoSuchCategory => at("category", "gone", "one of them is gone"),
        CreateProductError::Forbidden(error) => return Err(error.into()),
        CreateProductError::Internal(error) => return Err(error.into()),
    })
}

/// Which of address and SKU another product has, and whether a category is gone. The database tells one of these alone, and none
/// beside what is wrong elsewhere.
async fn taken_or_gone(visitor: &Visitor, form: &ProductForm, first: &FirstVariantForm) -> Result<Invalid, Problem> {
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let (slug, sku) = (
        given(&form.slug),
        given(&first.sku).filter(|_| form.option_names.trim().is_empty()),
    );
    let mut invalid = Invalid::default();
    let mut ctx = visitor.work.read();
    if let Some(slug) = slug
        && catalog::products_of_slugs(&mut ctx, &[slug]).await?.is_ok()
    {
        invalid.push(FieldError::new("slug", "slug_taken", "is taken by another product"));
    }
    if let Some(sku) = sku
        && !catalog::identify_variants(&mut ctx, &[sku], &[]).await?.is_empty()
    {
        invalid.push(FieldError::new("sku", "sku_taken", "is taken by another variant"));
    }
    let categories = form.categories().unwrap_or_default();
    let known = catalog::known_categories(&mut ctx, &categories).await?;
    if categories.iter().any(|id| !known.contains(id)) {
        invalid.push(FieldError::new("category", "gone", "one of them is gone"));
    }
    ctx.rollback().await;
    Ok(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_or_gone_is_told_at_its_input() {
        for (error, field, code) in [
            (CreateProductError::SlugTaken, "slug", "slug_taken"),
            (CreateProductError::SkuTaken, "sku", "sku_taken"),
            (CreateProductError::OptionsTaken, "option_names", "options_taken"),
            (CreateProductError::NoSuchCategory, "category", "gone"),
        ] {
            let told = explain(error).unwrap_or_default();
            let told: Vec<(&str, &str)> = told.0.iter().map(|error| (error.field.as_str(), error.code)).collect();
            assert_eq!(told, [(field, code)]);
        }
    }
}

//! Makes a product.

use axum::http::StatusCode;
use catalog::CreateProductError;
use serde::{Deserialize, Serialize};
use web::{Answer, Done, OnceForm, Staff, can};

use super::{
    attribute_fields,
    form::{FirstVariantForm, ProductChoices, ProductForm},
    page,
};
use crate::{
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
    let categories = catalog::list_categories(&mut ctx).await?;
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
    let mut new = match form.to_new(&first, staff.store().currency, staff.store().time_zone) {
        Ok(new) => new,
        Err(invalid) => {
            let errors = Errors::of(&staff, invalid);
            return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, first, errors).await;
        }
    };
    new.related_ids = match page::related(&staff, &form.related).await? {
        Ok(related) => related,
        Err(errors) => return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, first, errors).await,
    };
    let created = web::write_form(&staff, &request, async |ctx| {
        let made = catalog::create_product(ctx, new).await?;
        Ok(Done::to(format!("/admin/products/{}", made.product.id)).saying("admin-flash-saved"))
    });
    let errors = match created.await? {
        Ok(response) => return Ok(response),
        Err(CreateProductError::Invalid(mut invalid)) => {
            for error in &mut invalid.0 {
                error.field = error.field.replace("variants.0.", "");
            }
            Errors::of(&staff, invalid)
        }
        Err(CreateProductError::SlugTaken) => Errors::one(&staff, "slug", "slug_taken", "is taken by another product"),
        Err(CreateProductError::SkuTaken) => Errors::one(&staff, "sku", "sku_taken", "is taken by another variant"),
        Err(CreateProductError::OptionsTaken | CreateProductError::NoSuchCategory) => {
            Errors::one(&staff, "category", "gone", "one of them is gone")
        }
        Err(CreateProductError::Forbidden(error)) => return Err(error.into()),
        Err(CreateProductError::Internal(error)) => return Err(error.into()),
    };
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, first, errors).await
}

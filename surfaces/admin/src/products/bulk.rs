//! Changes many products at once: what would become of each is shown first, and done when somebody agrees.

use axum::http::StatusCode;
use catalog::{BulkChange, ChangeProductsError, PlannedChange, ProductStatus};
use kernel::{FieldError, Invalid, PageRequest, ProductId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use web::{Answer, Done, MoneyView, OnceForm, Query, Staff, Visitor, can};

use crate::{
    forms::{Choice, Errors, choices, word},
    lists,
};

/// What can be done, as forms name it; a status is named by its own name.
const ADD_TAG: &str = "add_tag";
const REMOVE_TAG: &str = "remove_tag";
const PRICES: &str = "prices";

/// The chosen products, and what is to become of them.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct BulkForm {
    /// Ids; of what was shown before, each with its mark behind a colon.
    chosen: Vec<String>,
    action: String,
    /// A tag, or a percentage.
    value: String,
}

impl BulkForm {
    fn change(&self) -> Result<BulkChange, FieldError> {
        let value = self.value.trim();
        match self.action.as_str() {
            ADD_TAG => Ok(BulkChange::AddTag(value.to_owned())),
            REMOVE_TAG => Ok(BulkChange::RemoveTag(value.to_owned())),
            PRICES => {
                let percent = value.trim_end_matches('%').trim_end().replace(',', ".");
                let percent: Decimal = percent
                    .parse()
                    .map_err(|_error| FieldError::new("value", "not_a_percentage", "is not a percentage"))?;
                Ok(BulkChange::Prices(percent))
            }
            status => ProductStatus::parse(status)
                .map(BulkChange::Status)
                .ok_or_else(|| FieldError::new("action", "required", "is required")),
        }
    }

    /// What cannot be read is left out; of what was not shown before, no mark fits.
    fn marked(&self) -> Vec<(ProductId, i64)> {
        let chosen = self.chosen.iter().filter_map(|text| {
            let (id, mark) = text.split_once(':').unwrap_or((text, ""));
            Some((id.parse().ok()?, mark.parse().unwrap_or(-1)))
        });
        chosen.take(usize::from(PageRequest::MAX)).collect()
    }
}

/// What can be done to chosen products.
pub(crate) fn actions(visitor: &Visitor) -> Vec<Choice> {
    let statuses = ProductStatus::ALL.map(ProductStatus::as_str);
    choices(
        visitor,
        "admin-bulk",
        statuses.into_iter().chain([ADD_TAG, REMOVE_TAG, PRICES]),
    )
}

#[derive(Serialize)]
struct BulkView {
    form: BulkForm,
    actions: Vec<Choice>,
    rows: Vec<BulkRow>,
    /// Whether anything would be another.
    changes: bool,
    errors: Errors,
}

/// A product before and after.
#[derive(Serialize)]
struct BulkRow {
    id: String,
    /// The id with the mark.
    value: String,
    title: String,
    changes: bool,
    status: String,
    status_then: String,
    tags: String,
    tags_then: String,
    prices: Vec<PriceRow>,
}

#[derive(Serialize)]
struct PriceRow {
    title: String,
    now: MoneyView,
    then: MoneyView,
}

impl BulkRow {
    fn new(visitor: &Visitor, plan: &PlannedChange) -> Self {
        let product = &plan.before.product;
        let status = |status: ProductStatus| word(visitor, "admin-product-status", status.as_str());
        let variants = &plan.before.variants;
        let prices = plan.prices.iter().filter_map(|(id, then)| {
            let variant = variants.iter().find(|variant| variant.id == *id)?;
            Some(PriceRow {
                title: variant.title.clone(),
                now: variant.price?.into(),
                then: (*then).into(),
            })
        });
        Self {
            id: product.id.to_string(),
            value: format!("{}:{}", product.id, plan.mark()),
            title: product.title.clone(),
            changes: plan.changes_something(),
            status: status(product.status),
            status_then: status(plan.status),
            tags: product.tags.join(", "),
            tags_then: plan.tags.join(", "),
            prices: prices.collect(),
        }
    }
}

/// Shows what would become of each, or what is missing.
pub(crate) async fn plan(staff: Staff<can::WriteCatalog>, Query(form): Query<BulkForm>) -> Answer {
    render(&staff, StatusCode::OK, form, Errors::default()).await
}

async fn render(visitor: &Visitor, status: StatusCode, form: BulkForm, mut errors: Errors) -> Answer {
    let ids: Vec<ProductId> = form.marked().into_iter().map(|(id, _)| id).collect();
    let mut rows = Vec::new();
    if ids.is_empty() {
        errors.add_all(
            visitor,
            FieldError::new("chosen", "choose_products", "choose some products").into(),
        );
    } else {
        let mut ctx = visitor.work.read();
        let planned = match form.change() {
            Ok(change) => catalog::plan_products(&mut ctx, &ids, &change).await,
            Err(error) => Err(error.into()),
        };
        ctx.rollback().await;
        match planned {
            Ok(planned) => rows = planned.iter().map(|plan| BulkRow::new(visitor, plan)).collect(),
            Err(ChangeProductsError::Invalid(error)) => errors.add_all(visitor, error.into()),
            Err(ChangeProductsError::Forbidden(error)) => return Err(error.into()),
            Err(ChangeProductsError::Internal(error)) => return Err(error.into()),
            // Planning asks nothing of a product.
            Err(ChangeProductsError::Refused { invalid, .. }) => errors.add_all(visitor, invalid),
        }
    }
    let view = BulkView {
        actions: actions(visitor),
        changes: rows.iter().any(|row| row.changes),
        rows,
        form,
        errors,
    };
    visitor.page_with_status(status, "admin/products/bulk.html", &view)
}

/// Does what was shown.
pub(crate) async fn change(staff: Staff<can::WriteCatalog>, OnceForm { form, request }: OnceForm<BulkForm>) -> Answer {
    let change = match form.change() {
        Ok(change) if !form.marked().is_empty() => change,
        _ => return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, Errors::default()).await,
    };
    let written = web::write_form(&staff, &request, async |ctx| {
        let done = catalog::change_products(ctx, &form.marked(), &change).await?;
        let parts = [("changed", done.changed.to_string()), ("stale", done.stale.to_string())];
        Ok::<_, ChangeProductsError>(Done::to(lists::address("/admin/products", &parts)))
    });
    let errors = match written.await? {
        Ok(response) => return Ok(response),
        Err(ChangeProductsError::Refused { title, invalid }) => refused(&staff, &title, invalid),
        Err(ChangeProductsError::Invalid(error)) => Errors::of(&staff, error.into()),
        Err(ChangeProductsError::Forbidden(error)) => return Err(error.into()),
        Err(ChangeProductsError::Internal(error)) => return Err(error.into()),
    };
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, errors).await
}

/// Which product cannot become so, and why.
fn refused(visitor: &Visitor, title: &str, invalid: Invalid) -> Errors {
    let why = invalid.0.first().map(|error| {
        let said = crate::forms::sentence(visitor, error.code, &error.message);
        format!("{title} · {}: {said}", word(visitor, "admin-field", &error.field))
    });
    Errors::said("chosen", why.unwrap_or_else(|| title.to_owned()))
}

//! Many variants in one table: their SKUs, prices, stock, and whether they are for sale. Each row remembers what it showed,
//! so only what somebody typed over is written, and not over what somebody else saved meanwhile.

use std::collections::{HashMap, HashSet};

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{ProductDetails, UpdateVariant, UpdateVariantsError, Variant, VariantChanges};
use inventory::{SetLevel, SetLevelsError};
use kernel::{FieldError, Invalid, Permission, ProductId, VariantId};
use serde::Serialize;
use web::{Answer, Form, Path, Problem, Query, Staff, Visitor, can};

use super::{
    page,
    table_row::{Levels, Row, TableForm, TableQuery},
};
use crate::forms::{Errors, read_amount};

/// How many variants a page of the table has.
const ROWS: usize = 100;

#[derive(Serialize)]
struct TableView {
    id: String,
    title: String,
    total: usize,
    page: usize,
    pages: usize,
    /// Whether the reader may count.
    counts: bool,
    /// Where it is counted, when there are several locations.
    location: String,
    rows: Vec<Row>,
    all_price: String,
    errors: Errors,
}

/// A page of the product's variants as they are saved.
struct Saved {
    details: ProductDetails,
    page: usize,
    levels: Levels,
}

impl Saved {
    /// The page, or these rows of it, which may stand on another page by now.
    async fn load(visitor: &Visitor, id: ProductId, (page, rows): (&str, &[String])) -> Result<Self, Problem> {
        let details = page::load(visitor, id).await?;
        let pages = details.variants.len().div_ceil(ROWS).max(1);
        let page = page.trim().parse().unwrap_or(1_usize).clamp(1, pages);
        let shown = details.variants.chunks(ROWS).nth(page.saturating_sub(1));
        let mut ids: Vec<VariantId> = rows.iter().filter_map(|id| id.parse().ok()).take(ROWS).collect();
        if ids.is_empty() {
            ids.extend(shown.unwrap_or_default().iter().map(|variant| variant.id));
        }
        let levels = Levels::load(visitor, &ids).await?;
        Ok(Self { details, page, levels })
    }

    fn rows(&self) -> Vec<Row> {
        let shown = self.details.variants.chunks(ROWS).nth(self.page.saturating_sub(1));
        let row = |variant: &Variant| Row::shown(variant, self.levels.cells(variant));
        shown.unwrap_or_default().iter().map(row).collect()
    }
}

pub(crate) async fn show(
    staff: Staff<can::ReadCatalog>,
    Path(id): Path<ProductId>,
    Query(query): Query<TableQuery>,
) -> Answer {
    let saved = Saved::load(&staff, id, (&query.page, &[])).await?;
    let rows = saved.rows();
    render(&staff, StatusCode::OK, &saved, rows, (String::new(), Errors::default()))
}

fn render(
    visitor: &Visitor,
    status: StatusCode,
    saved: &Saved,
    rows: Vec<Row>,
    (all_price, errors): (String, Errors),
) -> Answer {
    let total = saved.details.variants.len();
    let view = TableView {
        id: saved.details.product.id.to_string(),
        title: saved.details.product.title.clone(),
        total,
        page: saved.page,
        pages: total.div_ceil(ROWS).max(1),
        counts: visitor.work.read().require(Permission::AdjustStock).is_ok(),
        location: saved.levels.location.clone(),
        rows,
        all_price,
        errors,
    };
    visitor.page_with_status(status, "admin/products/variant_table.html", &view)
}

pub(crate) async fn save(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    Form(form): Form<TableForm>,
) -> Answer {
    let saved = Saved::load(&staff, id, (&form.page, &form.id)).await?;
    let mut invalid = Invalid::default();
    read_amount(&mut invalid, "all_price", &form.all_price, staff.store().currency);
    let mut rows = form.rows(invalid.0.is_empty());
    if rows.len() > ROWS {
        return Err(Problem::not_found());
    }
    let mut changes = Changes::default();
    if invalid.0.is_empty() {
        changes = Changes::read(&staff, &saved, &mut rows)?;
    }
    if !invalid.0.is_empty() || rows.iter().any(Row::is_wrong) {
        let errors = Errors::of(&staff, invalid);
        return refuse(&staff, &saved, rows, (form, errors));
    }
    let mut ctx = staff.work.write();
    match catalog::update_variants(&mut ctx, id, None, changes.updates).await {
        Ok(()) => {
            inventory::set_levels(&mut ctx, &changes.counts)
                .await
                .map_err(|error| match error {
                    SetLevelsError::Forbidden(error) => Problem::from(error),
                    SetLevelsError::Internal(error) => error.into(),
                })?;
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            let table = format!("/admin/products/{id}/variants/table?page={}", saved.page);
            Ok(Redirect::to(&table).into_response())
        }
        Err(error) => {
            ctx.rollback().await;
            let errors = explain(&staff, error, &mut rows, &changes.places).await?;
            refuse(&staff, &saved, rows, (form, errors))
        }
    }
}

/// What is to be written of a page.
#[derive(Default)]
struct Changes {
    updates: Vec<UpdateVariant>,
    /// The row of each update.
    places: Vec<usize>,
    counts: Vec<SetLevel>,
}

impl Changes {
    /// What was typed over. What is wrong, and what somebody else saved meanwhile, is told at the cells.
    fn read(visitor: &Visitor, saved: &Saved, rows: &mut [Row]) -> Result<Self, Problem> {
        let known = saved
            .details
            .variants
            .iter()
            .map(|variant| (variant.id.to_string(), variant));
        let known: HashMap<String, &Variant> = known.collect();
        let mut changes = Self::default();
        for (place, row) in rows.iter_mut().enumerate() {
            let variant = known.get(&row.id).ok_or_else(Problem::not_found)?;
            row.title.clone_from(&variant.title);
            let now = saved.levels.cells(variant);
            row.compare(visitor, &now);
            let mut invalid = Invalid::default();
            let wanted = row.changes(visitor.store().currency, &mut invalid);
            let count = row.count(saved.levels.level(variant.id), &mut invalid);
            row.tell(visitor, invalid);
            if wanted != VariantChanges::default() {
                changes.updates.push(UpdateVariant {
                    id: variant.id,
                    expected_version: Some(variant.version),
                    changes: wanted,
                });
                changes.places.push(place);
            }
            changes.counts.extend(count.map(|on_hand| SetLevel {
                variant_id: variant.id,
                on_hand,
                backorder: saved.levels.level(variant.id).is_some_and(|level| level.backorder),
            }));
        }
        Ok(changes)
    }
}

/// Tells at the cells why the changes were refused; answers with what no cell can tell.
async fn explain(
    visitor: &Visitor,
    error: UpdateVariantsError,
    rows: &mut [Row],
    places: &[usize],
) -> Result<Errors, Problem> {
    match error {
        UpdateVariantsError::Invalid(Invalid(errors)) => {
            for error in errors {
                let place = error
                    .field
                    .strip_prefix("variants.")
                    .and_then(|rest| rest.split_once('.'));
                let row = place.and_then(|(place, field)| {
                    let row = places.get(place.parse::<usize>().ok()?)?;
                    Some((rows.get_mut(*row)?, field.to_owned()))
                });
                if let Some((row, field)) = row {
                    row.tell(visitor, FieldError { field, ..error }.into());
                }
            }
        }
        UpdateVariantsError::SkuTaken => tell_taken(visitor, rows).await?,
        UpdateVariantsError::OptionsTaken => {
            return Ok(Errors::one(
                visitor,
                "form",
                "options_taken",
                "two have the same options",
            ));
        }
        UpdateVariantsError::ProductChanged { .. } | UpdateVariantsError::VersionConflict { .. } => {
            return Ok(Errors::one(
                visitor,
                "form",
                "version_conflict",
                "was changed in the meantime",
            ));
        }
        UpdateVariantsError::NotFound => return Err(Problem::not_found()),
        UpdateVariantsError::Forbidden(error) => return Err(error.into()),
        UpdateVariantsError::Internal(error) => return Err(error.into()),
    }
    Ok(Errors::default())
}

/// Tells the rows whose SKU another variant has.
async fn tell_taken(visitor: &Visitor, rows: &mut [Row]) -> Result<(), Problem> {
    let skus: Vec<String> = rows.iter().map(|row| row.cells.sku.clone()).collect();
    let mut ctx = visitor.work.read();
    let keys = catalog::identify_variants(&mut ctx, &skus, &[]).await?;
    ctx.rollback().await;
    let owned: HashSet<(String, String)> = keys
        .into_iter()
        .filter_map(|key| Some((key.sku?, key.id.to_string())))
        .collect();
    for row in rows {
        let others = owned.iter().any(|(sku, id)| *sku == row.cells.sku && *id != row.id);
        if others {
            row.tell(visitor, FieldError::new("sku", "sku_taken", "is taken").into());
        }
    }
    Ok(())
}

fn refuse(visitor: &Visitor, saved: &Saved, mut rows: Vec<Row>, (form, errors): (TableForm, Errors)) -> Answer {
    let titles = saved
        .details
        .variants
        .iter()
        .map(|variant| (variant.id.to_string(), &variant.title));
    let titles: HashMap<String, &String> = titles.collect();
    for row in &mut rows {
        if let Some(title) = titles.get(&row.id) {
            row.title.clone_from(title);
        }
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    render(visitor, status, saved, rows, (form.all_price, errors))
}

//! A variant's pages: making one, changing it, and its stock.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{
    CreateVariantError, ListName, ListPriceChange, PriceChange, Product, UpdateVariant, UpdateVariantError, Variant,
};
use database::Ctx;
use inventory::{Level, Movement};
use kernel::{Permission, ProductId, VariantId};
use serde::Serialize;
use tax::OwnCode;
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::{
    page::{find_problem, load},
    price_rows::{ListPriceRow, ListRow, PriceRow},
    stock::StockForm,
    variant_form::VariantForm,
};
use crate::{
    forms::{Choice, Difference, Errors, actor, differences, read_version, word},
    tax_choices::tax_choices,
};

/// How many rows of the stock ledger and of the prices the page shows.
const MOVEMENTS: usize = 20;

#[derive(Serialize)]
struct VariantView {
    /// `None` for a new variant.
    id: Option<String>,
    product_id: String,
    product_title: String,
    title: String,
    options: Vec<OptionView>,
    form: VariantForm,
    tax_categories: Vec<Choice>,
    levels: Vec<LevelView>,
    movements: Vec<MovementView>,
    prices: Vec<PriceRow>,
    /// The price lists that ask a price for it, and what lists asked before.
    lists: Vec<ListRow>,
    list_prices: Vec<ListPriceRow>,
    stock: StockForm,
    errors: Errors,
    stock_errors: Errors,
    conflict: Vec<Difference>,
}

#[derive(Serialize)]
struct OptionView {
    name: String,
    value: String,
}

#[derive(Serialize)]
struct LevelView {
    location_id: String,
    name: String,
    active: bool,
    on_hand: i64,
    reserved: i64,
    free: i64,
    incoming: i64,
    backorder: bool,
}

#[derive(Serialize)]
struct MovementView {
    kind: String,
    on_hand_change: i64,
    reserved_change: i64,
    reason: String,
    reference: String,
    actor: String,
    at: String,
}

/// What is kept of a variant; nothing of a new one.
#[derive(Default)]
struct Saved {
    variant: Option<Variant>,
    levels: Vec<Level>,
    movements: Vec<Movement>,
    /// What the store has to tax it as.
    codes: Vec<OwnCode>,
    prices: Vec<PriceChange>,
    /// The price lists that ask a price for it, and what they asked before.
    lists: Vec<ListName>,
    list_prices: Vec<ListPriceChange>,
}

/// The forms of the page as they were typed, and what is wrong with them.
#[derive(Default)]
pub(crate) struct VariantForms {
    pub(crate) variant: Option<VariantForm>,
    pub(crate) stock: StockForm,
    pub(crate) errors: Errors,
    pub(crate) stock_errors: Errors,
    pub(crate) conflict: Vec<Difference>,
}

pub(crate) async fn show_new(staff: Staff<can::WriteCatalog>, Path(id): Path<ProductId>) -> Answer {
    let product = load(&staff, id).await?.product;
    let form = VariantForm::empty(product.option_names.len());
    render_new(&staff, StatusCode::OK, product, form, Errors::default()).await
}

async fn render_new(
    visitor: &Visitor,
    status: StatusCode,
    product: Product,
    form: VariantForm,
    errors: Errors,
) -> Answer {
    let mut ctx = visitor.work.read();
    let codes = tax::list_codes(&mut ctx).await?;
    ctx.rollback().await;
    let forms = VariantForms {
        variant: Some(form),
        errors,
        ..VariantForms::default()
    };
    let saved = Saved {
        codes,
        ..Saved::default()
    };
    let view = view(visitor, product, saved, forms);
    visitor.page_with_status(status, "admin/products/variant.html", &view)
}

pub(crate) async fn create(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    Form(form): Form<VariantForm>,
) -> Answer {
    let new = match form.to_new(staff.store().currency, staff.store().time_zone) {
        Ok(new) => new,
        Err(invalid) => {
            let product = load(&staff, id).await?.product;
            let errors = Errors::of(&staff, invalid);
            return render_new(&staff, StatusCode::UNPROCESSABLE_ENTITY, product, form, errors).await;
        }
    };
    let mut ctx = staff.work.write();
    let errors = match catalog::create_variant(&mut ctx, id, new).await {
        Ok(_variant) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            return Ok(Redirect::to(&format!("/admin/products/{id}")).into_response());
        }
        Err(CreateVariantError::Invalid(invalid)) => Errors::of(&staff, invalid),
        Err(CreateVariantError::SkuTaken) => sku_taken(&staff),
        Err(CreateVariantError::OptionsTaken) => options_taken(&staff),
        Err(CreateVariantError::NotFound) => return Err(Problem::not_found()),
        Err(CreateVariantError::Forbidden(error)) => return Err(error.into()),
        Err(CreateVariantError::Internal(error)) => return Err(error.into()),
    };
    ctx.rollback().await;
    let product = load(&staff, id).await?.product;
    render_new(&staff, StatusCode::UNPROCESSABLE_ENTITY, product, form, errors).await
}

pub(crate) async fn show(staff: Staff<can::ReadCatalog>, Path(id): Path<VariantId>) -> Answer {
    render(&staff, StatusCode::OK, id, VariantForms::default()).await
}

/// A variant's page with its forms as they were typed.
pub(crate) async fn render(visitor: &Visitor, status: StatusCode, id: VariantId, forms: VariantForms) -> Answer {
    let (product, variant) = find(visitor, id).await?;
    let mut ctx = visitor.work.read();
    let levels = inventory::levels(&mut ctx, &[id]).await?;
    let movements = inventory::movements(&mut ctx, id).await?;
    let prices = catalog::list_price_changes(&mut ctx, id).await.map_err(find_problem)?;
    let (lists, list_prices) = lists_of(&mut ctx, id).await?;
    let codes = tax::list_codes(&mut ctx).await?;
    ctx.rollback().await;
    let saved = Saved {
        variant: Some(variant),
        lists,
        list_prices,
        levels,
        movements,
        codes,
        prices,
    };
    let view = view(visitor, product, saved, forms);
    visitor.page_with_status(status, "admin/products/variant.html", &view)
}

/// The price lists that ask a price for it, and what lists asked before; what they ask is only for those who keep them.
async fn lists_of(ctx: &mut Ctx, id: VariantId) -> Result<(Vec<ListName>, Vec<ListPriceChange>), Problem> {
    if ctx.require(Permission::WriteCoupons).is_err() {
        return Ok((Vec::new(), Vec::new()));
    }
    let lists = catalog::price_lists_of_variant(ctx, id).await?;
    let changes = catalog::list_list_price_changes(ctx, id).await;
    Ok((lists, changes.map_err(find_problem)?))
}

async fn find(visitor: &Visitor, id: VariantId) -> Result<(Product, Variant), Problem> {
    let mut ctx = visitor.work.read();
    let variant = catalog::find_variant(&mut ctx, id)
        .await
        .map_err(find_problem)?
        .ok_or_else(Problem::not_found)?;
    ctx.rollback().await;
    let product = load(visitor, variant.product_id).await?.product;
    Ok((product, variant))
}

pub(crate) async fn update(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<VariantId>,
    Form(form): Form<VariantForm>,
) -> Answer {
    let (_, variant) = find(&staff, id).await?;
    let changes = match form.to_changes(&variant, staff.store().currency, staff.store().time_zone) {
        Ok(changes) => changes,
        Err(invalid) => return refuse(&staff, id, form, Errors::of(&staff, invalid)).await,
    };
    let update = UpdateVariant {
        id,
        expected_version: Some(read_version(&form.version)),
        changes,
    };
    let mut ctx = staff.work.write();
    let errors = match catalog::update_variant(&mut ctx, update).await {
        Ok(variant) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            return Ok(Redirect::to(&format!("/admin/products/{}", variant.product_id)).into_response());
        }
        Err(UpdateVariantError::VersionConflict { .. }) => {
            ctx.rollback().await;
            return conflict(&staff, id, form).await;
        }
        Err(UpdateVariantError::Invalid(invalid)) => Errors::of(&staff, invalid),
        Err(UpdateVariantError::SkuTaken) => sku_taken(&staff),
        Err(UpdateVariantError::OptionsTaken) => options_taken(&staff),
        Err(UpdateVariantError::NotFound) => return Err(Problem::not_found()),
        Err(UpdateVariantError::Forbidden(error)) => return Err(error.into()),
        Err(UpdateVariantError::Internal(error)) => return Err(error.into()),
    };
    ctx.rollback().await;
    refuse(&staff, id, form, errors).await
}

fn sku_taken(visitor: &Visitor) -> Errors {
    Errors::one(visitor, "sku", "sku_taken", "is taken by another variant")
}

fn options_taken(visitor: &Visitor) -> Errors {
    Errors::one(
        visitor,
        "option_values",
        "options_taken",
        "are those of another variant",
    )
}

async fn refuse(visitor: &Visitor, id: VariantId, form: VariantForm, errors: Errors) -> Answer {
    let forms = VariantForms {
        variant: Some(form),
        errors,
        ..VariantForms::default()
    };
    render(visitor, StatusCode::UNPROCESSABLE_ENTITY, id, forms).await
}

/// Shows both versions. Saving once more keeps what was typed.
async fn conflict(visitor: &Visitor, id: VariantId, mut form: VariantForm) -> Answer {
    let (_, variant) = find(visitor, id).await?;
    let saved = VariantForm::of(&variant, visitor.store().time_zone);
    let conflict = differences(&saved, &form);
    form.version = saved.version;
    let errors = Errors::one(visitor, "form", "version_conflict", "was changed in the meantime");
    let forms = VariantForms {
        variant: Some(form),
        errors,
        conflict,
        ..VariantForms::default()
    };
    render(visitor, StatusCode::CONFLICT, id, forms).await
}

fn view(visitor: &Visitor, product: Product, saved: Saved, forms: VariantForms) -> VariantView {
    let Saved {
        variant,
        levels,
        movements,
        codes,
        prices,
        lists,
        list_prices,
    } = saved;
    let form = forms
        .variant
        .or_else(|| Some(VariantForm::of(variant.as_ref()?, visitor.store().time_zone)))
        .unwrap_or_default();
    let options = product.option_names.iter().enumerate().map(|(index, name)| OptionView {
        name: name.clone(),
        value: form.option_value.get(index).cloned().unwrap_or_default(),
    });
    VariantView {
        id: variant.as_ref().map(|variant| variant.id.to_string()),
        product_id: product.id.to_string(),
        title: variant.map(|variant| variant.title).unwrap_or_default(),
        options: options.collect(),
        product_title: product.title,
        tax_categories: tax_choices(visitor, &codes, &form.tax_category),
        form,
        levels: levels.iter().map(level_view).collect(),
        movements: movements
            .into_iter()
            .take(MOVEMENTS)
            .map(|row| movement_view(visitor, row))
            .collect(),
        prices: prices
            .into_iter()
            .rev()
            .take(MOVEMENTS)
            .map(|change| PriceRow::new(visitor, change))
            .collect(),
        lists: lists.into_iter().map(ListRow::from).collect(),
        list_prices: list_prices
            .into_iter()
            .take(MOVEMENTS)
            .map(|change| ListPriceRow::new(visitor, change))
            .collect(),
        stock: forms.stock,
        errors: forms.errors,
        stock_errors: forms.stock_errors,
        conflict: forms.conflict,
    }
}

fn level_view(level: &Level) -> LevelView {
    LevelView {
        location_id: level.location_id.to_string(),
        name: level.location_name.clone(),
        active: level.active,
        on_hand: level.on_hand,
        reserved: level.reserved,
        free: level.free(),
        incoming: level.incoming,
        backorder: level.backorder,
    }
}

fn movement_view(visitor: &Visitor, movement: Movement) -> MovementView {
    MovementView {
        kind: word(visitor, "admin-movement", movement.kind.as_str()),
        on_hand_change: movement.on_hand_change,
        reserved_change: movement.reserved_change,
        reason: movement.reason,
        reference: movement.reference,
        actor: actor(visitor, &movement.actor),
        at: movement.occurred_at.to_rfc3339(),
    }
}

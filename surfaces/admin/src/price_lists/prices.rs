//! What a price list asks: the variants it has prices for, the prices of one of them, and many at once from a sheet.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{ListedVariant, PriceBreak, PriceListError, PutPrice};
use kernel::{FieldError, Invalid, Money, PriceListId, VariantId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, MoneyView, Path, Problem, Query, Staff, Visitor, can};

use super::{
    pages::find,
    problem,
    sheet::{self, Wrong},
};
use crate::{
    forms::{Errors, amount_text, sentence},
    lists::{self, Rows},
};

/// How many variants are offered to be added.
const OFFERED: usize = 20;
/// How many empty rows the form of a variant has for more prices.
const EMPTY: usize = 3;
/// The most wrong lines that are told.
const WRONG: usize = 50;

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct PricesQuery {
    q: String,
    /// What is looked for to be added.
    add: String,
    cursor: String,
}

#[derive(Serialize)]
struct PricesView {
    id: String,
    name: String,
    variants: Rows<VariantRow>,
    /// What was found to be added, once something was looked for.
    found: Vec<VariantRow>,
    query: PricesQuery,
    sheet: String,
    wrong: Vec<WrongView>,
    /// How many more lines are wrong.
    more_wrong: usize,
}

#[derive(Serialize)]
struct WrongView {
    line: usize,
    sentence: String,
}

#[derive(Serialize)]
struct VariantRow {
    id: String,
    title: String,
    variant_title: String,
    sku: String,
    regular: Option<MoneyView>,
    breaks: Vec<BreakView>,
}

#[derive(Serialize)]
struct BreakView {
    from: i64,
    price: MoneyView,
}

impl From<ListedVariant> for VariantRow {
    fn from(variant: ListedVariant) -> Self {
        let step = |step: PriceBreak| BreakView {
            from: step.min_quantity,
            price: step.price.into(),
        };
        Self {
            id: variant.variant_id.to_string(),
            title: variant.product_title,
            variant_title: variant.variant_title,
            sku: variant.sku.unwrap_or_default(),
            regular: variant.regular.map(MoneyView::from),
            breaks: variant.breaks.into_iter().map(step).collect(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SheetForm {
    sheet: String,
}

pub(crate) async fn list(
    staff: Staff<can::WriteCoupons>,
    Path(id): Path<PriceListId>,
    Query(query): Query<PricesQuery>,
) -> Answer {
    render(&staff, StatusCode::OK, id, query, (String::new(), Vec::new())).await
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    id: PriceListId,
    query: PricesQuery,
    (sheet, wrong): (String, Vec<Wrong>),
) -> Answer {
    let list = find(visitor, id).await?;
    let mut ctx = visitor.work.read();
    let page = catalog::list_list_prices(&mut ctx, id, &query.q, &lists::request(&query.cursor)).await;
    let page = page.map_err(problem)?;
    let found = catalog::look_up_for_list(&mut ctx, id, &query.add, OFFERED).await;
    let found = found.map_err(problem)?;
    ctx.rollback().await;
    let more_wrong = wrong.len().saturating_sub(WRONG);
    let told = wrong.into_iter().take(WRONG).map(|wrong| WrongView {
        line: wrong.number,
        sentence: sentence(visitor, wrong.error.code, &wrong.error.message),
    });
    let view = PricesView {
        id: list.id.to_string(),
        name: list.terms.name,
        variants: Rows::new(page, &query.cursor, VariantRow::from),
        found: found.into_iter().map(VariantRow::from).collect(),
        query,
        sheet,
        wrong: told.collect(),
        more_wrong,
    };
    visitor.page_with_status(status, "admin/price_lists/prices.html", &view)
}

/// Puts the prices of a sheet, all or none.
pub(crate) async fn put_sheet(
    staff: Staff<can::WriteCoupons>,
    Path(id): Path<PriceListId>,
    Form(form): Form<SheetForm>,
) -> Answer {
    let wrong = match sheet::read(&form.sheet, staff.store().currency) {
        Err(wrong) => wrong,
        Ok(lines) => {
            let (numbers, prices): (Vec<usize>, Vec<PutPrice>) =
                lines.into_iter().map(|line| (line.number, line.price)).unzip();
            let mut ctx = staff.work.write();
            match catalog::put_list_prices(&mut ctx, id, prices).await {
                Ok(_changed) => {
                    ctx.commit().await?;
                    staff.flash("admin-flash-saved");
                    return Ok(Redirect::to(&format!("/admin/price-lists/{id}/prices")).into_response());
                }
                Err(PriceListError::Invalid(invalid)) => {
                    ctx.rollback().await;
                    sheet::by_line(invalid, &numbers)
                }
                Err(error) => return Err(problem(error)),
            }
        }
    };
    let query = PricesQuery::default();
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, id, query, (form.sheet, wrong)).await
}

/// The prices of one variant as they are typed, a row for each.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct BreaksForm {
    min_quantity: Vec<String>,
    price: Vec<String>,
}

#[derive(Serialize)]
struct VariantView {
    list_id: String,
    list_name: String,
    variant: VariantRow,
    rows: Vec<BreakRow>,
    errors: Errors,
}

#[derive(Serialize)]
struct BreakRow {
    min_quantity: String,
    price: String,
}

impl BreaksForm {
    fn of(breaks: &[PriceBreak]) -> Self {
        Self {
            min_quantity: breaks.iter().map(|step| step.min_quantity.to_string()).collect(),
            price: breaks.iter().map(|step| amount_text(Some(step.price))).collect(),
        }
    }

    fn rows(&self) -> impl Iterator<Item = (&str, &str)> {
        let rows = self.min_quantity.iter().zip(&self.price);
        rows.map(|(quantity, price)| (quantity.trim(), price.trim()))
    }

    /// The prices; rows with neither quantity nor price are none.
    fn read(&self, visitor: &Visitor) -> Result<Vec<PriceBreak>, Invalid> {
        let mut invalid = Invalid::default();
        let mut breaks = Vec::new();
        for (quantity, price) in self.rows().filter(|row| *row != ("", "")) {
            let number = quantity.parse::<i64>();
            let number =
                number.map_err(|_error| FieldError::new("min_quantity", "invalid_number", "is not a whole number"));
            let price = if price.is_empty() {
                Err(FieldError::required("price"))
            } else {
                Money::parse_typed(price, visitor.store().currency)
            };
            let read = (invalid.check("prices", number), invalid.check("prices", price));
            if let (Some(min_quantity), Some(price)) = read {
                breaks.push(PriceBreak { min_quantity, price });
            }
        }
        invalid.into_result()?;
        Ok(breaks)
    }
}

pub(crate) async fn show(
    staff: Staff<can::WriteCoupons>,
    Path((id, variant)): Path<(PriceListId, VariantId)>,
) -> Answer {
    let found = find_variant(&staff, id, variant).await?;
    let form = BreaksForm::of(&found.breaks);
    render_variant(&staff, StatusCode::OK, (id, found), &form, Errors::default()).await
}

async fn find_variant(visitor: &Visitor, id: PriceListId, variant: VariantId) -> Result<ListedVariant, Problem> {
    let mut ctx = visitor.work.read();
    let found = catalog::find_listed_variant(&mut ctx, id, variant)
        .await
        .map_err(problem)?;
    ctx.rollback().await;
    found.ok_or_else(Problem::not_found)
}

async fn render_variant(
    visitor: &Visitor,
    status: StatusCode,
    (id, variant): (PriceListId, ListedVariant),
    form: &BreaksForm,
    errors: Errors,
) -> Answer {
    let list = find(visitor, id).await?;
    let typed = form.rows().filter(|row| *row != ("", ""));
    let rows = typed
        .chain(std::iter::repeat_n(("", ""), EMPTY))
        .map(|(quantity, price)| BreakRow {
            min_quantity: quantity.to_owned(),
            price: price.to_owned(),
        });
    let view = VariantView {
        list_id: list.id.to_string(),
        list_name: list.terms.name,
        variant: variant.into(),
        rows: rows.collect(),
        errors,
    };
    visitor.page_with_status(status, "admin/price_lists/variant.html", &view)
}

pub(crate) async fn save(
    staff: Staff<can::WriteCoupons>,
    Path((id, variant)): Path<(PriceListId, VariantId)>,
    Form(form): Form<BreaksForm>,
) -> Answer {
    let found = find_variant(&staff, id, variant).await?;
    let errors = match form.read(&staff) {
        Err(invalid) => Errors::of(&staff, invalid),
        Ok(breaks) => {
            let mut ctx = staff.work.write();
            match catalog::set_list_prices(&mut ctx, id, variant, breaks).await {
                Ok(()) => {
                    ctx.commit().await?;
                    staff.flash("admin-flash-saved");
                    return Ok(Redirect::to(&format!("/admin/price-lists/{id}/prices")).into_response());
                }
                Err(PriceListError::Invalid(invalid)) => {
                    ctx.rollback().await;
                    let in_form = |error: FieldError| FieldError {
                        field: "prices".to_owned(),
                        ..error
                    };
                    Errors::of(&staff, Invalid(invalid.0.into_iter().map(in_form).collect()))
                }
                Err(error) => return Err(problem(error)),
            }
        }
    };
    render_variant(&staff, StatusCode::UNPROCESSABLE_ENTITY, (id, found), &form, errors).await
}

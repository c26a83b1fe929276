//! What a price list asks: the variants it has prices for, those that could be added, and the box for many at once.

use axum::http::StatusCode;
use catalog::{ListedVariant, PriceBreak};
use kernel::PriceListId;
use serde::{Deserialize, Serialize};
use web::{Answer, MoneyView, Path, Query, Staff, Visitor, can};

use super::{pages::find, problem, sheet::Wrong};
use crate::{
    forms::{Errors, sentence},
    lists::{self, Rows},
};

/// How many variants are offered to be added.
const OFFERED: usize = 20;
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
    errors: Errors,
    wrong: Vec<WrongView>,
    /// How many more lines are wrong.
    more_wrong: usize,
}

/// Lines that were sent, and why they were not taken.
#[derive(Default)]
pub(super) struct Refused {
    pub(super) lines: String,
    pub(super) wrong: Vec<Wrong>,
    /// What is wrong with them as a whole, or with their file.
    pub(super) errors: Errors,
}

#[derive(Serialize)]
struct WrongView {
    line: usize,
    sentence: String,
}

/// A variant with what the list asks for it.
#[derive(Serialize)]
pub(super) struct VariantRow {
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
    /// Whether it takes nothing off the regular price.
    not_below: bool,
}

impl From<ListedVariant> for VariantRow {
    fn from(variant: ListedVariant) -> Self {
        let regular = variant.regular;
        let step = |step: PriceBreak| BreakView {
            from: step.min_quantity,
            price: step.price.into(),
            not_below: regular.is_some_and(|regular| step.price.minor() >= regular.minor()),
        };
        Self {
            id: variant.variant_id.to_string(),
            title: variant.product_title,
            variant_title: variant.variant_title,
            sku: variant.sku.unwrap_or_default(),
            regular: regular.map(MoneyView::from),
            breaks: variant.breaks.into_iter().map(step).collect(),
        }
    }
}

pub(crate) async fn list(
    staff: Staff<can::WriteCoupons>,
    Path(id): Path<PriceListId>,
    Query(query): Query<PricesQuery>,
) -> Answer {
    render(&staff, StatusCode::OK, id, query, Refused::default()).await
}

pub(super) async fn render(
    visitor: &Visitor,
    status: StatusCode,
    id: PriceListId,
    query: PricesQuery,
    refused: Refused,
) -> Answer {
    let list = find(visitor, id).await?;
    let mut ctx = visitor.work.read();
    let page = catalog::list_list_prices(&mut ctx, id, &query.q, &lists::request(&query.cursor)).await;
    let page = page.map_err(problem)?;
    let found = catalog::look_up_for_list(&mut ctx, id, &query.add, OFFERED).await;
    let found = found.map_err(problem)?;
    ctx.rollback().await;
    let more_wrong = refused.wrong.len().saturating_sub(WRONG);
    let told = refused.wrong.into_iter().take(WRONG).map(|wrong| WrongView {
        line: wrong.number,
        sentence: sentence(visitor, wrong.error.code, &wrong.error.message),
    });
    let view = PricesView {
        id: list.id.to_string(),
        name: list.terms.name,
        variants: Rows::new(page, &query.cursor, VariantRow::from),
        found: found.into_iter().map(VariantRow::from).collect(),
        query,
        sheet: refused.lines,
        errors: refused.errors,
        wrong: told.collect(),
        more_wrong,
    };
    visitor.page_with_status(status, "admin/price_lists/prices.html", &view)
}

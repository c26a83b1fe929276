//! The prices that a list asks for one variant, as they are typed: a row for each.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{ChangeListPrices, ListedVariant, PriceBreak, PriceListError};
use kernel::{Currency, FieldError, Invalid, Money, PriceListId, VariantId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::{pages::find, prices::VariantRow, problem};
use crate::forms::{amount_text, sentence};

/// How many empty rows the form has for more prices.
const EMPTY: usize = 3;

/// The rows as they are typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct BreaksForm {
    min_quantity: Vec<String>,
    price: Vec<String>,
    /// What the list asked when the form was shown, as [`seen_text`] writes it.
    seen: String,
}

#[derive(Serialize)]
struct BreaksView {
    list_id: String,
    list_name: String,
    variant: VariantRow,
    rows: Vec<BreakRow>,
    seen: String,
    /// What is wrong with the rows together.
    error: Option<String>,
    /// Somebody else saved other prices since.
    has_conflict: bool,
}

#[derive(Serialize)]
struct BreakRow {
    min_quantity: String,
    price: String,
    quantity_error: Option<String>,
    price_error: Option<String>,
}

/// Why what was typed is shown again.
#[derive(Default)]
struct Refused {
    invalid: Invalid,
    has_conflict: bool,
}

/// What a list asks, for a form to bring along: quantities and minor units.
fn seen_text(breaks: &[PriceBreak]) -> String {
    let steps = breaks
        .iter()
        .map(|step| format!("{}={}", step.min_quantity, step.price.minor()));
    steps.collect::<Vec<_>>().join(",")
}

/// The same read again; none of a text that was tampered with.
fn read_seen(text: &str, currency: Currency) -> Option<Vec<PriceBreak>> {
    let steps = text.split(',').filter(|step| !step.is_empty());
    let steps = steps.map(|step| {
        let (min_quantity, minor) = step.split_once('=')?;
        Some(PriceBreak {
            min_quantity: min_quantity.parse().ok()?,
            price: Money::new(minor.parse().ok()?, currency),
        })
    });
    steps.collect()
}

impl BreaksForm {
    fn of(breaks: &[PriceBreak]) -> Self {
        Self {
            min_quantity: breaks.iter().map(|step| step.min_quantity.to_string()).collect(),
            price: breaks.iter().map(|step| amount_text(Some(step.price))).collect(),
            seen: seen_text(breaks),
        }
    }

    /// The rows but for those with neither quantity nor price.
    fn rows(&self) -> impl Iterator<Item = (&str, &str)> {
        let rows = self.min_quantity.iter().zip(&self.price);
        let rows = rows.map(|(quantity, price)| (quantity.trim(), price.trim()));
        rows.filter(|row| *row != ("", ""))
    }

    /// The prices, or what cannot be read by its row, such as `prices.1.price`.
    fn read(&self, currency: Currency) -> Result<Vec<PriceBreak>, Invalid> {
        let mut invalid = Invalid::default();
        let mut breaks = Vec::new();
        for (index, (quantity, price)) in self.rows().enumerate() {
            let number = if quantity.is_empty() {
                Err(FieldError::required("min_quantity"))
            } else {
                let number = quantity.parse::<i64>();
                number.map_err(|_error| FieldError::new("min_quantity", "invalid_number", "is not a whole number"))
            };
            let price = if price.is_empty() {
                Err(FieldError::required("price"))
            } else {
                Money::parse_typed(price, currency)
            };
            let number = invalid.check(&format!("prices.{index}.min_quantity"), number);
            let price = invalid.check(&format!("prices.{index}.price"), price);
            if let (Some(min_quantity), Some(price)) = (number, price) {
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
    render(&staff, StatusCode::OK, (id, found), &form, Refused::default()).await
}

async fn find_variant(visitor: &Visitor, id: PriceListId, variant: VariantId) -> Result<ListedVariant, Problem> {
    let mut ctx = visitor.work.read();
    let found = catalog::find_listed_variant(&mut ctx, id, variant)
        .await
        .map_err(problem)?;
    ctx.rollback().await;
    found.ok_or_else(Problem::not_found)
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    (id, variant): (PriceListId, ListedVariant),
    form: &BreaksForm,
    refused: Refused,
) -> Answer {
    let list = find(visitor, id).await?;
    let errors = &refused.invalid.0;
    let said = |error: &FieldError| sentence(visitor, error.code, &error.message);
    let at = |field: String| errors.iter().find(|error| error.field == field).map(said);
    let typed = form.rows().enumerate().map(|(index, (quantity, price))| BreakRow {
        min_quantity: quantity.to_owned(),
        price: price.to_owned(),
        quantity_error: at(format!("prices.{index}.min_quantity")),
        price_error: at(format!("prices.{index}.price")),
    });
    let empty = std::iter::repeat_with(|| BreakRow {
        min_quantity: String::new(),
        price: String::new(),
        quantity_error: None,
        price_error: None,
    });
    let view = BreaksView {
        list_id: list.id.to_string(),
        list_name: list.terms.name,
        rows: typed.chain(empty.take(EMPTY)).collect(),
        seen: seen_text(&variant.breaks),
        error: at("prices".to_owned()),
        has_conflict: refused.has_conflict,
        variant: variant.into(),
    };
    visitor.page_with_status(status, "admin/price_lists/variant.html", &view)
}

pub(crate) async fn save(
    staff: Staff<can::WriteCoupons>,
    Path((id, variant)): Path<(PriceListId, VariantId)>,
    Form(form): Form<BreaksForm>,
) -> Answer {
    let currency = staff.store().currency;
    let invalid = match form.read(currency) {
        Err(invalid) => invalid,
        Ok(breaks) => {
            let Some(seen) = read_seen(&form.seen, currency) else {
                return conflict(&staff, id, variant, &form).await;
            };
            let change = ChangeListPrices {
                list: id,
                variant,
                seen,
                breaks,
            };
            let mut ctx = staff.work.write();
            match catalog::change_list_prices(&mut ctx, change).await {
                Ok(()) => {
                    ctx.commit().await?;
                    staff.flash("admin-flash-saved");
                    return Ok(Redirect::to(&format!("/admin/price-lists/{id}/prices")).into_response());
                }
                Err(PriceListError::VersionConflict { .. }) => {
                    ctx.rollback().await;
                    return conflict(&staff, id, variant, &form).await;
                }
                Err(PriceListError::Invalid(invalid)) => {
                    ctx.rollback().await;
                    invalid
                }
                Err(error) => return Err(problem(error)),
            }
        }
    };
    let found = find_variant(&staff, id, variant).await?;
    let has_conflict = read_seen(&form.seen, currency).as_ref() != Some(&found.breaks);
    let refused = Refused { invalid, has_conflict };
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, (id, found), &form, refused).await
}

/// Shows what somebody else saved beside what was typed. Saving once more keeps what was typed.
async fn conflict(visitor: &Visitor, id: PriceListId, variant: VariantId, form: &BreaksForm) -> Answer {
    let found = find_variant(visitor, id, variant).await?;
    let refused = Refused {
        has_conflict: true,
        ..Refused::default()
    };
    render(visitor, StatusCode::CONFLICT, (id, found), form, refused).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_comes_back() {
        let step = |min_quantity, minor| PriceBreak {
            min_quantity,
            price: Money::new(minor, Currency::USD),
        };
        for breaks in [vec![], vec![step(1, 950), step(10, 0)]] {
            assert_eq!(read_seen(&seen_text(&breaks), Currency::USD), Some(breaks));
        }
        assert_eq!(read_seen("1=9.5", Currency::USD), None);
        assert_eq!(read_seen("cheap", Currency::USD), None);
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_row() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let form = BreaksForm {
            min_quantity: texts(&["1", "", "few", ""]),
            price: texts(&["9,50", "", "", "7"]),
            seen: String::new(),
        };
        let wrong = form.read(Currency::USD).unwrap_err().0;
        let told: Vec<(&str, &str)> = wrong.iter().map(|error| (error.field.as_str(), error.code)).collect();
        assert_eq!(
            told,
            [
                ("prices.1.min_quantity", "invalid_number"),
                ("prices.1.price", "required"),
                ("prices.2.min_quantity", "required"),
            ]
        );
    }
}

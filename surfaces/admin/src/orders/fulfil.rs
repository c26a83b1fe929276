//! Ships pieces of an order.

use kernel::{FieldError, Invalid, OrderId, OrderLineId};
use orders::{Fulfil, OrderDetails};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Staff, can};

use super::page::{self, OrderForms};

/// A parcel as it is typed. `line` and `quantity` are as many and belong together.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct ParcelForm {
    line: Vec<String>,
    quantity: Vec<String>,
    carrier: String,
    tracking_number: String,
    tracking_url: String,
}

/// The input of one line that has pieces left to ship.
#[derive(Debug, Serialize)]
pub(crate) struct ParcelInputs {
    line: String,
    title: String,
    variant_title: String,
    left: i64,
    typed: String,
    /// Whether the quantity is what is wrong with the form.
    wrong: bool,
}

impl ParcelInputs {
    /// An input for each line, with what was typed or else all that is left.
    pub(crate) fn of(details: &OrderDetails, typed: &ParcelForm, wrong: Option<OrderLineId>) -> Vec<Self> {
        let lines = details.lines.iter().filter(|line| line.left_to_ship() > 0);
        lines
            .map(|line| {
                let id = line.id.to_string();
                let index = typed.line.iter().position(|typed| *typed == id);
                let typed = index.and_then(|index| typed.quantity.get(index)).cloned();
                Self {
                    line: id,
                    title: line.title.clone(),
                    variant_title: line.variant_title.clone(),
                    left: line.left_to_ship(),
                    wrong: wrong == Some(line.id),
                    typed: typed.unwrap_or_else(|| line.left_to_ship().to_string()),
                }
            })
            .collect()
    }
}

pub(crate) async fn fulfil(
    staff: Staff<can::FulfilOrders>,
    Path(id): Path<OrderId>,
    Form(form): Form<ParcelForm>,
) -> Answer {
    let lines = match read_pieces(&form.line, &form.quantity) {
        Ok(lines) => lines,
        Err(error) => return page::refuse(&staff, id, typed(form), error.into()).await,
    };
    let parcel = Fulfil {
        order_id: id,
        lines: Some(lines),
        carrier: form.carrier.clone(),
        tracking_number: form.tracking_number.clone(),
        tracking_url: form.tracking_url.clone(),
    };
    let mut ctx = staff.work.write();
    match orders::fulfil(&mut ctx, parcel).await {
        Ok(_fulfilment) => {
            ctx.commit().await?;
            Ok(page::done(&staff, id, "admin-flash-shipped"))
        }
        Err(error) => {
            ctx.rollback().await;
            page::refuse(&staff, id, typed(form), error).await
        }
    }
}

fn typed(parcel: ParcelForm) -> OrderForms {
    OrderForms {
        parcel,
        ..OrderForms::default()
    }
}

/// The pieces of each line; lines with nothing or zero are left out.
pub(crate) fn read_pieces(lines: &[String], quantities: &[String]) -> Result<Vec<(OrderLineId, i64)>, FieldError> {
    let mut pieces = Vec::new();
    for (line, quantity) in lines.iter().zip(quantities) {
        let mut invalid = Invalid::default();
        let quantity = crate::forms::read_number(&mut invalid, "quantity", quantity).unwrap_or_default();
        if let Some(error) = invalid.0.pop() {
            return Err(error);
        }
        let line = line
            .parse()
            .map_err(|error: kernel::InvalidId| FieldError::new("line", "invalid_id", error.to_string()))?;
        if quantity != 0 {
            pieces.push((line, quantity));
        }
    }
    Ok(pieces)
}

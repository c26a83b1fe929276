//! Puts pieces of an order into a parcel, which leaves at once or waits to be picked.

use kernel::{FieldError, Invalid, OrderId, OrderLineId};
use orders::{ChangeError, Fulfil, FulfilmentState, OrderDetails, Tracking};
use serde::{Deserialize, Serialize};
use web::{Answer, Done, OnceForm, Path, Staff, can};

use super::{
    page::{self, OrderForms},
    places::Places,
};

/// A parcel as it is typed. `line` and `quantity` are as many and belong together.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct ParcelForm {
    line: Vec<String>,
    quantity: Vec<String>,
    carrier: String,
    tracking_number: String,
    tracking_url: String,
    pub(crate) location: String,
    /// How far the parcel is: `picking`, or it leaves at once.
    state: String,
}

impl ParcelForm {
    fn read(&self, order_id: OrderId) -> Result<Fulfil, FieldError> {
        let state = if self.state.is_empty() {
            Some(FulfilmentState::InTransit)
        } else {
            FulfilmentState::parse(&self.state)
        };
        let location = Some(self.location.as_str()).filter(|text| !text.is_empty());
        let location = location.map(str::parse).transpose();
        Ok(Fulfil {
            order_id,
            lines: Some(read_pieces(&self.line, &self.quantity)?),
            state: state.ok_or_else(|| FieldError::new("state", "invalid_value", "is no state of a parcel"))?,
            location_id: location
                .map_err(|_e| FieldError::new("location_id", "gone", "is no location of the store"))?,
            tracking: Tracking {
                carrier: self.carrier.clone(),
                number: self.tracking_number.clone(),
                url: self.tracking_url.clone(),
            },
        })
    }
}

/// The input of one line that has pieces left to ship.
#[derive(Debug, Serialize)]
pub(crate) struct ParcelInputs {
    line: String,
    title: String,
    variant_title: String,
    left: i64,
    /// Where its pieces lie, in words; empty when all lies at one place.
    place: String,
    typed: String,
    /// Whether the quantity is what is wrong with the form.
    wrong: bool,
}

impl ParcelInputs {
    /// An input for each line, with what was typed or else all that is left.
    pub(crate) fn of(
        details: &OrderDetails,
        places: &Places,
        typed: &ParcelForm,
        wrong: Option<OrderLineId>,
    ) -> Vec<Self> {
        let lines = details.lines.iter().filter(|line| details.left_to_pack(line) > 0);
        lines
            .map(|line| {
                let id = line.id.to_string();
                let index = typed.line.iter().position(|typed| *typed == id);
                let typed = index.and_then(|index| typed.quantity.get(index)).cloned();
                Self {
                    line: id,
                    title: line.title.clone(),
                    variant_title: line.variant_title.clone(),
                    left: details.left_to_pack(line),
                    place: places.words(line.variant_id),
                    wrong: wrong == Some(line.id),
                    typed: typed.unwrap_or_else(|| details.left_to_pack(line).to_string()),
                }
            })
            .collect()
    }
}

pub(crate) async fn fulfil(
    staff: Staff<can::FulfilOrders>,
    Path(id): Path<OrderId>,
    OnceForm { form, request }: OnceForm<ParcelForm>,
) -> Answer {
    let made = web::write_form(&staff, &request, async |ctx| {
        let parcel = form.read(id)?;
        let leaves = parcel.state.has_left();
        orders::fulfil(ctx, parcel).await?;
        let flash = if leaves {
            "admin-flash-shipped"
        } else {
            "admin-flash-parcel-waits"
        };
        Ok::<_, ChangeError>(Done::to(format!("/admin/orders/{id}")).saying(flash))
    });
    match made.await? {
        Ok(response) => Ok(response),
        Err(error) => page::refuse(&staff, id, typed(form), error).await,
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

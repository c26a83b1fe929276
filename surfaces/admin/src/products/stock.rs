//! Corrects the stock of a variant by a difference, with a reason.

use axum::http::StatusCode;
use inventory::{Adjust, AdjustError};
use kernel::{FieldError, Invalid, LocationId, VariantId};
use serde::{Deserialize, Serialize};
use web::{Answer, Done, OnceForm, Path, Problem, Staff, can};

use super::variant_page::{self, VariantForms};
use crate::forms::{Errors, read_number};

/// The most characters a reason may have.
const REASON: usize = 200;

/// A correction as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct StockForm {
    /// Where; empty is the default location.
    location: String,
    change: String,
    reason: String,
}

impl StockForm {
    fn read(&self, variant_id: VariantId) -> Result<Adjust, Invalid> {
        let mut invalid = Invalid::default();
        let change = read_number(&mut invalid, "change", self.change.trim().trim_start_matches('+'));
        if self.change.trim().is_empty() {
            invalid.push(FieldError::required("change"));
        }
        let location_id = Some(self.location.as_str()).filter(|id| !id.is_empty()).and_then(|id| {
            let parsed = id.parse::<LocationId>();
            invalid.check(
                "location",
                parsed.map_err(|error| FieldError::new("location", "invalid_id", error.to_string())),
            )
        });
        let reason = self.reason.trim().to_owned();
        if reason.is_empty() {
            invalid.push(FieldError::required("reason"));
        } else if reason.chars().count() > REASON {
            invalid.push(FieldError::new(
                "reason",
                "too_long",
                format!("may have at most {REASON} characters"),
            ));
        }
        invalid.into_result()?;
        Ok(Adjust {
            variant_id,
            location_id,
            change: change.unwrap_or_default(),
            reason,
        })
    }
}

pub(crate) async fn adjust(
    staff: Staff<can::AdjustStock>,
    Path(id): Path<VariantId>,
    OnceForm { form, request }: OnceForm<StockForm>,
) -> Answer {
    let adjust = match form.read(id) {
        Ok(adjust) => adjust,
        Err(invalid) => {
            let errors = Errors::of(&staff, invalid);
            return refuse(&staff, id, form, errors).await;
        }
    };
    let adjusted = web::write_form(&staff, &request, async |ctx| {
        inventory::adjust(ctx, adjust).await?;
        Ok(Done::to(format!("/admin/variants/{id}")).saying("admin-flash-stock"))
    });
    let errors = match adjusted.await? {
        Ok(response) => return Ok(response),
        Err(AdjustError::BelowReserved) => Errors::one(&staff, "change", "below_reserved", "would leave too few"),
        Err(AdjustError::BelowZero { on_hand }) => {
            Errors::one(&staff, "change", "below_zero", &format!("only {on_hand} lie there"))
        }
        Err(AdjustError::Invalid(error)) => Errors::of(&staff, Invalid::from(error)),
        Err(AdjustError::NotFound) => return Err(Problem::not_found()),
        Err(AdjustError::Forbidden(error)) => return Err(error.into()),
        Err(AdjustError::Internal(error)) => return Err(error.into()),
    };
    refuse(&staff, id, form, errors).await
}

async fn refuse(staff: &Staff<can::AdjustStock>, id: VariantId, stock: StockForm, stock_errors: Errors) -> Answer {
    let forms = VariantForms {
        stock,
        stock_errors,
        ..VariantForms::default()
    };
    variant_page::render(staff, StatusCode::UNPROCESSABLE_ENTITY, id, forms).await
}

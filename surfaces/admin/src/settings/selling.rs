//! When stock is set aside, and when money is taken.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use kernel::{CaptureWhen, FieldError, HoldStock, Invalid};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Staff, can};

use crate::forms::{Choice, Errors, choices, read_number};

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct SellingForm {
    hold_stock: String,
    hold_minutes: String,
    capture: String,
}

#[derive(Serialize)]
struct SellingView {
    form: SellingForm,
    holds: Vec<Choice>,
    captures: Vec<Choice>,
    errors: Errors,
}

impl SellingForm {
    fn read(&self) -> Result<(HoldStock, i64, CaptureWhen), Invalid> {
        let mut invalid = Invalid::default();
        let unknown = |field: &'static str| FieldError::new(field, "invalid_value", "is not one of the choices");
        let hold = invalid.check(
            "hold_stock",
            HoldStock::parse(&self.hold_stock).ok_or(unknown("hold_stock")),
        );
        let capture = invalid.check("capture", CaptureWhen::parse(&self.capture).ok_or(unknown("capture")));
        let minutes = read_number(&mut invalid, "hold_minutes", &self.hold_minutes);
        if minutes.is_some_and(|minutes| !(1..=1440).contains(&minutes)) {
            invalid.push(FieldError::new(
                "hold_minutes",
                "out_of_range",
                "must be between 1 and 1440",
            ));
        } else if minutes.is_none() && self.hold_minutes.trim().is_empty() {
            invalid.push(FieldError::required("hold_minutes"));
        }
        match (hold, minutes, capture, invalid.into_result()) {
            (Some(hold), Some(minutes), Some(capture), Ok(())) => Ok((hold, minutes, capture)),
            (_, _, _, Err(invalid)) => Err(invalid),
            (_, _, _, Ok(())) => Err(unknown("hold_stock").into()),
        }
    }
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>) -> Answer {
    let store = staff.store();
    let form = SellingForm {
        hold_stock: store.hold_stock.as_str().to_owned(),
        hold_minutes: store.hold_minutes.to_string(),
        capture: store.capture.as_str().to_owned(),
    };
    render(&staff, StatusCode::OK, form, Errors::default())
}

fn render(staff: &Staff<can::ManageSettings>, status: StatusCode, form: SellingForm, errors: Errors) -> Answer {
    let view = SellingView {
        holds: choices(staff, "admin-hold", HoldStock::ALL.iter().map(|one| one.as_str())),
        captures: choices(staff, "admin-capture", CaptureWhen::ALL.iter().map(|one| one.as_str())),
        form,
        errors,
    };
    staff.page_with_status(status, "admin/settings/selling.html", &view)
}

pub(crate) async fn save(staff: Staff<can::ManageSettings>, Form(form): Form<SellingForm>) -> Answer {
    let (hold, minutes, capture) = match form.read() {
        Ok(read) => read,
        Err(invalid) => {
            let errors = Errors::of(&staff, invalid);
            return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, errors);
        }
    };
    let mut ctx = staff.work.write();
    database::stores::update_selling(&mut ctx, hold, minutes, capture).await?;
    ctx.commit().await?;
    staff.flash("admin-flash-selling-saved");
    Ok(Redirect::to("/admin/settings").into_response())
}

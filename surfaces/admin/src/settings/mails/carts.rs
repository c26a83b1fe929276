//! Whether shoppers who left a cart behind are written to: a form above the list of mails.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use kernel::Invalid;
use notifications::{CartReminders, DecideCartReminders, UpdateCartRemindersError};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Problem, Staff, can};

use super::render;
use crate::forms::{Errors, read_number, read_version};

/// What the form offers as long as nothing was decided.
const USUAL_HOURS: i32 = 4;

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct CartsForm {
    active: String,
    hours: String,
    version: String,
}

impl From<CartReminders> for CartsForm {
    fn from(decided: CartReminders) -> Self {
        Self {
            active: decided.hours.map(|_| "1".to_owned()).unwrap_or_default(),
            hours: decided.last_hours.unwrap_or(USUAL_HOURS).to_string(),
            version: decided.version.to_string(),
        }
    }
}

impl CartsForm {
    fn read(&self) -> Result<DecideCartReminders, Invalid> {
        let mut invalid = Invalid::default();
        let decided = DecideCartReminders {
            active: !self.active.is_empty(),
            hours: read_number(&mut invalid, "hours", &self.hours),
        };
        invalid.into_result()?;
        Ok(decided)
    }
}

pub(super) async fn save(staff: Staff<can::ManageSettings>, Form(mut form): Form<CartsForm>) -> Answer {
    let decided = match form.read() {
        Ok(decided) => decided,
        Err(invalid) => return refuse(&staff, form, invalid).await,
    };
    let mut ctx = staff.work.write();
    match notifications::update_cart_reminders(&mut ctx, decided, read_version(&form.version)).await {
        Ok(()) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            Ok(Redirect::to("/admin/settings/mails").into_response())
        }
        Err(UpdateCartRemindersError::Invalid(invalid)) => {
            ctx.rollback().await;
            refuse(&staff, form, invalid).await
        }
        Err(UpdateCartRemindersError::VersionConflict) => {
            ctx.rollback().await;
            let mut ctx = staff.work.read();
            let kept = notifications::load_cart_reminders(&mut ctx).await.map_err(problem)?;
            ctx.rollback().await;
            form.version = kept.version.to_string();
            let errors = Errors::said("form", staff.translate("admin-carts-changed", &[]));
            render(&staff, StatusCode::CONFLICT, form, errors).await
        }
        Err(error) => Err(problem(error)),
    }
}

/// The form again, with what was typed and what is wrong with it.
async fn refuse(staff: &Staff<can::ManageSettings>, form: CartsForm, invalid: Invalid) -> Answer {
    let is_range = invalid.0.iter().any(|error| error.code == "out_of_range");
    let mut errors = Errors::of(staff, invalid);
    if is_range {
        errors.say("hours", staff.translate("admin-carts-wrong-hours", &[]));
    }
    render(staff, StatusCode::UNPROCESSABLE_ENTITY, form, errors).await
}

pub(super) fn problem(error: UpdateCartRemindersError) -> Problem {
    match error {
        UpdateCartRemindersError::Forbidden(error) => error.into(),
        UpdateCartRemindersError::Invalid(error) => error.into(),
        UpdateCartRemindersError::VersionConflict => Problem::version_conflict(),
        UpdateCartRemindersError::Internal(error) => error.into(),
    }
}

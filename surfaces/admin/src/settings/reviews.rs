//! Who may review products, and when somebody looks at it.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use reviews::{Moderation, Settings, UpdateSettingsError, WhoWrites};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Staff, Visitor, can};

use crate::forms::{Choice, Errors, choices, read_words};

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct ReviewsForm {
    who_writes: String,
    moderation: String,
    bad_words: String,
}

#[derive(Serialize)]
struct ReviewsView {
    form: ReviewsForm,
    who_writes: Vec<Choice>,
    moderation: Vec<Choice>,
    errors: Errors,
}

impl From<Settings> for ReviewsForm {
    fn from(settings: Settings) -> Self {
        Self {
            who_writes: settings.who_writes.as_str().to_owned(),
            moderation: settings.moderation.as_str().to_owned(),
            bad_words: settings.bad_words.join(", "),
        }
    }
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>) -> Answer {
    let mut ctx = staff.work.read();
    let settings = reviews::load_settings(&mut ctx).await?;
    ctx.rollback().await;
    render(&staff, StatusCode::OK, settings.into(), Errors::default())
}

fn render(visitor: &Visitor, status: StatusCode, form: ReviewsForm, errors: Errors) -> Answer {
    let view = ReviewsView {
        form,
        who_writes: choices(
            visitor,
            "admin-reviews-who",
            WhoWrites::ALL.iter().map(|who| who.as_str()),
        ),
        moderation: choices(
            visitor,
            "admin-reviews-look",
            Moderation::ALL.iter().map(|when| when.as_str()),
        ),
        errors,
    };
    visitor.page_with_status(status, "admin/settings/reviews.html", &view)
}

pub(crate) async fn save(staff: Staff<can::ManageSettings>, Form(form): Form<ReviewsForm>) -> Answer {
    let (Some(who_writes), Some(moderation)) =
        (WhoWrites::parse(&form.who_writes), Moderation::parse(&form.moderation))
    else {
        let field = if WhoWrites::parse(&form.who_writes).is_none() {
            "who_writes"
        } else {
            "moderation"
        };
        let errors = Errors::one(&staff, field, "required", "must be chosen");
        return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, errors);
    };
    let settings = Settings {
        who_writes,
        moderation,
        bad_words: form.bad_words.lines().flat_map(read_words).collect(),
    };
    let mut ctx = staff.work.write();
    match reviews::update_settings(&mut ctx, settings).await {
        Ok(()) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            Ok(Redirect::to("/admin/settings/reviews").into_response())
        }
        Err(UpdateSettingsError::Invalid(error)) => {
            ctx.rollback().await;
            let errors = Errors::of(&staff, error.into());
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, errors)
        }
        Err(UpdateSettingsError::Forbidden(error)) => Err(error.into()),
        Err(UpdateSettingsError::Internal(error)) => Err(error.into()),
    }
}

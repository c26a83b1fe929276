//! The waiting room: what it stands before, and how many are admitted.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use database::Ctx;
use kernel::{FieldError, Invalid};
use queue::{Before, Room, RoomTerms, UpdateRoomError};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Problem, Staff, can};

use crate::forms::{Choice, Errors, choices, read_lines, read_number, read_version};

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct QueueForm {
    before: String,
    products: String,
    per_minute: String,
    admission_minutes: String,
    message: String,
    version: String,
}

#[derive(Serialize)]
struct QueueView {
    form: QueueForm,
    before: Vec<Choice>,
    /// How many wait; none where nobody has to.
    waiting: Option<i64>,
    errors: Errors,
}

impl QueueForm {
    async fn of(ctx: &mut Ctx, room: Room) -> Result<Self, database::Error> {
        let slugs = catalog::slugs_of(ctx, &room.terms.product_ids).await?;
        Ok(Self {
            before: room.terms.before.as_str().to_owned(),
            products: slugs.join("\n"),
            per_minute: room.terms.per_minute.to_string(),
            admission_minutes: room.terms.admission_minutes.to_string(),
            message: room.terms.message,
            version: room.version.to_string(),
        })
    }

    async fn read(&self, ctx: &mut Ctx) -> Result<Result<RoomTerms, Invalid>, database::Error> {
        let mut invalid = Invalid::default();
        let unknown = FieldError::new("before", "required", "must be chosen");
        let before = invalid.check("before", Before::parse(&self.before).ok_or(unknown));
        let mut number = |field: &'static str, typed: &str| match read_number(&mut invalid, field, typed) {
            Some(number) => i32::try_from(number).unwrap_or(i32::MAX),
            // It says what is wrong with it, or that it is missing.
            None => {
                if typed.trim().is_empty() {
                    invalid.push(FieldError::required(field));
                }
                1
            }
        };
        let per_minute = number("per_minute", &self.per_minute);
        let admission_minutes = number("admission_minutes", &self.admission_minutes);
        let slugs: Vec<String> = read_lines(&self.products).iter().map(|line| slug_of(line)).collect();
        let product_ids = match catalog::products_of_slugs(ctx, &slugs).await? {
            Ok(ids) => ids,
            Err(slug) => {
                let message = format!("there is no product {slug:?}");
                invalid.push(FieldError::new("product_ids", "unknown_product", message));
                Vec::new()
            }
        };
        let terms = RoomTerms {
            before: before.unwrap_or(Before::Nothing),
            product_ids,
            per_minute,
            admission_minutes,
            message: self.message.replace("\r\n", "\n"),
        };
        Ok(invalid.into_result().map(|()| terms))
    }
}

/// The last part of the address of a product's page, or of what was pasted as one.
fn slug_of(typed: &str) -> String {
    let path = typed.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned()
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>) -> Answer {
    let mut ctx = staff.work.read();
    let room = queue::load_room(&mut ctx).await?;
    let form = QueueForm::of(&mut ctx, room).await?;
    ctx.rollback().await;
    render(&staff, StatusCode::OK, form, Errors::default()).await
}

async fn render(staff: &Staff<can::ManageSettings>, status: StatusCode, form: QueueForm, errors: Errors) -> Answer {
    let mut ctx = staff.work.read();
    let room = queue::load_room(&mut ctx).await?;
    let waiting = match room.open_pace() {
        Some(_) => Some(queue::count_waiting(&mut ctx, &room).await?),
        None => None,
    };
    ctx.rollback().await;
    let before = choices(staff, "admin-queue-before", Before::ALL.iter().map(|one| one.as_str()));
    let view = QueueView {
        form,
        before,
        waiting,
        errors,
    };
    staff.page_with_status(status, "admin/settings/queue.html", &view)
}

pub(crate) async fn save(staff: Staff<can::ManageSettings>, Form(mut form): Form<QueueForm>) -> Answer {
    let mut ctx = staff.work.write();
    let terms = match form.read(&mut ctx).await? {
        Ok(terms) => terms,
        Err(invalid) => {
            ctx.rollback().await;
            return refuse(&staff, form, invalid).await;
        }
    };
    match queue::update_room(&mut ctx, terms, Some(read_version(&form.version))).await {
        Ok(_room) => {
            ctx.commit().await?;
            staff.state().stores().forget();
            staff.flash("admin-flash-saved");
            Ok(Redirect::to("/admin/settings/queue").into_response())
        }
        Err(UpdateRoomError::Invalid(invalid)) => {
            ctx.rollback().await;
            refuse(&staff, form, invalid).await
        }
        Err(UpdateRoomError::VersionConflict(room)) => {
            ctx.rollback().await;
            form.version = room.version.to_string();
            let errors = Errors::said("form", staff.translate("admin-queue-changed", &[]));
            render(&staff, StatusCode::CONFLICT, form, errors).await
        }
        Err(UpdateRoomError::Forbidden(error)) => Err(error.into()),
        Err(UpdateRoomError::Internal(error)) => Err(Problem::from(error)),
    }
}

/// The form again, with what was typed and what is wrong with it.
async fn refuse(staff: &Staff<can::ManageSettings>, form: QueueForm, invalid: Invalid) -> Answer {
    let sentences: Vec<(String, String)> = invalid
        .0
        .iter()
        .filter(|error| matches!(error.code, "out_of_range" | "unknown_product"))
        .map(|error| {
            let key = format!("admin-queue-wrong-{}", error.field.replace('_', "-"));
            (error.field.clone(), staff.translate(&key, &[]))
        })
        .collect();
    let mut errors = Errors::of(staff, invalid);
    for (field, sentence) in sentences {
        errors.say(&field, sentence);
    }
    render(staff, StatusCode::UNPROCESSABLE_ENTITY, form, errors).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_was_pasted_names_its_product() {
        for (typed, slug) in [
            ("a-mug", "a-mug"),
            ("/products/a-mug", "a-mug"),
            ("https://shop.example/products/a-mug/?variant=1#top", "a-mug"),
        ] {
            assert_eq!(slug_of(typed), slug);
        }
    }
}

//! A box that parcels are packed into.

use axum::http::StatusCode;
use kernel::{BoxId, FieldError, Invalid};
use serde::{Deserialize, Serialize};
use shipping::{BoxTerms, ParcelBox, SetupError};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::{ask_removal, problem, refused, saved};
use crate::forms::{Errors, read_number};

/// A box as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct BoxForm {
    name: String,
    length_mm: String,
    width_mm: String,
    height_mm: String,
    tare_grams: String,
    max_weight_grams: String,
}

#[derive(Serialize)]
struct BoxPage {
    /// `None` for a new box.
    id: Option<String>,
    form: BoxForm,
    errors: Errors,
}

impl BoxForm {
    fn of(parcel_box: &ParcelBox) -> Self {
        let [length, width, height] = parcel_box.size.lengths_mm().map(|length| length.to_string());
        Self {
            name: parcel_box.name.clone(),
            length_mm: length,
            width_mm: width,
            height_mm: height,
            tare_grams: parcel_box.tare_grams.to_string(),
            max_weight_grams: parcel_box.max_weight_grams.to_string(),
        }
    }

    fn read(&self) -> Result<BoxTerms, Invalid> {
        let mut invalid = Invalid::default();
        let mut number = |field: &str, text: &str| {
            if text.trim().is_empty() {
                invalid.push(FieldError::required(field));
            }
            read_number(&mut invalid, field, text).unwrap_or_default()
        };
        let terms = BoxTerms {
            name: self.name.clone(),
            length_mm: number("length_mm", &self.length_mm),
            width_mm: number("width_mm", &self.width_mm),
            height_mm: number("height_mm", &self.height_mm),
            tare_grams: number("tare_grams", &self.tare_grams),
            max_weight_grams: number("max_weight_grams", &self.max_weight_grams),
        };
        invalid.into_result()?;
        Ok(terms)
    }
}

pub(crate) async fn show_new(staff: Staff<can::ManageSettings>) -> Answer {
    render(&staff, StatusCode::OK, None, BoxForm::default(), Errors::default())
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>, Path(id): Path<BoxId>) -> Answer {
    let form = BoxForm::of(&find(&staff, id).await?);
    render(&staff, StatusCode::OK, Some(id), form, Errors::default())
}

async fn find(visitor: &Visitor, id: BoxId) -> Result<ParcelBox, Problem> {
    let mut ctx = visitor.work.read();
    let boxes = shipping::list_boxes(&mut ctx).await?;
    ctx.rollback().await;
    boxes
        .into_iter()
        .find(|one| one.id == id)
        .ok_or_else(Problem::not_found)
}

fn render(visitor: &Visitor, status: StatusCode, id: Option<BoxId>, form: BoxForm, errors: Errors) -> Answer {
    let id = id.map(|id| id.to_string());
    visitor.page_with_status(status, "admin/settings/box.html", &BoxPage { id, form, errors })
}

pub(crate) async fn create(staff: Staff<can::ManageSettings>, Form(form): Form<BoxForm>) -> Answer {
    save(&staff, None, form).await
}

pub(crate) async fn update(
    staff: Staff<can::ManageSettings>,
    Path(id): Path<BoxId>,
    Form(form): Form<BoxForm>,
) -> Answer {
    find(&staff, id).await?;
    save(&staff, Some(id), form).await
}

async fn save(visitor: &Visitor, id: Option<BoxId>, form: BoxForm) -> Answer {
    let mut ctx = visitor.work.write();
    let done = match form.read() {
        Err(invalid) => Err(SetupError::Invalid(invalid)),
        Ok(terms) => shipping::put_box(&mut ctx, id, &terms).await,
    };
    match done {
        Ok(_id) => {
            ctx.commit().await?;
            Ok(saved(visitor))
        }
        Err(error) => {
            ctx.rollback().await;
            let (status, errors) = refused(visitor, error)?;
            render(visitor, status, id, form, errors)
        }
    }
}

pub(crate) async fn ask(staff: Staff<can::ManageSettings>, Path(id): Path<BoxId>) -> Answer {
    let parcel_box = find(&staff, id).await?;
    ask_removal(&staff, ("box", "boxes"), id.to_string(), &parcel_box.name)
}

pub(crate) async fn remove(staff: Staff<can::ManageSettings>, Path(id): Path<BoxId>) -> Answer {
    let mut ctx = staff.work.write();
    shipping::remove_box(&mut ctx, id).await.map_err(problem)?;
    ctx.commit().await?;
    Ok(saved(&staff))
}

//! A product's pictures: their order, their words, and new ones by address. What else its page shows stands below them.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{Attachment, NewImage, Product, ProductDetails, SetImagesError};
use kernel::{FieldError, ImageId, Invalid, ProductId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::page;
use crate::forms::Errors;

/// How many empty rows the form offers.
const EMPTY_ROWS: usize = 1;

/// The rows as they are typed. The fields of each belong together; a row without an address is dropped, and rows are sorted
/// by their place. Pictures that were added after the form was shown stay behind them. A button that moves a row says `up-1` or `down-1`, counted from 0.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ImagesForm {
    place: Vec<String>,
    url: Vec<String>,
    alt: Vec<String>,
    /// The pictures that the form showed.
    saved: Vec<ImageId>,
    r#move: String,
}

#[derive(Serialize)]
struct ImagesView {
    id: String,
    title: String,
    rows: Vec<Row>,
    attachments: Vec<AttachmentView>,
    upload: UploadForm,
    has_variants: bool,
}

/// The form that takes files, as it was typed.
#[derive(Default, Serialize)]
pub(crate) struct UploadForm {
    pub(crate) alt: String,
    pub(crate) turn: bool,
    pub(crate) errors: Errors,
}

#[derive(Serialize)]
struct Row {
    /// The saved picture's id; empty for a new row.
    id: String,
    url: String,
    alt: String,
    errors: Errors,
}

/// An attachment, for this page and the ones that ask about it.
#[derive(Serialize)]
pub(super) struct AttachmentView {
    id: String,
    kind: &'static str,
    url: String,
    pictures: usize,
    title: String,
    size_kilobytes: i64,
}

impl From<Attachment> for AttachmentView {
    fn from(attachment: Attachment) -> Self {
        Self {
            id: attachment.id.to_string(),
            kind: attachment.kind.as_str(),
            pictures: attachment.urls.len(),
            url: attachment.urls.into_iter().next().unwrap_or_default(),
            title: attachment.title,
            size_kilobytes: (attachment.size_bytes / 1000).max(1),
        }
    }
}

impl ImagesForm {
    fn rows(self) -> Vec<Row> {
        let typed = self.place.into_iter().zip(self.url).zip(self.alt);
        let mut placed: Vec<(i64, Row)> = typed
            .map(|((place, url), alt)| (place, Row::new(url.trim().to_owned(), alt.trim().to_owned())))
            .filter(|(_, row)| !row.url.is_empty())
            .map(|(place, row)| (place.trim().parse().unwrap_or(i64::MAX), row))
            .collect();
        placed.sort_by_key(|(place, _)| *place);
        let mut rows: Vec<Row> = placed.into_iter().map(|(_, row)| row).collect();
        shift(&mut rows, &self.r#move);
        rows
    }
}

/// Moves one of a list as a button says; a button that is none moves nothing.
pub(super) fn shift<T>(list: &mut [T], button: &str) {
    let neighbours = match button.split_once('-') {
        Some(("up", index)) => index
            .parse()
            .ok()
            .and_then(|index: usize| Some((index, index.checked_sub(1)?))),
        Some(("down", index)) => index
            .parse()
            .ok()
            .and_then(|index: usize| Some((index, index.checked_add(1)?))),
        Some(_) | None => None,
    };
    if let Some((index, other)) = neighbours
        && index.max(other) < list.len()
    {
        list.swap(index, other);
    }
}

impl Row {
    fn new(url: String, alt: String) -> Self {
        Self {
            id: String::new(),
            url,
            alt,
            errors: Errors::default(),
        }
    }
}

pub(crate) async fn show(staff: Staff<can::WriteCatalog>, Path(id): Path<ProductId>) -> Answer {
    let details = page::load(&staff, id).await?;
    with_upload(&staff, StatusCode::OK, details, UploadForm::default()).await
}

/// The page with the form for files as it was typed.
pub(super) async fn with_upload(
    visitor: &Visitor,
    status: StatusCode,
    details: ProductDetails,
    upload: UploadForm,
) -> Answer {
    let images = details.images.iter();
    let rows = images
        .map(|image| Row::new(image.url.clone(), image.alt.clone()))
        .collect();
    render(visitor, status, &details, (rows, upload)).await
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    details: &ProductDetails,
    (mut rows, upload): (Vec<Row>, UploadForm),
) -> Answer {
    for row in &mut rows {
        let saved = details.images.iter().find(|image| image.url == row.url);
        row.id = saved.map(|image| image.id.to_string()).unwrap_or_default();
    }
    rows.extend((0..EMPTY_ROWS).map(|_| Row::new(String::new(), String::new())));
    let product: &Product = &details.product;
    let mut ctx = visitor.work.read();
    let attachments = catalog::list_attachments(&mut ctx, product.id).await?;
    ctx.rollback().await;
    let view = ImagesView {
        id: product.id.to_string(),
        title: product.title.clone(),
        rows,
        attachments: attachments.into_iter().map(AttachmentView::from).collect(),
        upload,
        has_variants: details.variants.len() > 1,
    };
    visitor.page_with_status(status, "admin/products/images.html", &view)
}

pub(crate) async fn save(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    Form(form): Form<ImagesForm>,
) -> Answer {
    let is_moved = !form.r#move.is_empty();
    let shown = form.saved.clone();
    let mut rows = form.rows();
    let images = page::load(&staff, id).await?.images.into_iter();
    for image in images.filter(|image| !shown.contains(&image.id)) {
        if rows.iter().all(|row| row.url != image.url) {
            rows.push(Row::new(image.url, image.alt));
        }
    }
    let images = rows
        .iter()
        .map(|row| NewImage {
            url: row.url.clone(),
            alt: row.alt.clone(),
        })
        .collect();
    let mut ctx = staff.work.write();
    match catalog::set_images(&mut ctx, id, images).await {
        Ok(_images) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            let next = if is_moved { "/images" } else { "" };
            Ok(Redirect::to(&format!("/admin/products/{id}{next}")).into_response())
        }
        Err(SetImagesError::Invalid(invalid)) => {
            ctx.rollback().await;
            let details = page::load(&staff, id).await?;
            for (index, row) in rows.iter_mut().enumerate() {
                row.errors = of_row(&staff, index, &invalid);
            }
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            render(&staff, status, &details, (rows, UploadForm::default())).await
        }
        Err(error) => Err(problem(error)),
    }
}

/// What is wrong with one row, under the names of its inputs.
fn of_row(visitor: &Visitor, index: usize, invalid: &Invalid) -> Errors {
    let prefix = format!("images.{index}.");
    let errors = invalid.0.iter().filter_map(|error| {
        let field = error.field.strip_prefix(&prefix)?.to_owned();
        Some(FieldError { field, ..error.clone() })
    });
    Errors::of(visitor, Invalid(errors.collect()))
}

/// What an error is where no form can tell it.
pub(super) fn problem(error: SetImagesError) -> Problem {
    match error {
        SetImagesError::Invalid(invalid) => invalid.into(),
        SetImagesError::NotFound => Problem::not_found(),
        SetImagesError::Forbidden(error) => error.into(),
        SetImagesError::Internal(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_moves_one_row() {
        for (button, expected) in [
            ("up-1", [2, 1, 3]),
            ("down-1", [1, 3, 2]),
            ("up-0", [1, 2, 3]),
            ("down-2", [1, 2, 3]),
            ("down-18446744073709551615", [1, 2, 3]),
            ("", [1, 2, 3]),
        ] {
            let mut rows = [1, 2, 3];
            shift(&mut rows, button);
            assert_eq!(rows, expected, "{button}");
        }
    }
}

//! A product's pictures: their order, their words, and new ones by address.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{NewImage, Product, ProductDetails, SetImagesError};
use kernel::{FieldError, Invalid, ProductId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::page;
use crate::forms::Errors;

/// How many empty rows the form offers.
const EMPTY_ROWS: usize = 1;

/// The rows as they are typed. The three fields of each belong together; a row without an address is dropped, and rows are
/// sorted by their place.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ImagesForm {
    place: Vec<String>,
    url: Vec<String>,
    alt: Vec<String>,
}

#[derive(Serialize)]
struct ImagesView {
    id: String,
    title: String,
    rows: Vec<Row>,
    upload: Upload,
}

/// The form that takes a picture from a file, as it was typed.
#[derive(Default, Serialize)]
pub(crate) struct Upload {
    pub(crate) alt: String,
    pub(crate) errors: Errors,
}

#[derive(Serialize)]
struct Row {
    url: String,
    alt: String,
    errors: Errors,
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
        placed.into_iter().map(|(_, row)| row).collect()
    }
}

impl Row {
    fn new(url: String, alt: String) -> Self {
        Self {
            url,
            alt,
            errors: Errors::default(),
        }
    }
}

pub(crate) async fn show(staff: Staff<can::WriteCatalog>, Path(id): Path<ProductId>) -> Answer {
    let details = page::load(&staff, id).await?;
    with_upload(&staff, StatusCode::OK, details, Upload::default())
}

/// The page with the form for a file as it was typed.
pub(crate) fn with_upload(visitor: &Visitor, status: StatusCode, details: ProductDetails, upload: Upload) -> Answer {
    let images = details.images.into_iter();
    let rows = images.map(|image| Row::new(image.url, image.alt)).collect();
    render(visitor, status, &details.product, (rows, upload))
}

fn render(visitor: &Visitor, status: StatusCode, product: &Product, (mut rows, upload): (Vec<Row>, Upload)) -> Answer {
    rows.extend((0..EMPTY_ROWS).map(|_| Row::new(String::new(), String::new())));
    let (id, title) = (product.id.to_string(), product.title.clone());
    visitor.page_with_status(
        status,
        "admin/products/images.html",
        &ImagesView {
            id,
            title,
            rows,
            upload,
        },
    )
}

pub(crate) async fn save(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    Form(form): Form<ImagesForm>,
) -> Answer {
    let mut rows = form.rows();
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
            Ok(Redirect::to(&format!("/admin/products/{id}")).into_response())
        }
        Err(SetImagesError::Invalid(invalid)) => {
            ctx.rollback().await;
            let product = page::load(&staff, id).await?.product;
            for (index, row) in rows.iter_mut().enumerate() {
                row.errors = of_row(&staff, index, &invalid);
            }
            render(
                &staff,
                StatusCode::UNPROCESSABLE_ENTITY,
                &product,
                (rows, Upload::default()),
            )
        }
        Err(SetImagesError::NotFound) => Err(Problem::not_found()),
        Err(SetImagesError::Forbidden(error)) => Err(error.into()),
        Err(SetImagesError::Internal(error)) => Err(error.into()),
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

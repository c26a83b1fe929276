//! A product's pictures: their order, their words, and new ones by address.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{NewImage, SetImagesError};
use kernel::{FieldError, Invalid, ProductId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use crate::{forms::Errors, product_page};

/// How many empty rows the form offers.
const EMPTY_ROWS: usize = 3;

/// The rows as they are typed. `url` and `alt` are as many and belong together; a row without an address is dropped.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ImagesForm {
    url: Vec<String>,
    alt: Vec<String>,
}

#[derive(Serialize)]
struct ImagesView {
    id: String,
    title: String,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    url: String,
    alt: String,
    errors: Errors,
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
    let details = product_page::load(&staff, id).await?;
    let rows = details
        .images
        .into_iter()
        .map(|image| Row::new(image.url, image.alt))
        .collect();
    render(&staff, StatusCode::OK, (id, details.product.title), rows)
}

fn render(visitor: &Visitor, status: StatusCode, (id, title): (ProductId, String), mut rows: Vec<Row>) -> Answer {
    rows.extend((0..EMPTY_ROWS).map(|_| Row::new(String::new(), String::new())));
    let view = ImagesView {
        id: id.to_string(),
        title,
        rows,
    };
    visitor.page_with_status(status, "admin/product_images.html", &view)
}

pub(crate) async fn save(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    Form(form): Form<ImagesForm>,
) -> Answer {
    let mut rows: Vec<Row> = form
        .url
        .into_iter()
        .zip(form.alt)
        .map(|(url, alt)| Row::new(url.trim().to_owned(), alt.trim().to_owned()))
        .filter(|row| !row.url.is_empty())
        .collect();
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
            let title = product_page::load(&staff, id).await?.product.title;
            for (index, row) in rows.iter_mut().enumerate() {
                row.errors = of_row(&staff, index, &invalid);
            }
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, (id, title), rows)
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

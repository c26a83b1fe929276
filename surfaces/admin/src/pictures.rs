//! Takes a picture for a form that shows one: of a category, a collection or a section of the home page. It lies with the pictures
//! of products, and the form gets its address. Where no script does that, a page of its own shows the address.

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
    routing::get,
};
use media::Medium;
use serde::Serialize;
use serde_json::json;
use web::{Answer, Problem, Staff, Visitor, can};

use crate::{
    Desk,
    forms::{Errors, sentence},
    products::uploads,
};

/// Where the pictures of categories and collections are sent.
const OF_THE_CATALOGUE: &str = "/admin/pictures";
/// Where those of the home page are sent.
const OF_THE_HOME_PAGE: &str = "/admin/home-page/pictures";

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/pictures", get(show_for_catalogue).post(take_for_catalogue))
        .route("/admin/home-page/pictures", get(show_for_home_page).post(take_for_home_page))
        .layer(DefaultBodyLimit::max(uploads::LARGEST))
}

#[derive(Serialize)]
struct PicturesView {
    /// Where the form is sent.
    action: &'static str,
    /// The picture that was taken.
    url: Option<String>,
    errors: Errors,
}

async fn show_for_catalogue(staff: Staff<can::WriteCatalog>) -> Answer {
    show(&staff, OF_THE_CATALOGUE)
}

async fn show_for_home_page(staff: Staff<can::WriteContent>) -> Answer {
    show(&staff, OF_THE_HOME_PAGE)
}

async fn take_for_catalogue(staff: Staff<can::WriteCatalog>, State(desk): State<Desk>, request: Request) -> Answer {
    take(&staff, &desk, OF_THE_CATALOGUE, request).await
}

async fn take_for_home_page(staff: Staff<can::WriteContent>, State(desk): State<Desk>, request: Request) -> Answer {
    take(&staff, &desk, OF_THE_HOME_PAGE, request).await
}

fn show(visitor: &Visitor, action: &'static str) -> Answer {
    let view = PicturesView {
        action,
        url: None,
        errors: Errors::default(),
    };
    visitor.page("admin/picture.html", &view)
}

/// Takes one picture, and tells where it lies or what is wrong with it: a script in JSON, a person on the page.
async fn take(visitor: &Visitor, desk: &Desk, action: &'static str, request: Request) -> Answer {
    let is_script = wants_json(request.headers());
    let taken = receive(visitor, desk, request).await?;
    if is_script {
        return Ok(match taken {
            Ok(url) => web::Json(json!({ "url": url })).into_response(),
            Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, web::Json(json!({ "error": error }))).into_response(),
        });
    }
    let (status, url, errors) = match taken {
        Ok(url) => (StatusCode::OK, Some(url), Errors::default()),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, None, Errors::said("file", error)),
    };
    let view = PicturesView { action, url, errors };
    visitor.page_with_status(status, "admin/picture.html", &view)
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
}

/// The address of the first file of the form, or why it is not taken, in the visitor's language.
async fn receive(visitor: &Visitor, desk: &Desk, request: Request) -> Result<Result<String, String>, Problem> {
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|error| Problem::new(error.status(), "invalid_upload", error.body_text()))?;
    let mut taken = None;
    while let Some(field) = parts.next_field().await.map_err(|error| uploads::broken(&error))? {
        let name = field.file_name().unwrap_or_default().to_owned();
        if field.name() != Some("file") || name.is_empty() || taken.is_some() {
            continue;
        }
        taken = Some(match uploads::store(&visitor.work, desk, field).await? {
            Ok(file) if file.kind.medium() == Medium::Picture => Ok(file.url),
            Ok(_other) => Err(sentence(visitor, "no_picture", "is not a picture")),
            Err(error) => Err(uploads::refusal(visitor, &name, &error)),
        });
    }
    Ok(taken.unwrap_or_else(|| Err(sentence(visitor, "required", "is required"))))
}

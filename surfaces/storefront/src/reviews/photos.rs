//! The form of a review as it comes in, with its pictures. A picture goes to the disk while it comes in; one that is refused
//! takes nothing else with it, and those that were taken stay in the form until it is sent for good.

use axum::extract::{Multipart, multipart::Field, multipart::MultipartError};
use media::{Medium, PutError, Upload};
use reviews::MAX_PHOTOS;
use serde::Serialize;
use web::{Problem, Visitor};

use crate::Shop;

/// The largest form: all pictures at their largest, and room for the words.
pub(crate) const LARGEST: usize = 101 * 1024 * 1024;

/// A review as it was typed.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Typed {
    pub(crate) author: String,
    pub(crate) stars: String,
    pub(crate) title: String,
    pub(crate) body: String,
    /// The pictures that were kept and the new ones.
    pub(crate) photos: Vec<String>,
    /// What is wrong with pictures that are not among them, in the visitor's language.
    #[serde(skip)]
    pub(crate) refused: Vec<String>,
}

pub(crate) async fn receive(visitor: &Visitor, shop: &Shop, mut parts: Multipart) -> Result<Typed, Problem> {
    let mut typed = Typed::default();
    while let Some(field) = parts.next_field().await.map_err(|error| broken(&error))? {
        let text = match field.name().unwrap_or_default() {
            "author" => &mut typed.author,
            "stars" => &mut typed.stars,
            "title" => &mut typed.title,
            "body" => &mut typed.body,
            "keep" => {
                let url = field.text().await.map_err(|error| broken(&error))?;
                if !typed.photos.contains(&url) {
                    typed.photos.push(url);
                }
                continue;
            }
            "photo" => {
                take(visitor, shop, field, &mut typed).await?;
                continue;
            }
            _ => continue,
        };
        *text = field.text().await.map_err(|error| broken(&error))?;
    }
    Ok(typed)
}

async fn take(visitor: &Visitor, shop: &Shop, field: Field<'_>, typed: &mut Typed) -> Result<(), Problem> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let is_one_too_many = typed.photos.len() >= MAX_PHOTOS;
    match store(visitor, shop, field, is_one_too_many).await {
        // A form whose picture is not chosen sends an empty one without a name.
        Ok(_) | Err(_) if name.is_empty() => {}
        Ok(Some(url)) if !typed.photos.contains(&url) => typed.photos.push(url),
        Ok(Some(_)) => {}
        Ok(None) => {
            let reason = visitor.translate("field-too-many-photos", &[]);
            typed.refused.push(said(visitor, &name, &reason));
        }
        Err(Refusal::Problem(problem)) => return Err(problem),
        Err(Refusal::File(error)) => {
            let code = error.code().unwrap_or_default().replace('_', "-");
            let reason = visitor.translate(&format!("field-{code}"), &[]);
            typed.refused.push(said(visitor, &name, &reason));
        }
    }
    Ok(())
}

fn said(visitor: &Visitor, name: &str, reason: &str) -> String {
    visitor.translate("review-photo-refused", &[("name", name), ("reason", reason)])
}

/// Why there is no picture.
enum Refusal {
    File(PutError),
    Problem(Problem),
}

impl From<PutError> for Refusal {
    fn from(error: PutError) -> Self {
        match error {
            PutError::Internal(error) => Self::Problem(error.into()),
            error if error.code().is_none() => Self::Problem(Problem::internal(&error)),
            error => Self::File(error),
        }
    }
}

/// The address of a picture, none for one too many. What is refused is read to its end, for a browser shows no answer before
/// it has sent everything.
async fn store(
    visitor: &Visitor,
    shop: &Shop,
    mut field: Field<'_>,
    is_one_too_many: bool,
) -> Result<Option<String>, Refusal> {
    let mut upload = Upload::begin(shop.blobs.as_ref()).await?;
    let mut written = Ok(());
    while let Some(bytes) = field.chunk().await.map_err(|error| Refusal::Problem(broken(&error)))? {
        if written.is_ok() && !is_one_too_many {
            written = upload.write(&bytes).await;
            if upload.medium() != Medium::Picture {
                written = Err(PutError::NotAPicture);
            }
        }
    }
    if is_one_too_many {
        return Ok(None);
    }
    written?;
    Ok(Some(upload.finish_flow(&visitor.work).await?.url))
}

fn broken(error: &MultipartError) -> Problem {
    Problem::new(error.status(), "invalid_upload", error.body_text())
}

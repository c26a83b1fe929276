//! Many prices at once, from lines that are typed or from a file of them.

use axum::{
    extract::{
        FromRequest as _, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{PriceListError, PutPrice};
use kernel::PriceListId;
use web::{Answer, Path, Problem, Staff, Visitor, can};

use super::{
    prices::{PricesQuery, Refused, render},
    problem,
    sheet::{self, Wrong},
};
use crate::{forms::Errors, products::uploads::broken};

/// The largest form that is received at all, so that whoever picked the wrong file is told so beside the field.
pub(super) const LARGEST: usize = 256 * 1024 * 1024;
/// The most bytes that are kept of it: far more than the lines that are taken at once have.
const MOST_KEPT: usize = 8 * 1024 * 1024;

/// What was sent.
#[derive(Default)]
struct Sent {
    typed: String,
    file: File,
}

/// The file beside what was typed.
#[derive(Default)]
enum File {
    #[default]
    None,
    Lines(String),
    /// It is no text in UTF-8.
    NoText,
    TooLarge,
}

impl File {
    fn of(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or(Self::NoText, Self::Lines)
    }
}

/// Puts the prices, all or none.
pub(crate) async fn put(staff: Staff<can::WriteCoupons>, Path(id): Path<PriceListId>, request: Request) -> Answer {
    let lines = match read(&staff, receive(request).await?) {
        Ok(lines) => lines,
        Err(refused) => return refuse(&staff, id, refused).await,
    };
    let wrong = match sheet::read(&lines, staff.store().currency) {
        Err(wrong) => wrong,
        Ok(read) if read.is_empty() => {
            let errors = Errors::one(&staff, "sheet", "required", "is required");
            let wrong = Vec::new();
            return refuse(&staff, id, Refused { lines, wrong, errors }).await;
        }
        Ok(read) if read.len() > catalog::MOST_PUT => {
            let errors = Errors::one(&staff, "sheet", "too_many_prices", "has too many lines");
            let wrong = Vec::new();
            return refuse(&staff, id, Refused { lines, wrong, errors }).await;
        }
        Ok(read) => match save(&staff, id, read).await? {
            Ok(()) => return Ok(Redirect::to(&format!("/admin/price-lists/{id}/prices")).into_response()),
            Err(wrong) => wrong,
        },
    };
    let errors = Errors::default();
    refuse(&staff, id, Refused { lines, wrong, errors }).await
}

async fn refuse(visitor: &Visitor, id: PriceListId, refused: Refused) -> Answer {
    let (status, query) = (StatusCode::UNPROCESSABLE_ENTITY, PricesQuery::default());
    render(visitor, status, id, query, refused).await
}

async fn save(visitor: &Visitor, id: PriceListId, lines: Vec<sheet::Line>) -> Result<Result<(), Vec<Wrong>>, Problem> {
    let (numbers, prices): (Vec<usize>, Vec<PutPrice>) =
        lines.into_iter().map(|line| (line.number, line.price)).unzip();
    let mut ctx = visitor.work.write();
    match catalog::put_list_prices(&mut ctx, id, prices).await {
        Ok(_changed) => {
            ctx.commit().await?;
            visitor.flash("admin-flash-saved");
            Ok(Ok(()))
        }
        Err(PriceListError::Invalid(invalid)) => {
            ctx.rollback().await;
            Ok(Err(sheet::by_line(invalid, &numbers)))
        }
        Err(error) => Err(problem(error)),
    }
}

/// The lines that were typed or those of the file. What was typed stays in the box whatever is wrong with the file.
fn read(visitor: &Visitor, sent: Sent) -> Result<String, Refused> {
    let refused = |lines: String, code: &str, message: &str| Refused {
        lines,
        wrong: Vec::new(),
        errors: Errors::one(visitor, "file", code, message),
    };
    match sent.file {
        File::None => Ok(sent.typed),
        File::Lines(_) if !sent.typed.trim().is_empty() => Err(refused(
            sent.typed,
            "lines_and_file",
            "is there besides lines that were typed",
        )),
        File::Lines(lines) => Ok(lines),
        File::NoText => Err(refused(sent.typed, "sheet_unreadable", "is no text in UTF-8")),
        File::TooLarge => Err(refused(sent.typed, "sheet_too_large", "is too large")),
    }
}

async fn receive(request: Request) -> Result<Sent, Problem> {
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|error| Problem::new(error.status(), "invalid_upload", error.body_text()))?;
    let mut sent = Sent::default();
    while let Some(field) = parts.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        let has_file = field.file_name().is_some_and(|name| !name.is_empty());
        let kept = keep(field).await.map_err(|error| broken(&error))?;
        match (name.as_str(), kept) {
            ("sheet", Some(bytes)) => sent.typed = String::from_utf8_lossy(&bytes).into_owned(),
            ("sheet", None) => {
                let detail = "What was typed is larger than this address takes.";
                return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail));
            }
            ("file", None) => sent.file = File::TooLarge,
            ("file", Some(bytes)) if has_file => sent.file = File::of(bytes),
            (_, _) => {}
        }
    }
    Ok(sent)
}

/// What a field holds; nothing where it is too large, of which the rest is received and let go.
async fn keep(mut field: Field<'_>) -> Result<Option<Vec<u8>>, MultipartError> {
    let mut kept = Some(Vec::new());
    while let Some(chunk) = field.chunk().await? {
        kept = kept.filter(|kept| kept.len() + chunk.len() <= MOST_KEPT);
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&chunk);
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_text_is_not_read_as_one() {
        assert!(matches!(File::of(b"MUG-1,1,9".to_vec()), File::Lines(lines) if lines == "MUG-1,1,9"));
        assert!(matches!(File::of(vec![b'M', 0xff]), File::NoText));
    }
}

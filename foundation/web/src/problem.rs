//! RFC 9457 problem documents: the one error type of every handler. On shop and admin pages the outermost layer shows it
//! as a page instead.

use std::{borrow::Cow, error::Error};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{FieldError, Forbidden, Invalid};
use serde::Serialize;

use crate::limits::Left;

/// What is wrong with one field of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemField {
    /// The field's path as the caller wrote it, such as `lines.0.quantity`.
    pub field: String,
    /// A stable code such as `required`.
    pub code: Cow<'static, str>,
    /// An English sentence without the field's name.
    pub message: String,
}

impl From<FieldError> for ProblemField {
    fn from(error: FieldError) -> Self {
        Self {
            field: error.field,
            code: Cow::Borrowed(error.code),
            message: error.message,
        }
    }
}

/// Why a request was not done. `?` turns bad input, missing permissions and database errors into one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} {}: {}", .0.status.as_u16(), .0.code, .0.detail)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: String,
    errors: Vec<ProblemField>,
    retry_after_secs: Option<u64>,
    rate_limit: Option<Left>,
    is_full_disk: bool,
    extensions: serde_json::Map<String, serde_json::Value>,
}

impl Problem {
    /// A problem with a stable code, such as `out_of_stock`, and a sentence about this case.
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            status,
            code: code.into(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after_secs: None,
            rate_limit: None,
            is_full_disk: false,
            extensions: serde_json::Map::new(),
        }))
    }

    /// 404: there is nothing at this address.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing at this address.")
    }

    /// 409: the request does not fit what the thing is now.
    pub fn conflict(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 422: the request was understood and cannot be done as it is.
    pub fn unprocessable(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// 422 for one field.
    pub fn field(field: impl Into<String>, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::invalid(vec![ProblemField {
            field: field.into(),
            code: code.into(),
            message: message.into(),
        }])
    }

    /// 401: nobody is signed in, or the key is wrong.
    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "This needs an API key or a session.",
        )
    }

    /// 412: somebody else changed it in the meantime.
    pub fn version_conflict() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "version_conflict",
            "It was changed in the meantime: read it again and repeat the change.",
        )
    }

    /// 500, or 503 when it is only that the database cannot be reached, whatever use case came to notice it. The error and
    /// what caused it go to the log, and nowhere else.
    pub fn internal(error: &(dyn Error + 'static)) -> Self {
        if database::is_unavailable(error) {
            tracing::warn!(error = %chain(error), "the database is not available");
            let detail = "The database cannot be reached at the moment.";
            let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail);
            problem.0.is_full_disk = database::is_full_disk(error);
            return problem.retry_after(2);
        }
        tracing::error!(error = %chain(error), "a request failed");
        Self::unexplained()
    }

    pub(crate) fn unexplained() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side. It has been logged under the request id.",
        )
    }

    pub(crate) fn invalid(errors: Vec<ProblemField>) -> Self {
        let mut problem = Self::unprocessable("invalid", "Some fields are not valid.");
        problem.0.errors = errors;
        problem
    }

    /// Adds what is wrong with a field.
    pub fn with_field(mut self, error: impl Into<ProblemField>) -> Self {
        self.0.errors.push(error.into());
        self
    }

    /// Tells when to try again.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after_secs = Some(seconds);
        self
    }

    /// Names the limit that was hit.
    pub(crate) fn rate_limit(mut self, left: Left) -> Self {
        self.0.rate_limit = Some(left);
        self
    }

    /// Adds a member of its own to the document, such as `shortages`.
    pub fn with<V: Serialize>(mut self, member: &str, value: &V) -> Self {
        match serde_json::to_value(value) {
            Ok(value) => {
                self.0.extensions.insert(member.to_owned(), value);
            }
            Err(error) => tracing::error!(%error, member, "a problem's member cannot be written as JSON"),
        }
        self
    }

    /// Whether it is that the disk of the database is full.
    pub(crate) fn is_full_disk(&self) -> bool {
        self.0.is_full_disk
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The sentence about this case.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// What is wrong with which field.
    pub fn errors(&self) -> &[ProblemField] {
        &self.0.errors
    }

    /// The document as JSON. `instance` is the path and request id it happened under.
    pub(crate) fn document(&self, instance: Option<&str>) -> serde_json::Value {
        let parts = &self.0;
        let mut document = serde_json::Map::new();
        document.insert("type".to_owned(), format!("/problems/{}", parts.code).into());
        document.insert("title".to_owned(), title(&parts.code).into());
        document.insert("status".to_owned(), parts.status.as_u16().into());
        document.insert("detail".to_owned(), parts.detail.as_str().into());
        if let Some(instance) = instance {
            document.insert("instance".to_owned(), instance.into());
        }
        document.insert("code".to_owned(), parts.code.as_ref().into());
        if !parts.errors.is_empty() {
            let errors = serde_json::to_value(&parts.errors).unwrap_or_default();
            document.insert("errors".to_owned(), errors);
        }
        document.extend(parts.extensions.clone());
        serde_json::Value::Object(document)
    }

    pub(crate) fn json_response(&self, instance: Option<&str>) -> Response {
        let mut response = (
            self.0.status,
            [
                (header::CONTENT_TYPE, "application/problem+json"),
                (header::CACHE_CONTROL, "no-store"),
            ],
            self.document(instance).to_string(),
        )
            .into_response();
        self.decorate(&mut response);
        response
    }

    /// Adds the headers a problem brings whatever its body looks like.
    pub(crate) fn decorate(&self, response: &mut Response) {
        if let Some(seconds) = self.0.retry_after_secs {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(left) = &self.0.rate_limit {
            left.write(response.headers_mut());
        }
        if self.0.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.json_response(None);
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self::invalid(invalid.0.into_iter().map(ProblemField::from).collect())
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::invalid(vec![error.into()])
    }
}

impl From<Forbidden> for Problem {
    fn from(forbidden: Forbidden) -> Self {
        let permission = forbidden.permission.as_str();
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            format!("This needs the permission {permission}."),
        )
        .with("permission", &permission)
    }
}

impl From<database::Error> for Problem {
    fn from(error: database::Error) -> Self {
        Self::internal(&error)
    }
}

/// An error and everything that caused it, on one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// `out_of_stock` as `Out of stock`, `malformed_json` as `Malformed JSON`.
fn title(code: &str) -> String {
    let mut title = String::with_capacity(code.len());
    for word in code.split('_') {
        match word {
            _ if ABBREVIATIONS.contains(&word) => title.extend(word.chars().map(|letter| letter.to_ascii_uppercase())),
            _ if title.is_empty() => {
                let mut letters = word.chars();
                title.extend(letters.next().into_iter().flat_map(char::to_uppercase).chain(letters));
            }
            _ => title.push_str(word),
        }
        title.push(' ');
    }
    title.truncate(title.trim_end().len());
    title
}

/// What is written in capitals.
const ABBREVIATIONS: [&str; 3] = ["json", "sku", "url"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_written_as_words() {
        let codes = ["not_found", "malformed_json", "sku_taken", "invalid", ""];
        assert_eq!(
            codes.map(title),
            ["Not found", "Malformed JSON", "SKU taken", "Invalid", ""]
        );
    }

    #[test]
    fn a_document_names_each_field() {
        let problem = Problem::from(FieldError::required("email").under("customer"));
        let document = problem.document(Some("/api/v1/carts#req_1"));
        let expected = serde_json::json!({
            "type": "/problems/invalid", "title": "Invalid", "status": 422, "detail": "Some fields are not valid.",
            "instance": "/api/v1/carts#req_1", "code": "invalid",
            "errors": [{"field": "customer.email", "code": "required", "message": "is required"}],
        });
        assert_eq!(document, expected);
    }

    #[test]
    fn a_database_error_shows_nothing_of_itself() {
        let problem = Problem::from(database::Error::corrupt("orders.status", "secret"));
        assert_eq!(problem.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!problem.document(None).to_string().contains("secret"));
    }

    #[test]
    fn an_error_is_logged_with_its_causes() {
        let cause = serde_json::from_str::<u8>("x").unwrap_err();
        assert_eq!(
            chain(&database::Error::Json(cause)),
            "a payload is not the JSON that was expected: expected value at line 1 column 1"
        );
    }
}

//! Bodies of HTML forms.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use serde::de::DeserializeOwned;

use super::{json::read_body, wrong, zero};
use crate::Problem;

/// A form of the kind `application/x-www-form-urlencoded`. A field may come several times and fill a `Vec` with
/// `#[serde(default)]`. What a browser's form cannot send by itself is answered with 422 or 415.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        parse(&read(request, state).await?).map(Self)
    }
}

/// The body of a form, which has the content type of one unless it is empty.
pub(crate) async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let is_form = content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    let body = read_body(request, state).await?;
    if !is_form && !body.is_empty() {
        let detail = "The body must be application/x-www-form-urlencoded.";
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            detail,
        ));
    }
    Ok(body)
}

/// A value from `name=value&…`.
pub(crate) fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, Problem> {
    zero::refuse_in_form(text)?;
    let deserializer = serde_html_form::Deserializer::new(url::form_urlencoded::parse(text));
    serde_path_to_error::deserialize(deserializer)
        .map_err(|error| wrong::problem(error.path(), &error.inner().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Wanted {
        quantity: i64,
        #[serde(default)]
        tag: Vec<String>,
    }

    #[test]
    fn repeated_fields_fill_a_list() {
        let wanted: Wanted = parse(b"quantity=2&tag=a+b&tag=c%26d").unwrap();
        assert_eq!(
            wanted,
            Wanted {
                quantity: 2,
                tag: vec!["a b".to_owned(), "c&d".to_owned()]
            }
        );
    }

    #[test]
    fn a_wrong_field_is_named() {
        let problem = parse::<Wanted>(b"quantity=two").unwrap_err();
        assert_eq!(problem.errors()[0].field, "quantity");
        let problem = parse::<Wanted>(b"tag=a").unwrap_err();
        assert_eq!(
            (problem.errors()[0].field.as_str(), problem.errors()[0].code.as_ref()),
            ("quantity", "required")
        );
    }
}

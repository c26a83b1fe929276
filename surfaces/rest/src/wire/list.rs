//! Lists: `{"items": […], "next_cursor": …, "total": …}`.

use axum::response::{IntoResponse, Response};
use kernel::{Cursor, FieldError, Page, PageRequest};
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{ArrayBuilder, Object, Ref, RefOr, Schema, Type, schema::SchemaType},
};

/// A page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct List<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
    total: i64,
}

impl<T> List<T> {
    /// A list that is always given whole.
    pub(crate) fn whole(items: Vec<T>) -> Self {
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Self {
            items,
            next_cursor: None,
            total,
        }
    }
}

impl<T> From<Page<T>> for List<T> {
    fn from(page: Page<T>) -> Self {
        Self {
            items: page.items,
            next_cursor: page.next_cursor.map(|cursor| cursor.as_str().to_owned()),
            total: page.total,
        }
    }
}

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        web::Json(self).into_response()
    }
}

/// The schema of a page of `T`.
pub(crate) fn list_schema<T: ToSchema>() -> RefOr<Schema> {
    let items = ArrayBuilder::new().items(RefOr::<Schema>::from(Ref::from_schema_name(T::name())));
    let cursor = Object::builder()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .description(Some("Hand it back as `cursor` for the next page; null on the last."));
    let total = Object::builder()
        .schema_type(Type::Integer)
        .minimum(Some(0))
        .description(Some("How many there are on all pages."));
    Object::builder()
        .schema_type(Type::Object)
        .property("items", items)
        .property("next_cursor", cursor)
        .property("total", total)
        .required("items")
        .required("next_cursor")
        .required("total")
        .build()
        .into()
}

/// `limit` and `cursor` of a query, checked.
pub(crate) struct Paging;

impl Paging {
    /// The wanted page; a limit outside 1 to 100 names its field.
    pub(crate) fn request(limit: Option<i64>, cursor: Option<String>) -> Result<PageRequest, FieldError> {
        let limit = u16::try_from(limit.unwrap_or(24))
            .ok()
            .filter(|limit| (1..=PageRequest::MAX).contains(limit));
        let limit = limit.ok_or_else(|| {
            FieldError::new(
                "limit",
                "out_of_range",
                format!("must be between 1 and {}", PageRequest::MAX),
            )
        })?;
        Ok(PageRequest::first(limit).after(cursor.map(Cursor::from_text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_has_bounds() {
        assert_eq!(Paging::request(None, None).unwrap().limit(), 24);
        assert_eq!(Paging::request(Some(100), None).unwrap().limit(), 100);
        for limit in [0, 101, -1, i64::MAX] {
            assert_eq!(Paging::request(Some(limit), None).unwrap_err().field, "limit");
        }
    }
}

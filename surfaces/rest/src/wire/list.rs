//! Lists: `{"items": […], "next_cursor": …, "total": …}`.

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};
use kernel::{Cursor, FieldError, Page, PageRequest};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::{
    IntoParams, ToSchema,
    openapi::{ArrayBuilder, Object, Ref, RefOr, Schema, Type, schema::SchemaType},
};
use web::{Problem, Query};

use super::present;

/// The wanted page of a list of the back office that nothing narrows or orders.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageQuery {
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "present")]
    pub(crate) limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
}

/// The same of a list of the store side.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShopPageQuery {
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "present")]
    pub(crate) limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
    /// The language of texts: `en` or `id`.
    #[param(pattern = "^([Ee][Nn]|[Ii][Dd])([-_].*)?$")]
    #[serde(rename = "lang")]
    #[expect(dead_code, reason = "read by web for every request")]
    lang: Option<String>,
}

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

/// How many letters of a cursor say which list it is of.
const MARK_LENGTH: usize = 8;

/// What a query says of a page rather than of its list.
const OF_THE_PAGE: [&str; 3] = ["limit", "cursor", "facets"];

/// The pages of the list that a request asks for: its address with what narrows and orders it. A cursor begins with a mark of
/// that, because the same place in another list is no place at all.
pub(crate) struct Paging {
    mark: String,
}

impl Paging {
    fn of(path: &str, mut query: Vec<(String, String)>) -> Self {
        query.retain(|(name, value)| !OF_THE_PAGE.contains(&name.as_str()) && !value.is_empty());
        query.sort_unstable();
        let mut hasher = Sha256::new();
        for part in std::iter::once(path).chain(query.iter().flat_map(|(name, value)| [name.as_str(), value])) {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut mark = data_encoding::BASE64URL_NOPAD.encode(&hasher.finalize());
        mark.truncate(MARK_LENGTH);
        Self { mark }
    }

    /// The wanted page; a limit outside 1 to 100 and a cursor of another list name their fields.
    pub(crate) fn request(&self, limit: Option<i64>, cursor: Option<String>) -> Result<PageRequest, FieldError> {
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
        let cursor = cursor.map(|cursor| self.own(&cursor)).transpose()?;
        Ok(PageRequest::first(limit).after(cursor))
    }

    /// The cursor without its mark.
    fn own(&self, cursor: &str) -> Result<Cursor, FieldError> {
        let place = cursor.strip_prefix(&self.mark).ok_or_else(|| {
            let message =
                "is not one that this list gave out with these filters and this order; begin at its first page";
            FieldError::new("cursor", "invalid_cursor", message)
        })?;
        Ok(Cursor::from_text(place))
    }

    /// The text by which the next page of this list is asked for.
    pub(crate) fn cursor(&self, place: &Cursor) -> String {
        format!("{}{}", self.mark, place.as_str())
    }

    /// A page of this list as it goes out.
    pub(crate) fn list<T>(&self, page: Page<T>) -> List<T> {
        List {
            next_cursor: page.next_cursor.map(|place| self.cursor(&place)),
            items: page.items,
            total: page.total,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(query) = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await?;
        Ok(Self::of(parts.uri.path(), query))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(path: &str, query: &[(&str, &str)]) -> Paging {
        let query = query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Paging::of(path, query.collect())
    }

    #[test]
    fn a_limit_has_bounds() {
        let paging = paging("/products", &[]);
        assert_eq!(paging.request(None, None).unwrap().limit(), 24);
        assert_eq!(paging.request(Some(100), None).unwrap().limit(), 100);
        for limit in [0, 101, -1, i64::MAX] {
            assert_eq!(paging.request(Some(limit), None).unwrap_err().field, "limit");
        }
    }

    #[test]
    fn a_cursor_leads_on_in_its_own_list_only() {
        let place = Cursor::encode(&3);
        let list = paging("/products", &[("sort", "title"), ("q", "linen"), ("limit", "5")]);
        let cursor = list.cursor(&place);
        let same = paging(
            "/products",
            &[("q", "linen"), ("cursor", &cursor), ("sort", "title"), ("category", "")],
        );
        let request = same.request(None, Some(cursor.clone())).unwrap();
        assert_eq!(request.cursor, Some(place));
        for other in [
            paging("/admin/products", &[("sort", "title"), ("q", "linen")]),
            paging("/products", &[("sort", "newest"), ("q", "linen")]),
            paging("/products", &[("sort", "title")]),
        ] {
            let refused = other.request(None, Some(cursor.clone())).unwrap_err();
            assert_eq!((refused.field.as_str(), refused.code), ("cursor", "invalid_cursor"));
        }
    }
}

//! `GET /collections`: the collections, a page at a time.

use axum::response::IntoResponse as _;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Query, Visitor};

use super::list_problem;
use crate::{
    endpoint::Endpoint,
    wire::{Paging, ShopPageQuery, ids},
};

/// Products that belong together.
#[derive(Serialize, ToSchema)]
struct Collection {
    #[schema(value_type = ids::CollectionId)]
    id: kernel::CollectionId,
    slug: String,
    title: String,
    /// What its page says above the list, as harmless HTML.
    description_html: String,
    /// Its picture, or empty.
    image_url: String,
    /// What the picture shows, for those who do not see it.
    image_alt: String,
}

impl From<catalog::Collection> for Collection {
    fn from(collection: catalog::Collection) -> Self {
        Self {
            id: collection.id,
            slug: collection.slug.into_string(),
            title: collection.title,
            description_html: collection.description_html,
            image_url: collection.image_url,
            image_alt: collection.image_alt,
        }
    }
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::get("list_collections", "/collections", handler)
        .says(
            "Products",
            "List collections",
            "Collections, by title; `GET /products?collection=` lists what is in one.",
        )
        .query::<ShopPageQuery>()
        .lists::<Collection>("A page of collections.")
}

async fn handler(visitor: Visitor, paging: Paging, Query(query): Query<ShopPageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let collections = catalog::page_collections(&mut visitor.work.read(), &page)
        .await
        .map_err(list_problem)?;
    Ok(paging.list(collections.map(Collection::from)).into_response())
}

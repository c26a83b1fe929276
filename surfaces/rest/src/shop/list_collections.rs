//! `GET /collections`: every collection.

use axum::response::IntoResponse as _;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Visitor};

use crate::{
    endpoint::Endpoint,
    wire::{List, ids},
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
            "Every collection, by title; `GET /products?collection=` lists what is in one.",
        )
        .lists::<Collection>("Every collection.")
}

async fn handler(visitor: Visitor) -> Answer {
    let mut ctx = visitor.work.read();
    let collections = catalog::list_collections(&mut ctx).await?;
    Ok(List::whole(collections.into_iter().map(Collection::from).collect()).into_response())
}

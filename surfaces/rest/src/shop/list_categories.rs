//! `GET /categories`: the whole tree.

use axum::response::IntoResponse as _;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Visitor};

use crate::{
    endpoint::Endpoint,
    wire::{List, ids},
};

/// A node of the category tree.
#[derive(Serialize, ToSchema)]
struct Category {
    #[schema(value_type = ids::CategoryId)]
    id: kernel::CategoryId,
    /// The category it lies in; null at the top.
    #[schema(value_type = Option<ids::CategoryId>)]
    parent_id: Option<kernel::CategoryId>,
    slug: String,
    name: String,
    /// What its page says above the list, as harmless HTML.
    description_html: String,
    /// Its picture, or empty.
    image_url: String,
    /// What the picture shows, for those who do not see it.
    image_alt: String,
    /// How many categories it lies in: 0 at the top.
    depth: usize,
}

impl From<(catalog::CategoryNode, String)> for Category {
    fn from((category, description_html): (catalog::CategoryNode, String)) -> Self {
        Self {
            id: category.id,
            parent_id: category.parent_id,
            slug: category.slug.into_string(),
            name: category.name,
            description_html,
            image_url: category.image_url,
            image_alt: category.image_alt,
            depth: category.depth,
        }
    }
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::get("list_categories", "/categories", handler)
        .says(
            "Products",
            "List categories",
            "The category tree: each category straight before those that lie in it.",
        )
        .lists::<Category>("Every category.")
}

async fn handler(visitor: Visitor) -> Answer {
    let mut ctx = visitor.work.read();
    let categories = catalog::list_described_categories(&mut ctx).await?;
    Ok(List::whole(categories.into_iter().map(Category::from).collect()).into_response())
}

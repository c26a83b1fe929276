//! `GET /categories`: the tree, a page at a time.

use axum::response::IntoResponse as _;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Query, Visitor};

use super::list_problem;
use crate::{
    endpoint::Endpoint,
    wire::{Paging, ShopPageQuery, ids},
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

impl From<catalog::Category> for Category {
    fn from(category: catalog::Category) -> Self {
        Self {
            id: category.id,
            parent_id: category.parent_id,
            slug: category.slug.into_string(),
            name: category.name,
            description_html: category.description_html,
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
        .query::<ShopPageQuery>()
        .lists::<Category>("A page of categories.")
}

async fn handler(visitor: Visitor, paging: Paging, Query(query): Query<ShopPageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let categories = catalog::page_shown_categories(&mut visitor.work.read(), &page)
        .await
        .map_err(list_problem)?;
    Ok(paging.list(categories.map(Category::from)).into_response())
}

//! The products of a collection that are chosen by hand: adding, taking out, and their order.

use axum::response::{IntoResponse as _, Redirect};
use catalog::{AssignCollectionError, Member, ProductFilter, Sort, Visibility};
use kernel::{CollectionId, FieldError, Invalid, PageRequest, ProductId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Query, Staff, can};

use super::pages::load;
use crate::{
    lists::{self, Rows},
    products::list::{ProductRow, problem},
};

/// How many products a search shows.
const FOUND: u16 = 10;

/// What the page can be asked for.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct MembersQuery {
    /// Words to find products to add.
    q: String,
    cursor: String,
}

#[derive(Serialize)]
struct MembersView {
    id: String,
    title: String,
    ruled: bool,
    products: Rows<ProductRow>,
    found: Vec<ProductRow>,
    query: MembersQuery,
}

/// What is done with a product.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MemberForm {
    product: String,
    /// `add`, `remove`, `up` or `down`.
    to: String,
    /// The words of the search, to come back to it.
    q: String,
}

pub(crate) async fn show(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<CollectionId>,
    Query(query): Query<MembersQuery>,
) -> Answer {
    let collection = load(&staff, id).await?;
    let filter = ProductFilter {
        collection: Some(collection.slug),
        sort: Sort::Relevance,
        visibility: Visibility::Every,
        ..ProductFilter::default()
    };
    let words = Some(query.q.trim().to_owned()).filter(|words| !words.is_empty());
    let mut ctx = staff.work.read();
    let page = catalog::list_products(&mut ctx, &filter, &lists::request(&query.cursor))
        .await
        .map_err(problem)?;
    let found = match words {
        Some(words) => {
            let filter = ProductFilter {
                q: Some(words),
                sort: Sort::Relevance,
                visibility: Visibility::Every,
                ..ProductFilter::default()
            };
            let found = catalog::list_products(&mut ctx, &filter, &PageRequest::first(FOUND)).await;
            found.map_err(problem)?.items
        }
        None => Vec::new(),
    };
    ctx.rollback().await;
    let view = MembersView {
        id: id.to_string(),
        title: collection.title,
        ruled: collection.rules.is_some(),
        products: Rows::new(page, &query.cursor, ProductRow::from),
        found: found.into_iter().map(ProductRow::from).collect(),
        query,
    };
    staff.page("admin/collections/products.html", &view)
}

pub(crate) async fn change(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<CollectionId>,
    Form(form): Form<MemberForm>,
) -> Answer {
    let product: ProductId = form.product.parse().map_err(|error: kernel::InvalidId| {
        Invalid::from(FieldError::new("product", "invalid_id", error.to_string()))
    })?;
    let member = match form.to.as_str() {
        "add" => Member::Add(product),
        "remove" => Member::Remove(product),
        "up" => Member::Up(product),
        "down" => Member::Down(product),
        _ => return Err(Invalid::from(FieldError::new("to", "unknown", "is none of add, remove, up and down")).into()),
    };
    let mut ctx = staff.work.write();
    let arranged = catalog::arrange_collection(&mut ctx, id, member).await;
    arranged.map_err(|error| match error {
        AssignCollectionError::Forbidden(error) => error.into(),
        AssignCollectionError::NotFound | AssignCollectionError::NoSuchProduct => Problem::not_found(),
        AssignCollectionError::Ruled => Problem::conflict("ruled", "The collection's rules choose its products."),
        AssignCollectionError::TooMany => Problem::conflict("too_many", "The collection is full."),
        AssignCollectionError::Internal(error) => error.into(),
    })?;
    ctx.commit().await?;
    let query: String = url::form_urlencoded::byte_serialize(form.q.as_bytes()).collect();
    Ok(Redirect::to(&format!("/admin/collections/{id}/products?q={query}")).into_response())
}

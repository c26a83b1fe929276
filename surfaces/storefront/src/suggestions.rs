//! What is shown below the search field while somebody types. The field works without it.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use web::{Problem, Query, Visitor};

use crate::{
    Shop,
    views::{self, ProductCard},
};

/// How many characters are looked at.
const MOST_CHARS: usize = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    q: String,
}

#[derive(Default, Serialize)]
struct SuggestionsView {
    words: Vec<String>,
    categories: Vec<CategoryLink>,
    products: Vec<ProductCard>,
}

#[derive(Serialize)]
struct CategoryLink {
    name: String,
    slug: String,
}

pub(crate) async fn handler(
    State(shop): State<Shop>,
    visitor: Visitor,
    Query(typed): Query<Typed>,
) -> Result<Response, Problem> {
    let typed: String = typed.q.chars().take(MOST_CHARS).collect();
    let mut view = SuggestionsView::default();
    if let Some(engine) = &shop.search {
        let mut ctx = visitor.work.read();
        let guesses = search::suggest(&mut ctx, engine, &typed).await?;
        let buyer = cart::buyer(&mut ctx).await?;
        view.products = views::cards(&mut ctx, &buyer, guesses.products).await?;
        ctx.rollback().await;
        view.words = guesses.words;
        let categories = guesses.categories.into_iter().map(|category| CategoryLink {
            name: category.name,
            slug: category.slug.into_string(),
        });
        view.categories = categories.collect();
    }
    let page = visitor.page("storefront/parts/suggestions.html", &view)?;
    // What a member pays is not for whoever uses the browser next.
    let kept = if visitor.customer().is_some() {
        "no-store"
    } else {
        "private, max-age=60"
    };
    Ok(([(header::CACHE_CONTROL, kept)], page).into_response())
}

//! The reviews on a product's page.

use catalog::{Product, Rating};
use database::Ctx;
use kernel::{Cursor, PageRequest};
use reviews::{ListError, PublishedFilter, Review, Sort, WhoWrites};
use serde::{Deserialize, Serialize};
use web::Problem;

use super::{RatingView, ReviewView};

/// How many reviews a page shows.
const PAGE_SIZE: u16 = 8;
/// How many of them machines are told of.
const TOLD: usize = 3;

/// Which reviews of the product are looked at; what cannot be read is as if it were not there.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReviewsQuery {
    stars: String,
    reviews: String,
    after: String,
}

/// The reviews, and what they are narrowed and ordered by.
#[derive(Serialize)]
pub(crate) struct ReviewsView {
    rating: RatingView,
    /// The most stars first.
    bars: Vec<Bar>,
    items: Vec<ReviewView>,
    sorts: Vec<SortView>,
    /// Only those with so many stars.
    stars: Option<i32>,
    sort: &'static str,
    later: bool,
    next: Option<String>,
    can_write: bool,
}

#[derive(Serialize)]
struct Bar {
    stars: i32,
    count: i64,
    current: bool,
}

#[derive(Serialize)]
struct SortView {
    name: &'static str,
    current: bool,
}

/// What was read of a product's reviews, in one statement.
pub(crate) struct Reviews {
    pub(crate) view: ReviewsView,
    /// The first of them, for machines.
    pub(crate) told: Vec<Review>,
}

pub(crate) async fn load(ctx: &mut Ctx, product: &Product, query: &ReviewsQuery) -> Result<Reviews, Problem> {
    let filter = PublishedFilter {
        stars: query.stars.parse().ok().filter(|stars| (1..=5).contains(stars)),
        sort: Sort::parse(&query.reviews).unwrap_or(Sort::Newest),
    };
    let cursor = Some(query.after.as_str()).filter(|text| !text.is_empty());
    let page = PageRequest::first(PAGE_SIZE).after(cursor.map(Cursor::from_text));
    let listed = reviews::list_published(ctx, (product.id, &product.rating), &filter, &page)
        .await
        .map_err(problem)?;
    let told = listed.page.items.iter().take(TOLD).cloned().collect();
    let sort = |sort: &Sort| SortView {
        name: sort.as_str(),
        current: *sort == filter.sort,
    };
    let view = ReviewsView {
        bars: bars(&product.rating, filter.stars),
        rating: product.rating.into(),
        items: listed.page.items.into_iter().map(ReviewView::from).collect(),
        sorts: Sort::ALL.iter().map(sort).collect(),
        stars: filter.stars,
        sort: filter.sort.as_str(),
        later: cursor.is_some(),
        next: listed.page.next_cursor.map(|cursor| cursor.as_str().to_owned()),
        can_write: listed.who_writes != WhoWrites::Nobody,
    };
    Ok(Reviews { view, told })
}

fn bars(rating: &Rating, chosen: Option<i32>) -> Vec<Bar> {
    let bars = (1..).zip(rating.counts()).map(|(stars, count)| Bar {
        stars,
        count,
        current: chosen == Some(stars),
    });
    let mut bars: Vec<Bar> = bars.collect();
    bars.reverse();
    bars
}

/// What a list's error is to a shopper.
pub(crate) fn problem(error: ListError) -> Problem {
    match error {
        ListError::Forbidden(error) => error.into(),
        ListError::Cursor(error) => kernel::Invalid::from(error).into(),
        ListError::Internal(error) => error.into(),
    }
}

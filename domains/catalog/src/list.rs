//! Lists of products: filtered, searched, sorted and cut into pages.

use database::Ctx;
use kernel::{Page, PageRequest, ProductId, Time};
use serde::{Deserialize, Serialize};

use crate::{
    ProductFilter, ProductSummary, Sort, Visibility, needs,
    store::{
        self,
        lists::{Listing, Window},
        summary::Rank,
    },
    words::Words,
};

/// Why a list cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The actor may not see products that are not published.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// The cursor is not one of this list.
    #[error(transparent)]
    Invalid(#[from] kernel::FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// The value of the sort key of the last row of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SortKey {
    Time(Time),
    Price(Option<i64>),
    Title(String),
    Relevance(i64),
    Sold(i64),
    Rated(i64),
}

/// As many products are quickly put in order. Of more, an index gives the first ones sooner.
const FEW: i64 = 2_000;

/// A page of products with their total, in two statements.
pub async fn list_products(
    ctx: &mut Ctx,
    filter: &ProductFilter,
    page: &PageRequest,
) -> Result<Page<ProductSummary>, ListError> {
    list(ctx, filter, page, None).await
}

/// The same of which somebody else has counted the total, in one statement. The total may be that of a moment ago.
pub async fn list_counted_products(
    ctx: &mut Ctx,
    filter: &ProductFilter,
    page: &PageRequest,
    total: i64,
) -> Result<Page<ProductSummary>, ListError> {
    list(ctx, filter, page, Some(total)).await
}

async fn list(
    ctx: &mut Ctx,
    filter: &ProductFilter,
    page: &PageRequest,
    counted: Option<i64>,
) -> Result<Page<ProductSummary>, ListError> {
    let listing = listing(ctx, filter)?;
    let sort = effective_sort(&listing);
    let after = page
        .cursor
        .as_ref()
        .map(|cursor| cursor.decode::<(SortKey, ProductId)>())
        .transpose()?;
    if let Some((key, _)) = &after
        && !fits(key, sort)
    {
        return Err(kernel::FieldError::new("cursor", "invalid_cursor", "is of a list in another order").into());
    }
    note_list(ctx, filter).await?;
    let total = match counted {
        Some(total) => total,
        None => store::lists::count(ctx, &listing).await?,
    };
    let window = Window {
        sort,
        after,
        limit: page.limit_plus_one(),
        is_filtered_first: sort == Sort::Relevance || total <= FEW,
    };
    let rows = if total == 0 && counted.is_none() {
        Vec::new()
    } else {
        store::lists::list(ctx, &listing, &window).await?
    };
    let seen = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let is_whole = window.after.is_none() && seen < window.limit;
    let total = if is_whole { seen } else { total.max(seen) };
    let rows = rows
        .into_iter()
        .map(store::summary::SummaryRow::into_ranked)
        .collect::<Result<Vec<_>, _>>()?;
    let key = |(row, rank): &(ProductSummary, Rank)| (sort_key(row, *rank, sort, filter.visibility), row.id);
    Ok(Page::from_rows(rows, page, total, key).map(|(row, _)| row))
}

/// How many products a list has, in one statement.
pub async fn count_products(ctx: &mut Ctx, filter: &ProductFilter) -> Result<i64, ListError> {
    let listing = listing(ctx, filter)?;
    note_list(ctx, filter).await?;
    Ok(store::lists::count(ctx, &listing).await?)
}

/// The published products of these ids, in the order of the ids, in one statement.
pub async fn list_products_by_id(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Vec<ProductSummary>, database::Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    if ctx.is_noted() {
        let turn = needs::next_turn(ctx).await?;
        ctx.note(&needs::products(ctx, ids).until(turn));
    }
    let rows = store::lists::list_by_ids(ctx, ids).await?;
    rows.into_iter()
        .map(|row| row.into_ranked().map(|(summary, _)| summary))
        .collect()
}

/// A list that shoppers see is another when any product changes, or by itself.
pub(crate) async fn note_list(ctx: &mut Ctx, filter: &ProductFilter) -> Result<(), database::Error> {
    if ctx.is_noted() && filter.visibility == Visibility::Published {
        let turn = needs::next_turn(ctx).await?;
        ctx.note(&needs::every_product(ctx).until(turn));
        ctx.note(&needs::shelves(ctx));
    }
    Ok(())
}

pub(crate) fn listing<'a>(ctx: &Ctx, filter: &'a ProductFilter) -> Result<Listing<'a>, kernel::Forbidden> {
    if filter.visibility != Visibility::Published {
        ctx.require(kernel::Permission::ReadCatalog)?;
    }
    let words = filter.q.as_deref().and_then(Words::read);
    Ok(Listing {
        store_id: ctx.store_id(),
        now: ctx.now(),
        filter,
        words,
    })
}

/// Nothing is relevant to no words; a collection without words is in the merchant's order.
fn effective_sort(listing: &Listing<'_>) -> Sort {
    match listing.filter.sort {
        Sort::Relevance if listing.words.is_none() && listing.filter.collection.is_none() => Sort::Newest,
        sort => sort,
    }
}

fn fits(key: &SortKey, sort: Sort) -> bool {
    match sort {
        Sort::Newest => matches!(key, SortKey::Time(_)),
        Sort::PriceAsc | Sort::PriceDesc => matches!(key, SortKey::Price(_)),
        Sort::Title => matches!(key, SortKey::Title(_)),
        Sort::Relevance => matches!(key, SortKey::Relevance(_)),
        Sort::BestSelling => matches!(key, SortKey::Sold(_)),
        Sort::Rating => matches!(key, SortKey::Rated(_)),
    }
}

pub(crate) fn sort_key(row: &ProductSummary, rank: Rank, sort: Sort, visibility: Visibility) -> SortKey {
    match sort {
        Sort::Newest => SortKey::Time(match visibility {
            Visibility::Published => row.published_at.unwrap_or(row.updated_at),
            Visibility::Every | Visibility::Only(_) => row.updated_at,
        }),
        Sort::PriceAsc | Sort::PriceDesc => SortKey::Price(match visibility {
            Visibility::Published => rank.pay_min,
            Visibility::Every | Visibility::Only(_) => row.price_min.map(kernel::Money::minor),
        }),
        Sort::Title => SortKey::Title(row.title.clone()),
        Sort::Relevance => SortKey::Relevance(rank.relevance),
        Sort::BestSelling => SortKey::Sold(row.sold),
        Sort::Rating => SortKey::Rated(row.rating.score()),
    }
}

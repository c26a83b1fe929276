//! A list of products for shoppers: what a search finds by the engine, everything else by the catalogue. How many products there
//! are and what a list can be narrowed by is counted by the engine for both, which takes milliseconds where the catalogue would
//! read every product.

use std::sync::Arc;

use catalog::{CategoryNode, Facets, ListError, ProductFilter, ProductSummary, Sort, Visibility};
use chrono::TimeDelta;
use database::{
    Ctx,
    cache::{Needs, Tag},
};
use kernel::{Cursor, FieldError, Money, Page, PageRequest, ProductId, StoreId};

use crate::{Engine, EngineError, FacetCounts, Found, IndexKey, Order, ProductQuery, sync_flow::blocking};

/// A page of a list.
#[derive(Debug)]
pub struct Listed {
    /// The products.
    pub page: Page<ProductSummary>,
    /// What the list can be narrowed by, when it was asked for.
    pub facets: Option<Facets>,
    /// The words that were looked for instead, when the shop does not know those of the search.
    pub corrected: Option<String>,
}

/// How far into what was found a page may begin; for the engine keeps all that comes before a page while it looks for it.
const FURTHEST: usize = 1_000_000;

/// An index that a command has mended beside this process answers in time, although nobody tells of it.
const MENDED_WITHIN: TimeDelta = TimeDelta::minutes(1);

/// What is dropped from the process's cache when its index of the store has changed: each process has its own.
pub fn index_tag(store_id: StoreId) -> Tag {
    Tag::new(store_id, "search.index", None)
}

/// What the engine says is something else when this process's index is, or a minute has passed.
pub(crate) fn note_index(ctx: &Ctx) {
    let soon = ctx.now() + MENDED_WITHIN;
    ctx.note(&Needs::default().tag(index_tag(ctx.store_id())).until(Some(soon)));
}

/// Lists products. A search, and a list that is narrowed by choices, asks the engine as soon as it has an index of the store;
/// until then, and for other lists, the catalogue answers. Numbers that the engine counted follow a change a moment after the list itself.
pub async fn list_products(
    ctx: &mut Ctx,
    engine: Option<&Arc<dyn Engine>>,
    filter: &ProductFilter,
    page: &PageRequest,
    with_facets: bool,
) -> Result<Listed, ListError> {
    if let Some(engine) = engine
        && (with_facets || is_found(filter))
    {
        let mut categories = Vec::new();
        if filter.category.is_some() {
            categories = catalog::list_categories(ctx).await?;
        }
        let query = narrowed(ctx, filter, &categories);
        let query = query.map(|query| cut(query, page)).transpose()?;
        if let Some(query) = query
            && let Some(found) = ask(ctx, engine, query.clone()).await
        {
            if with_facets && categories.is_empty() {
                categories = catalog::list_categories(ctx).await?;
            }
            let facets = with_facets.then(|| facets_of(ctx, &found.facets, categories));
            return match is_found(filter) {
                true => listed(ctx, found, &query, facets).await,
                false => Ok(Listed {
                    page: catalog::list_counted_products(ctx, filter, page, total_of(&found)).await?,
                    facets,
                    corrected: None,
                }),
            };
        }
    }
    Ok(Listed {
        page: catalog::list_products(ctx, filter, page).await?,
        facets: match with_facets {
            true => Some(catalog::facets(ctx, filter).await?),
            false => None,
        },
        corrected: None,
    })
}

/// Whether the engine finds the products too: the catalogue would have to look at the choices of each.
fn is_found(filter: &ProductFilter) -> bool {
    let has_choices = filter.choices.iter().any(|code| code.contains('.'));
    has_choices || filter.q.as_deref().is_some_and(|words| !words.trim().is_empty())
}

/// The page that is asked for, of what the engine finds; of a list that the catalogue cuts into pages, nothing.
fn cut(query: ProductQuery, page: &PageRequest) -> Result<ProductQuery, ListError> {
    if query.words.is_empty() && query.choices.is_empty() {
        return Ok(query);
    }
    let offset = match &page.cursor {
        Some(cursor) => cursor.decode::<Place>()?.0,
        None => 0,
    };
    if offset > FURTHEST {
        let error = FieldError::new("cursor", "invalid_cursor", "is not a cursor that this list gave out");
        return Err(error.into());
    }
    Ok(ProductQuery {
        offset,
        limit: usize::from(page.limit()),
        ..query
    })
}

/// What the engine is asked, without a page of it, if it can be asked for that.
fn narrowed(ctx: &Ctx, filter: &ProductFilter, categories: &[CategoryNode]) -> Option<ProductQuery> {
    let (Visibility::Published, None, None) = (filter.visibility, &filter.collection, filter.featured) else {
        return None;
    };
    // What is sold out is not looked for; the catalogue can list it.
    if filter.in_stock == Some(false) {
        return None;
    }
    let category = match &filter.category {
        Some(slug) => Some(categories.iter().find(|category| category.slug == *slug)?.id),
        None => None,
    };
    Some(ProductQuery {
        words: filter.q.as_deref().unwrap_or_default().trim().to_owned(),
        category,
        brand: filter.brand.clone(),
        price_min: filter.price_min.map(Money::minor),
        price_max: filter.price_max.map(Money::minor),
        in_stock: filter.in_stock.unwrap_or_default(),
        stars_min: filter.rating_min.map(|stars| 10 * u64::from(stars)),
        choices: catalog::choices_by_name(filter.choices.iter().map(String::as_str)),
        now: ctx.now(),
        order: order_of(filter.sort),
        offset: 0,
        limit: 0,
    })
}

/// How many products come before a page of found ones.
#[derive(serde::Serialize, serde::Deserialize)]
struct Place(usize);

/// What the engine finds; `None` when it has no index yet, or cannot.
async fn ask(ctx: &Ctx, engine: &Arc<dyn Engine>, query: ProductQuery) -> Option<Found> {
    let store = ctx.store();
    let index = IndexKey {
        store_id: store.id,
        locale: store.locale,
    };
    note_index(ctx);
    let asked = Arc::clone(engine);
    match blocking(move || asked.search(index, &query)).await {
        Ok(found) => found,
        Err(error) => {
            let EngineError(cause) = &error;
            tracing::warn!(%cause, store = store.slug, "a search was answered by the catalogue: the engine failed");
            None
        }
    }
}

async fn listed(
    ctx: &mut Ctx,
    found: Found,
    query: &ProductQuery,
    facets: Option<Facets>,
) -> Result<Listed, ListError> {
    let ids: &[ProductId] = &found.products;
    let items = catalog::list_products_by_id(ctx, ids).await?;
    let next = query.offset.saturating_add(ids.len());
    Ok(Listed {
        page: Page {
            items,
            next_cursor: (!ids.is_empty() && next < found.total.min(FURTHEST)).then(|| Cursor::encode(&Place(next))),
            total: total_of(&found),
        },
        facets,
        corrected: found.corrected,
    })
}

fn total_of(found: &Found) -> i64 {
    i64::try_from(found.total).unwrap_or(i64::MAX)
}

fn facets_of(ctx: &Ctx, counts: &FacetCounts, categories: Vec<CategoryNode>) -> Facets {
    let currency = ctx.currency();
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let money = |minor| Money::new(minor, currency);
    let counted = |category: CategoryNode| {
        let (_, count) = counts.categories.iter().find(|(id, _)| *id == category.id)?;
        Some((category, number(*count)))
    };
    Facets {
        categories: categories.into_iter().filter_map(counted).collect(),
        brands: counts
            .brands
            .iter()
            .map(|(brand, count)| (brand.clone(), number(*count)))
            .collect(),
        price: counts.price.map(|(lowest, highest)| (money(lowest), money(highest))),
        in_stock: number(counts.in_stock),
        ratings: [4, 3, 2, 1]
            .into_iter()
            .zip(counts.ratings.map(number))
            .filter(|(_, count)| *count > 0)
            .collect(),
        choices: catalog::choice_facets(
            counts
                .choices
                .iter()
                .map(|(choice, count)| (choice.clone(), number(*count))),
        ),
    }
}

fn order_of(sort: Sort) -> Order {
    match sort {
        Sort::Relevance => Order::Relevance,
        Sort::Newest => Order::Newest,
        Sort::PriceAsc => Order::PriceAsc,
        Sort::PriceDesc => Order::PriceDesc,
        Sort::Title => Order::Title,
        Sort::BestSelling => Order::BestSelling,
        Sort::Rating => Order::Rating,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_no_further_than_any_list_goes() {
        let begin = |offset| {
            let page = PageRequest::first(3).after(Some(Cursor::encode(&Place(offset))));
            let query = ProductQuery {
                words: "lamp".to_owned(),
                ..ProductQuery::default()
            };
            cut(query, &page).map(|query| query.offset)
        };
        assert_eq!(begin(FURTHEST).unwrap(), FURTHEST);
        for offset in [FURTHEST + 1, usize::MAX / 4, usize::MAX] {
            let refused = begin(offset);
            assert!(
                matches!(&refused, Err(ListError::Invalid(error)) if error.code == "invalid_cursor"),
                "{refused:?}"
            );
        }
    }
}

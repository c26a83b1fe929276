//! Lists of products, whose SQL is put together from the filters that are set: an index serves a list only when the
//! conditions it needs stand in the statement.

use database::{Ctx, Error};
use kernel::{Money, ProductId, StoreId, Time};
use sqlx::{Postgres, QueryBuilder};

use super::{offers::push_offer, summary::SummaryRow};
use crate::{ProductFilter, Sort, Visibility, choice::choices_by_name, list::SortKey, words::Words};

/// The parts of a list query that do not depend on the page.
pub(crate) struct Listing<'a> {
    pub(crate) store_id: StoreId,
    pub(crate) now: Time,
    pub(crate) filter: &'a ProductFilter,
    pub(crate) words: Option<Words>,
}

/// One page's worth of rows: the order, the row to start after and how many.
pub(crate) struct Window {
    pub(crate) sort: Sort,
    pub(crate) after: Option<(SortKey, ProductId)>,
    pub(crate) limit: i64,
    /// Whether the filter is applied to all products before they are put in order: right when few fit, or when the order
    /// has to be worked out for each.
    pub(crate) is_filtered_first: bool,
}

pub(crate) type Sql = QueryBuilder<Postgres>;

/// The columns of `SummaryRow`, of a product `p` and what its active variants cost.
const SUMMARY: &str = "SELECT p.id, p.slug, p.title, p.short_description, p.brand, p.kind, p.status, p.published_at, p.updated_at, \
       p.featured, p.image_url, p.in_stock, p.ratings, p.sold, p.currency, p.price_min, p.price_max, p.pay_min, p.relevance, \
       offer.price, offer.price_upto, offer.was, offer.measure, offer.measure_base, offer.variant_count, offer.only_variant ";

pub(crate) async fn list(ctx: &mut Ctx, listing: &Listing<'_>, window: &Window) -> Result<Vec<SummaryRow>, Error> {
    let mut sql = Sql::new(SUMMARY);
    sql.push("FROM (");
    match window.sort {
        Sort::PriceAsc | Sort::PriceDesc => push_by_price(&mut sql, listing, window),
        _ => push_rows(&mut sql, listing, window, Nulls::Anywhere),
    }
    sql.push(") p ");
    push_offer(&mut sql, listing.now);
    sql.push(order_by(listing, window.sort));
    sql.push(" LIMIT ").push_bind(window.limit);
    Ok(sql.build_query_as().fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn list_by_ids(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Vec<SummaryRow>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let mut sql = Sql::new(SUMMARY);
    sql.push("FROM (SELECT p.*, 0::bigint AS relevance FROM catalog.products p WHERE p.store_id = ")
        .push_bind(store_id);
    sql.push(" AND p.id = ANY(")
        .push_bind(ids)
        .push(") AND p.status = 'active' AND p.published_at <= ")
        .push_bind(now);
    sql.push(") p ");
    push_offer(&mut sql, now);
    sql.push(" ORDER BY array_position(").push_bind(ids).push(", p.id)");
    Ok(sql.build_query_as().fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn count(ctx: &mut Ctx, listing: &Listing<'_>) -> Result<i64, Error> {
    Ok(counting(listing)
        .build_query_scalar()
        .fetch_one(ctx.sql().await?)
        .await?)
}

/// The statement that counts the products of a list.
pub(crate) fn counting(listing: &Listing<'_>) -> Sql {
    let mut sql = Sql::new("SELECT count(*) FROM catalog.products p ");
    push_where(&mut sql, listing);
    sql
}

/// The lowest and the highest price of a product, by which a list is put in order and narrowed: what shoppers are shown is to
/// be paid now, what staff are shown is regular.
pub(super) fn prices(listing: &Listing<'_>) -> (&'static str, &'static str) {
    match listing.filter.visibility {
        Visibility::Published => ("p.pay_min", "p.pay_max"),
        Visibility::Every | Visibility::Only(_) => ("p.price_min", "p.price_max"),
    }
}

/// Which rows of a nullable sort key are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nulls {
    Anywhere,
    Without,
    Only,
}

/// Rows with a price in order, then rows without one. Two branches, because one range of the index cannot hold both in
/// this order.
fn push_by_price(sql: &mut Sql, listing: &Listing<'_>, window: &Window) {
    let past_prices = matches!(window.after, Some((SortKey::Price(None), _)));
    if !past_prices {
        sql.push("(");
        push_rows(sql, listing, window, Nulls::Without);
        sql.push(") UNION ALL ");
    }
    sql.push("(");
    push_rows(sql, listing, window, Nulls::Only);
    sql.push(")");
}

fn push_rows(sql: &mut Sql, listing: &Listing<'_>, window: &Window, nulls: Nulls) {
    sql.push("SELECT p.* FROM (SELECT p.*, ");
    push_relevance(sql, listing);
    sql.push(" AS relevance FROM catalog.products p ");
    push_where(sql, listing);
    if window.is_filtered_first {
        // Keeps the planner from reading an index in the order of the list until enough rows happen to fit.
        sql.push(" OFFSET 0");
    }
    sql.push(") p WHERE ");
    let (price, _) = prices(listing);
    match nulls {
        Nulls::Anywhere => sql.push("true"),
        Nulls::Without => sql.push(format!("{price} IS NOT NULL")),
        Nulls::Only => sql.push(format!("{price} IS NULL")),
    };
    push_after(sql, listing, window, nulls);
    match (window.sort, nulls) {
        (Sort::PriceDesc, Nulls::Without | Nulls::Only) => sql.push(format!(" ORDER BY {price} DESC, p.id DESC")),
        _ => sql.push(order_by(listing, window.sort)),
    };
    sql.push(" LIMIT ").push_bind(window.limit);
}

/// The rows after the last one of the page before.
fn push_after(sql: &mut Sql, listing: &Listing<'_>, window: &Window, nulls: Nulls) {
    let Some((key, id)) = &window.after else { return };
    let sign = match window.sort {
        Sort::PriceAsc | Sort::Title => ">",
        Sort::Newest | Sort::PriceDesc | Sort::Relevance | Sort::BestSelling | Sort::Rating => "<",
    };
    match key {
        SortKey::Time(time) => {
            let column = newest_column(listing);
            sql.push(format!(" AND ({column}, p.id) {sign} (")).push_bind(*time);
        }
        SortKey::Price(Some(price)) if nulls == Nulls::Without => {
            let (column, _) = prices(listing);
            sql.push(format!(" AND ({column}, p.id) {sign} (")).push_bind(*price);
        }
        // The rows without a price start afresh after those with one.
        SortKey::Price(Some(_)) => return,
        SortKey::Price(None) => {
            sql.push(format!(" AND p.id {sign} ")).push_bind(*id);
            return;
        }
        SortKey::Title(title) => {
            sql.push(format!(" AND (p.title, p.id) {sign} ("))
                .push_bind(title.clone());
        }
        SortKey::Relevance(relevance) => {
            sql.push(format!(" AND (p.relevance, p.id) {sign} ("))
                .push_bind(*relevance);
        }
        SortKey::Sold(sold) => {
            sql.push(format!(" AND (p.sold, p.id) {sign} (")).push_bind(*sold);
        }
        SortKey::Rated(rated) => {
            sql.push(format!(" AND (p.rated, p.id) {sign} (")).push_bind(*rated);
        }
    }
    sql.push(", ").push_bind(*id).push(")");
}

/// Shoppers see what was published last, staff what was changed last.
fn newest_column(listing: &Listing<'_>) -> &'static str {
    match listing.filter.visibility {
        Visibility::Published => "p.published_at",
        Visibility::Every | Visibility::Only(_) => "p.updated_at",
    }
}

fn order_by(listing: &Listing<'_>, sort: Sort) -> &'static str {
    match sort {
        Sort::Newest => match listing.filter.visibility {
            Visibility::Published => " ORDER BY p.published_at DESC, p.id DESC",
            Visibility::Every | Visibility::Only(_) => " ORDER BY p.updated_at DESC, p.id DESC",
        },
        Sort::PriceAsc => match listing.filter.visibility {
            Visibility::Published => " ORDER BY p.pay_min, p.id",
            Visibility::Every | Visibility::Only(_) => " ORDER BY p.price_min, p.id",
        },
        Sort::PriceDesc => match listing.filter.visibility {
            Visibility::Published => " ORDER BY p.pay_min DESC NULLS LAST, p.id DESC",
            Visibility::Every | Visibility::Only(_) => " ORDER BY p.price_min DESC NULLS LAST, p.id DESC",
        },
        Sort::Title => " ORDER BY p.title, p.id",
        Sort::Relevance => " ORDER BY p.relevance DESC, p.id DESC",
        Sort::BestSelling => " ORDER BY p.sold DESC, p.id DESC",
        Sort::Rating => " ORDER BY p.rated DESC, p.id DESC",
    }
}

pub(super) fn push_where(sql: &mut Sql, listing: &Listing<'_>) {
    let filter = listing.filter;
    sql.push(" WHERE p.store_id = ").push_bind(listing.store_id);
    match filter.visibility {
        Visibility::Published => {
            sql.push(" AND p.status = 'active' AND p.published_at <= ")
                .push_bind(listing.now);
        }
        Visibility::Every => {}
        Visibility::Only(status) => {
            sql.push(" AND p.status = ").push_bind(status.as_str());
        }
    }
    if let Some(words) = &listing.words {
        push_words(sql, listing.store_id, words);
    }
    if let Some(slug) = &filter.category {
        push_category(sql, listing.store_id, slug.as_str());
    }
    if let Some(slug) = &filter.collection {
        sql.push(
            " AND p.id IN (SELECT cp.product_id FROM catalog.collections k JOIN catalog.collection_products cp \
             ON cp.store_id = k.store_id AND cp.collection_id = k.id WHERE k.store_id = ",
        );
        sql.push_bind(listing.store_id)
            .push(" AND k.slug = ")
            .push_bind(slug.as_str().to_owned())
            .push(")");
    }
    if let Some(brand) = &filter.brand {
        sql.push(" AND p.brand = ").push_bind(brand.clone());
    }
    if let Some(tag) = &filter.tag {
        sql.push(" AND p.tags <> '{}' AND p.tags @> ARRAY[")
            .push_bind(tag.clone())
            .push("]");
    }
    if filter.price_min.is_some() || filter.price_max.is_some() {
        push_prices(sql, listing);
    }
    if let Some(in_stock) = filter.in_stock {
        sql.push(if in_stock {
            " AND p.in_stock"
        } else {
            " AND NOT p.in_stock"
        });
    }
    if let Some(stars) = filter.rating_min {
        sql.push(" AND p.stars >= ").push_bind(10 * i64::from(stars));
    }
    for (_, codes) in choices_by_name(filter.choices.iter().map(String::as_str)) {
        sql.push(
            " AND EXISTS (SELECT FROM catalog.choices(p.store_id, p.id, p.option_names, p.attributes) c \
             WHERE catalog.choice_code(c.name, c.value) = ANY (",
        );
        sql.push_bind(codes).push("))");
    }
    if let Some(featured) = filter.featured {
        sql.push(if featured {
            " AND p.featured"
        } else {
            " AND NOT p.featured"
        });
    }
}

/// Products with a variant whose price lies within what is wanted. Nothing does where the lowest is above the highest.
fn push_prices(sql: &mut Sql, listing: &Listing<'_>) {
    let (lowest, highest) = (listing.filter.price_min, listing.filter.price_max);
    if lowest
        .zip(highest)
        .is_some_and(|(lowest, highest)| lowest.minor() > highest.minor())
    {
        sql.push(" AND false");
        return;
    }
    match listing.filter.visibility {
        Visibility::Published => sql.push(" AND p.pays && int8range("),
        Visibility::Every | Visibility::Only(_) => sql.push(
            " AND EXISTS (SELECT FROM catalog.variants v \
             WHERE v.store_id = p.store_id AND v.product_id = p.id AND v.active AND v.price <@ int8range(",
        ),
    };
    // A range ends before the number behind it.
    let end = |price: Money| price.minor().min(i64::MAX - 1);
    sql.push_bind(lowest.map(end))
        .push(", ")
        .push_bind(highest.map(end))
        .push(", '[]')");
    if listing.filter.visibility != Visibility::Published {
        sql.push(")");
    }
}

/// Products of the category and of all below it.
fn push_category(sql: &mut Sql, store_id: StoreId, slug: &str) {
    sql.push(
        " AND p.id IN (SELECT pc.product_id FROM catalog.product_categories pc WHERE pc.category_id = ANY(ARRAY( \
         WITH RECURSIVE below AS (SELECT c.id FROM catalog.categories c WHERE c.slug = ",
    );
    sql.push_bind(slug.to_owned())
        .push(" AND c.store_id = ")
        .push_bind(store_id);
    sql.push(" UNION SELECT c.id FROM catalog.categories c JOIN below b ON c.parent_id = b.id WHERE c.store_id = ");
    sql.push_bind(store_id);
    sql.push(") SELECT id FROM below)) AND pc.store_id = ")
        .push_bind(store_id)
        .push(")");
}

fn push_words(sql: &mut Sql, store_id: StoreId, words: &Words) {
    if words.has_lexeme {
        sql.push(" AND (p.search @@ ");
        push_query(sql, words);
    } else {
        sql.push(" AND (p.title ILIKE ").push_bind(words.pattern.clone());
    }
    sql.push(" OR p.id = ");
    push_products_with_sku(sql, store_id, words);
    sql.push(")");
}

/// How well a product matches, in millionths; an exact SKU stands above everything.
fn push_relevance(sql: &mut Sql, listing: &Listing<'_>) {
    match &listing.words {
        Some(words) if listing.filter.sort == Sort::Relevance => {
            sql.push("((ts_rank(p.search, ");
            push_query(sql, words);
            sql.push(") * 1000000)::bigint + CASE WHEN p.id = ");
            push_products_with_sku(sql, listing.store_id, words);
            sql.push(" THEN 10000000 ELSE 0 END)");
        }
        None if listing.filter.sort == Sort::Relevance => push_place(sql, listing),
        Some(_) | None => {
            sql.push("0::bigint");
        }
    }
}

/// The merchant's order of a collection, the first place highest.
fn push_place(sql: &mut Sql, listing: &Listing<'_>) {
    let slug = listing.filter.collection.as_ref().map(|slug| slug.as_str().to_owned());
    sql.push(
        "-coalesce((SELECT cp.position FROM catalog.collections k JOIN catalog.collection_products cp \
         ON cp.store_id = k.store_id AND cp.collection_id = k.id AND cp.product_id = p.id WHERE k.store_id = ",
    );
    sql.push_bind(listing.store_id)
        .push(" AND k.slug = ")
        .push_bind(slug)
        .push("), 0)::bigint");
}

fn push_products_with_sku(sql: &mut Sql, store_id: StoreId, words: &Words) {
    sql.push("ANY(ARRAY(SELECT v.product_id FROM catalog.variants v WHERE v.store_id = ")
        .push_bind(store_id);
    sql.push(" AND v.sku IN (").push_bind(words.text.clone());
    sql.push(", ").push_bind(words.text.to_uppercase()).push(")))");
}

/// The words as English, or as they stand with the last one as the beginning of a word.
fn push_query(sql: &mut Sql, words: &Words) {
    sql.push("(websearch_to_tsquery('english', ")
        .push_bind(words.text.clone());
    sql.push(") || ");
    if words.is_prefix {
        sql.push("CASE WHEN ");
        push_plain_query(sql, words);
        sql.push("::text LIKE '%''' THEN (");
        push_plain_query(sql, words);
        sql.push("::text || ':*')::tsquery ELSE ");
        push_plain_query(sql, words);
        sql.push(" END)");
    } else {
        push_plain_query(sql, words);
        sql.push(")");
    }
}

fn push_plain_query(sql: &mut Sql, words: &Words) {
    sql.push("websearch_to_tsquery('simple', ")
        .push_bind(words.text.clone())
        .push(")");
}

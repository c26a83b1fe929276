//! What products keep of their variants, pictures and categories: the prices, the first picture, whether anything
//! can be bought, and the words that searches look in.

use std::collections::BTreeSet;

use database::{Ctx, Error};
use kernel::{ProductId, VariantId};

/// What a variant `v` costs at the moment `$3`. The same rules as `Variant::price_at`.
macro_rules! pay {
    () => {
        "CASE WHEN v.price IS NOT NULL AND v.sale_price IS NOT NULL AND coalesce(v.sale_starts_at <= $3, true) \
         AND coalesce($3 < v.sale_ends_at, true) THEN v.sale_price ELSE v.price END"
    };
}

/// What the variants `v` cost, each price as a range of its own.
macro_rules! pays {
    () => {
        concat!("range_agg(int8range(", pay!(), ", ", pay!(), ", '[]'))")
    };
}

/// When the sale of a variant `v` next begins or ends after `$3`.
macro_rules! pay_turns_at {
    () => {
        "CASE WHEN v.price IS NOT NULL AND v.sale_price IS NOT NULL THEN least( \
         CASE WHEN v.sale_starts_at > $3 THEN v.sale_starts_at END, CASE WHEN v.sale_ends_at > $3 THEN v.sale_ends_at END) END"
    };
}

/// What the products `q` among some should keep, after what of `q` is asked for besides.
macro_rules! worked_out {
    ($asked:literal, $among:literal) => {
        concat!("SELECT ", $asked, ", v.price_min, v.price_max, v.pay_min, v.pay_max, v.pays, v.pay_turns_at, coalesce(v.in_stock, false) AS in_stock, coalesce(i.url, '') AS image_url, \
         setweight(to_tsvector('simple', q.title) || to_tsvector('english', q.title), 'A') \
         || setweight(to_tsvector('simple', w.named) || to_tsvector('english', w.named), 'B') \
         || setweight(to_tsvector('simple', w.filed) || to_tsvector('english', w.filed), 'C') \
         || setweight(to_tsvector('english', left(q.short_description || ' ' || q.description_html, 20000)), 'D') AS search \
         FROM ", $among, " \
         CROSS JOIN LATERAL ( \
         SELECT min(v.price) FILTER (WHERE v.active) AS price_min, max(v.price) FILTER (WHERE v.active) AS price_max, \
         min(", pay!(), ") FILTER (WHERE v.active) AS pay_min, max(", pay!(), ") FILTER (WHERE v.active) AS pay_max, \
         ", pays!(), " FILTER (WHERE v.active AND v.price IS NOT NULL) AS pays, \
         min(", pay_turns_at!(), ") FILTER (WHERE v.active) AS pay_turns_at, \
         bool_or(v.active AND v.in_stock AND v.price IS NOT NULL) AS in_stock, \
         string_agg(concat_ws(' ', v.sku, v.barcode), ' ') AS numbers \
         FROM catalog.variants v WHERE v.store_id = q.store_id AND v.product_id = q.id \
         ) v \
         CROSS JOIN LATERAL ( \
         SELECT string_agg(c.name, ' ') AS names FROM catalog.product_categories pc \
         JOIN catalog.categories c ON c.store_id = pc.store_id AND c.id = pc.category_id \
         WHERE pc.store_id = q.store_id AND pc.product_id = q.id \
         ) c \
         CROSS JOIN LATERAL ( \
         SELECT left(concat_ws(' ', q.brand, q.vendor, v.numbers, array_to_string(q.tags, ' ')), 20000) AS named, \
         left(concat_ws(' ', c.names, q.product_type), 20000) AS filed \
         ) w \
         LEFT JOIN LATERAL ( \
         SELECT i.url FROM catalog.images i WHERE i.store_id = q.store_id AND i.product_id = q.id \
         ORDER BY i.position, i.id LIMIT 1 \
         ) i ON true")
    };
}

/// What the products of the ids `$2` should keep.
macro_rules! worked_out_of_known {
    () => {
        concat!(
            worked_out!("q.id", "catalog.products q"),
            " WHERE q.store_id = $1 AND q.id = ANY($2::uuid[])"
        )
    };
}

/// Notes the prices of the variants that are others than those noted last.
macro_rules! note_prices {
    () => {
        "INSERT INTO catalog.price_changes \
             (store_id, variant_id, changed_at, actor, currency, price, compare_at, sale_price, sale_starts_at, sale_ends_at) \
           SELECT v.store_id, v.id, $3, $4, v.currency, v.price, v.compare_at, v.sale_price, v.sale_starts_at, v.sale_ends_at \
           FROM catalog.variants v LEFT JOIN LATERAL ( \
             SELECT h.* FROM catalog.price_changes h WHERE h.store_id = v.store_id AND h.variant_id = v.id \
             ORDER BY h.number DESC LIMIT 1 \
           ) h ON true \
           WHERE v.store_id = $1 AND v.product_id = ANY($2::uuid[]) AND (h.number IS NULL \
             OR (v.currency, v.price, v.compare_at, v.sale_price, v.sale_starts_at, v.sale_ends_at) \
               IS DISTINCT FROM (h.currency, h.price, h.compare_at, h.sale_price, h.sale_starts_at, h.sale_ends_at))"
    };
}

/// Keeps it.
macro_rules! keep {
    () => {
        concat!(
            "UPDATE catalog.products p SET price_min = f.price_min, price_max = f.price_max, pay_min = f.pay_min, \
               pay_max = f.pay_max, pays = f.pays, pay_turns_at = f.pay_turns_at, in_stock = f.in_stock, image_url = f.image_url, search = f.search, updated_at = $3 FROM (",
            worked_out_of_known!(),
            ") f WHERE p.store_id = $1 AND p.id = f.id"
        )
    };
}

/// Whether a product keeps something else.
macro_rules! differs {
    () => {
        " AND (p.price_min, p.price_max, p.pay_min, p.pay_max, p.pays, p.pay_turns_at, p.in_stock, p.image_url, p.search) \
           IS DISTINCT FROM (f.price_min, f.price_max, f.pay_min, f.pay_max, f.pays, f.pay_turns_at, f.in_stock, f.image_url, f.search)"
    };
}

/// So many products after one.
macro_rules! batch {
    () => {
        "SELECT id FROM catalog.products WHERE store_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3"
    };
}

pub(super) use {pay, pay_turns_at, pays, worked_out};

database::statements! {
    /// Notes prices that changed, and works out all of it anew. Names and titles are searched as they stand and by their English stems, the description
    /// by stems alone; its markup is no word to the parser.
    REFRESH = concat!("WITH priced AS (", note_prices!(), ") ", keep!());
    /// Notes prices of products that keep the rest since they were made.
    NOTE_PRICES = note_prices!();
    /// Works it out for those that keep something else, which it names.
    MEND = concat!(keep!(), differs!(), " RETURNING p.id");
    /// Those that keep something else.
    STALE = concat!("SELECT p.id FROM catalog.products p JOIN (", worked_out_of_known!(),
        ") f ON f.id = p.id WHERE p.store_id = $1", differs!());
    /// Those whose sales have begun or ended, held; who is being changed at this moment has another turn.
    LOCK_DUE = "SELECT p.id FROM catalog.products p WHERE p.store_id = $1 AND p.pay_turns_at <= $3 \
           ORDER BY p.id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED";
    /// Works out what they cost. A statement of its own, so that it sees the variants as whoever changed them last left them.
    TURN = concat!("WITH f AS ( \
           SELECT due.id, min(", pay!(), ") AS pay_min, max(", pay!(), ") AS pay_max, \
             ", pays!(), " FILTER (WHERE v.price IS NOT NULL) AS pays, min(", pay_turns_at!(), ") AS pay_turns_at \
           FROM unnest($2::uuid[]) AS due (id) LEFT JOIN catalog.variants v ON v.store_id = $1 AND v.product_id = due.id AND v.active \
           GROUP BY due.id \
         ) UPDATE catalog.products p SET pay_min = f.pay_min, pay_max = f.pay_max, pays = f.pays, pay_turns_at = f.pay_turns_at \
         FROM f WHERE p.store_id = $1 AND p.id = f.id");
    /// Variants that are noted otherwise than told, by their products.
    STALE_VARIANTS = "SELECT DISTINCT v.product_id FROM catalog.variants v \
         JOIN unnest($2::uuid[], $3::boolean[]) AS t (id, in_stock) ON t.id = v.id \
         WHERE v.store_id = $1 AND v.in_stock <> t.in_stock";
    /// The next products in the order of their ids.
    BATCH = batch!();
    /// The same, held, before their variants are.
    LOCK_BATCH = concat!(batch!(), " FOR NO KEY UPDATE");
    COUNT = "SELECT count(*) FROM catalog.products WHERE store_id = $1";
    VARIANTS_OF = "SELECT id FROM catalog.variants WHERE store_id = $1 AND product_id = ANY($2::uuid[]) ORDER BY id";
    /// The same, held: who notes what inventory tells waits until this transaction has ended.
    LOCK_VARIANTS_OF = "SELECT id FROM catalog.variants WHERE store_id = $1 AND product_id = ANY($2::uuid[]) \
         ORDER BY id FOR NO KEY UPDATE";
    /// The products of variants, held. A statement of its own: the parts of one take their locks in no order that could be relied on.
    LOCK_PRODUCTS_OF = "SELECT p.id FROM catalog.products p WHERE p.store_id = $1 AND p.id IN ( \
           SELECT v.product_id FROM catalog.variants v WHERE v.store_id = $1 AND v.id = ANY($2::uuid[]) \
         ) ORDER BY p.id FOR NO KEY UPDATE";
    /// Notes which variants can be bought, and which products those belong to.
    NOTE_IN_STOCK = "WITH told AS ( \
           SELECT * FROM unnest($2::uuid[], $3::boolean[]) AS t (id, in_stock) \
         ), locked AS ( \
           SELECT v.id, t.in_stock FROM catalog.variants v JOIN told t ON t.id = v.id \
           WHERE v.store_id = $1 AND v.in_stock <> t.in_stock ORDER BY v.id FOR NO KEY UPDATE OF v \
         ) UPDATE catalog.variants v SET in_stock = l.in_stock FROM locked l \
         WHERE v.store_id = $1 AND v.id = l.id RETURNING v.product_id";
    /// Works out which products can be bought, of those whose variants changed.
    REFRESH_IN_STOCK = "WITH locked AS ( \
           SELECT id FROM catalog.products WHERE store_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE \
         ), sums AS ( \
           SELECT l.id, bool_or(v.active AND v.in_stock AND v.price IS NOT NULL) AS in_stock \
           FROM locked l JOIN catalog.variants v ON v.store_id = $1 AND v.product_id = l.id GROUP BY l.id \
         ) UPDATE catalog.products p SET in_stock = s.in_stock FROM sums s \
         WHERE p.store_id = $1 AND p.id = s.id AND p.in_stock <> s.in_stock RETURNING p.id";
    /// The products filed in a category, held in the order of their ids, as whoever changes several products holds them.
    LOCK_IN_CATEGORY = "SELECT p.id FROM catalog.products p WHERE p.store_id = $1 AND p.id IN ( \
           SELECT f.product_id FROM catalog.product_categories f WHERE f.store_id = $1 AND f.category_id = $2 \
         ) ORDER BY p.id FOR NO KEY UPDATE";
}

/// Notes the prices of products that were made with all that they keep, and sorts them into the collections with rules.
pub(crate) async fn made(ctx: &mut Ctx, ids: &[ProductId]) -> Result<(), Error> {
    note_and_sort(ctx, NOTE_PRICES, ids).await
}

/// Notes the prices of these products that changed, works out what the products keep, and sorts them into the collections
/// with rules, in two statements. Of several, the caller holds all, in the order of their ids.
pub(crate) async fn products(ctx: &mut Ctx, ids: &[ProductId]) -> Result<(), Error> {
    note_and_sort(ctx, REFRESH, ids).await
}

/// Runs one of the two statements that note prices, and refills the collections.
async fn note_and_sort(ctx: &mut Ctx, statement: &'static str, ids: &[ProductId]) -> Result<(), Error> {
    let (store_id, now, actor) = (ctx.store_id(), ctx.now(), ctx.actor().label());
    sqlx::query(statement)
        .bind(store_id)
        .bind(ids)
        .bind(now)
        .bind(actor)
        .execute(ctx.sql().await?)
        .await?;
    super::collections::refill(ctx, ids).await
}

/// Works out what these products keep, and answers with those that kept something else.
pub(crate) async fn mend(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Vec<ProductId>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    Ok(sqlx::query_scalar(MEND)
        .bind(store_id)
        .bind(ids)
        .bind(now)
        .fetch_all(ctx.sql().await?)
        .await?)
}

/// Those that keep something else than they should, or whose variants are noted otherwise than told.
pub(crate) async fn stale(
    ctx: &mut Ctx,
    ids: &[ProductId],
    told: &[(VariantId, bool)],
) -> Result<BTreeSet<ProductId>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let (variants, can_sell): (Vec<VariantId>, Vec<bool>) = told.iter().copied().unzip();
    let sql = sqlx::query_scalar(STALE).bind(store_id).bind(ids).bind(now);
    let kept: Vec<ProductId> = sql.fetch_all(ctx.sql().await?).await?;
    let sql = sqlx::query_scalar(STALE_VARIANTS)
        .bind(store_id)
        .bind(variants)
        .bind(can_sell);
    let noted: Vec<ProductId> = sql.fetch_all(ctx.sql().await?).await?;
    Ok(kept.into_iter().chain(noted).collect())
}

/// Works out what products cost whose sales have begun or ended, so many at most, sorts them into the collections with rules, and
/// answers with them.
pub(crate) async fn turn_prices(ctx: &mut Ctx, limit: i64) -> Result<Vec<ProductId>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let due: Vec<ProductId> = sqlx::query_scalar(LOCK_DUE)
        .bind(store_id)
        .bind(limit)
        .bind(now)
        .fetch_all(ctx.sql().await?)
        .await?;
    if !due.is_empty() {
        sqlx::query(TURN)
            .bind(store_id)
            .bind(&due)
            .bind(now)
            .execute(ctx.sql().await?)
            .await?;
        super::collections::refill(ctx, &due).await?;
    }
    Ok(due)
}

/// So many products after one in the order of their ids, held when `lock` says so.
pub(crate) async fn list_ids(
    ctx: &mut Ctx,
    after: Option<ProductId>,
    limit: i64,
    lock: bool,
) -> Result<Vec<ProductId>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(if lock { LOCK_BATCH } else { BATCH })
        .bind(store_id)
        .bind(after)
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?)
}

pub(crate) async fn count(ctx: &mut Ctx) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(COUNT)
        .bind(store_id)
        .fetch_one(ctx.sql().await?)
        .await?)
}

/// The variants of products, held when `lock` says so.
pub(crate) async fn list_variants(ctx: &mut Ctx, products: &[ProductId], lock: bool) -> Result<Vec<VariantId>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(if lock { LOCK_VARIANTS_OF } else { VARIANTS_OF })
        .bind(store_id)
        .bind(products)
        .fetch_all(ctx.sql().await?)
        .await?)
}

/// Notes which variants can be bought, and answers with the products that came back or sold out. Holds the products first, as
/// whoever changes variants does: each would wait for the other otherwise.
pub(crate) async fn in_stock(ctx: &mut Ctx, told: &[(VariantId, bool)]) -> Result<Vec<ProductId>, Error> {
    let store_id = ctx.store_id();
    let (ids, can_sell): (Vec<VariantId>, Vec<bool>) = told.iter().copied().unzip();
    let sql = sqlx::query(LOCK_PRODUCTS_OF).bind(store_id).bind(&ids);
    sql.execute(ctx.sql().await?).await?;
    let sql = sqlx::query_scalar(NOTE_IN_STOCK)
        .bind(store_id)
        .bind(ids)
        .bind(can_sell);
    let touched: Vec<ProductId> = sql.fetch_all(ctx.sql().await?).await?;
    if touched.is_empty() {
        return Ok(touched);
    }
    let sql = sqlx::query_scalar(REFRESH_IN_STOCK).bind(store_id).bind(touched);
    let turned: Vec<ProductId> = sql.fetch_all(ctx.sql().await?).await?;
    if !turned.is_empty() {
        super::collections::refill(ctx, &turned).await?;
    }
    Ok(turned)
}

/// The products filed in a category, held: what they keep is to be worked out anew, and each would be held as it comes otherwise.
pub(crate) async fn lock_in_category(ctx: &mut Ctx, category: kernel::CategoryId) -> Result<Vec<ProductId>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(LOCK_IN_CATEGORY)
        .bind(store_id)
        .bind(category)
        .fetch_all(ctx.sql().await?)
        .await?)
}

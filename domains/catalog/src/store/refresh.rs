//! What products keep of their variants, pictures and categories: the price range, the first picture, whether anything
//! can be bought, and the words that searches look in.

use database::{Ctx, Error};
use kernel::{ProductId, VariantId};

database::statements! {
    /// Works out all of it anew. Names and titles are searched as they stand and by their English stems, the description
    /// by stems alone; its markup is no word to the parser.
    REFRESH = "UPDATE catalog.products p SET price_min = f.price_min, price_max = f.price_max, in_stock = f.in_stock, \
           image_url = f.image_url, search = f.search, updated_at = $3 \
         FROM ( \
           SELECT q.id, v.price_min, v.price_max, coalesce(v.in_stock, false) AS in_stock, coalesce(i.url, '') AS image_url, \
             setweight(to_tsvector('simple', q.title) || to_tsvector('english', q.title), 'A') \
             || setweight(to_tsvector('simple', w.named) || to_tsvector('english', w.named), 'B') \
             || setweight(to_tsvector('simple', w.filed) || to_tsvector('english', w.filed), 'C') \
             || setweight(to_tsvector('english', left(q.short_description || ' ' || q.description_html, 20000)), 'D') AS search \
           FROM catalog.products q \
           CROSS JOIN LATERAL ( \
             SELECT min(v.price) FILTER (WHERE v.active) AS price_min, max(v.price) FILTER (WHERE v.active) AS price_max, \
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
           ) i ON true \
           WHERE q.store_id = $1 AND q.id = ANY($2::uuid[]) \
         ) f WHERE p.store_id = $1 AND p.id = f.id";
    /// Notes which variants can be bought, and which products those belong to.
    NOTE_IN_STOCK = "WITH told AS ( \
           SELECT * FROM unnest($2::uuid[], $3::boolean[]) AS t (id, in_stock) \
         ), locked AS ( \
           SELECT v.id, t.in_stock FROM catalog.variants v JOIN told t ON t.id = v.id \
           WHERE v.store_id = $1 AND v.in_stock <> t.in_stock ORDER BY v.id FOR NO KEY UPDATE OF v \
         ) UPDATE catalog.variants v SET in_stock = l.in_stock FROM locked l \
         WHERE v.store_id = $1 AND v.id = l.id RETURNING v.product_id";
    /// Works out which products can be bought, of those whose variants changed.
    REFRESH_IN_STOCK = "WITH sums AS ( \
           SELECT v.product_id AS id, bool_or(v.active AND v.in_stock AND v.price IS NOT NULL) AS in_stock \
           FROM catalog.variants v WHERE v.store_id = $1 AND v.product_id = ANY($2::uuid[]) GROUP BY v.product_id \
         ) UPDATE catalog.products p SET in_stock = s.in_stock FROM sums s \
         WHERE p.store_id = $1 AND p.id = s.id AND p.in_stock <> s.in_stock RETURNING p.id";
    /// The products filed in a category.
    PRODUCTS_IN_CATEGORY = "SELECT product_id FROM catalog.product_categories WHERE store_id = $1 AND category_id = $2";
}

/// Works out what these products keep, in one statement.
pub(crate) async fn products(ctx: &mut Ctx, ids: &[ProductId]) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    sqlx::query(REFRESH)
        .bind(store_id)
        .bind(ids)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// Notes which variants can be bought, and answers with the products that came back or sold out.
pub(crate) async fn in_stock(ctx: &mut Ctx, told: &[(VariantId, bool)]) -> Result<Vec<ProductId>, Error> {
    let store_id = ctx.store_id();
    let (ids, can_sell): (Vec<VariantId>, Vec<bool>) = told.iter().copied().unzip();
    let sql = sqlx::query_scalar(NOTE_IN_STOCK)
        .bind(store_id)
        .bind(ids)
        .bind(can_sell);
    let touched: Vec<ProductId> = sql.fetch_all(ctx.sql().await?).await?;
    if touched.is_empty() {
        return Ok(touched);
    }
    Ok(sqlx::query_scalar(REFRESH_IN_STOCK)
        .bind(store_id)
        .bind(touched)
        .fetch_all(ctx.sql().await?)
        .await?)
}

pub(crate) async fn products_in_category(ctx: &mut Ctx, category: kernel::CategoryId) -> Result<Vec<ProductId>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(PRODUCTS_IN_CATEGORY)
        .bind(store_id)
        .bind(category)
        .fetch_all(ctx.sql().await?)
        .await?)
}

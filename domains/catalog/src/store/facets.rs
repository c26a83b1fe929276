//! What a list of products can be narrowed by, counted.

use database::{Ctx, Error};
use kernel::CategoryId;

use super::{
    describe::read_choice,
    lists::{Listing, Sql, prices, push_where},
};
use crate::Choice;

/// A line of the facets: `category`, `brand`, `price_min`, `price_max`, `rated`, `choice` or `in_stock` with its number.
#[derive(sqlx::FromRow)]
pub(crate) struct FacetRow {
    pub(crate) facet: String,
    pub(crate) category_id: Option<CategoryId>,
    pub(crate) label: Option<String>,
    pub(crate) amount: Option<i64>,
    pub(crate) parent_id: Option<CategoryId>,
    pub(crate) slug: Option<String>,
    pub(crate) image_url: Option<String>,
    pub(crate) position: Option<i32>,
}

impl FacetRow {
    /// The name and the value of a `choice`.
    pub(crate) fn choice(&self) -> Option<Choice> {
        read_choice(self.label.as_deref()?)
    }
}

pub(crate) async fn count(ctx: &mut Ctx, listing: &Listing<'_>) -> Result<Vec<FacetRow>, Error> {
    let mut sql = Sql::new(
        "WITH RECURSIVE matched AS MATERIALIZED (SELECT p.id, p.brand, p.in_stock, p.stars, p.option_names, p.attributes, ",
    );
    let (lowest, highest) = prices(listing);
    sql.push(format!(
        "{lowest} AS price_min, {highest} AS price_max FROM catalog.products p "
    ));
    push_where(&mut sql, listing);
    sql.push("), above AS (SELECT c.id, c.id AS ancestor_id FROM catalog.categories c WHERE c.store_id = ");
    sql.push_bind(listing.store_id);
    sql.push(
        " UNION SELECT a.id, c.parent_id FROM above a JOIN catalog.categories c ON c.id = a.ancestor_id \
         WHERE c.parent_id IS NOT NULL AND c.store_id = ",
    );
    sql.push_bind(listing.store_id);
    sql.push(
        "), placed AS (SELECT DISTINCT a.ancestor_id, m.id FROM matched m \
         JOIN catalog.product_categories pc ON pc.product_id = m.id JOIN above a ON a.id = pc.category_id WHERE pc.store_id = ",
    );
    sql.push_bind(listing.store_id);
    sql.push(
        "), counted AS (SELECT 'category' AS facet, ancestor_id AS category_id, NULL::text AS label, count(*) AS amount \
           FROM placed GROUP BY ancestor_id \
         UNION ALL (SELECT 'brand', NULL, brand, count(*) FROM matched WHERE brand <> '' \
           GROUP BY brand ORDER BY count(*) DESC, brand LIMIT 20) \
         UNION ALL SELECT 'price_min', NULL, NULL, min(price_min) FROM matched \
         UNION ALL SELECT 'price_max', NULL, NULL, max(price_max) FROM matched \
         UNION ALL SELECT 'rated', NULL, s.stars::text, count(*) FILTER (WHERE m.stars >= 10 * s.stars) \
           FROM unnest(ARRAY[4, 3, 2, 1]) s (stars) LEFT JOIN matched m ON true GROUP BY s.stars \
         UNION ALL SELECT 'choice', NULL, c.name || chr(31) || c.value, count(*) FROM matched m CROSS JOIN LATERAL catalog.choices(",
    );
    sql.push_bind(listing.store_id);
    sql.push(
        ", m.id, m.option_names, m.attributes) c GROUP BY c.name, c.value \
         UNION ALL SELECT 'in_stock', NULL, NULL, count(*) FILTER (WHERE in_stock) FROM matched) \
         SELECT f.facet, f.category_id, coalesce(c.name, f.label) AS label, f.amount, c.parent_id, c.slug, c.image_url, c.position \
         FROM counted f LEFT JOIN catalog.categories c ON c.id = f.category_id AND c.store_id = ",
    );
    sql.push_bind(listing.store_id);
    Ok(sql.build_query_as().fetch_all(ctx.sql().await?).await?)
}

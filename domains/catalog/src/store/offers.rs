//! What products of a list cost.

use kernel::Time;

use super::lists::Sql;

/// What the active variants of `p` cost now. The same rules as `Variant::price_at` and `Variant::was_at`.
pub(super) fn push_offer(sql: &mut Sql, now: Time) {
    sql.push(
        "CROSS JOIN LATERAL (SELECT min(o.pay) AS price, max(o.pay) AS price_upto, count(*) AS variant_count, \
           (array_agg(CASE WHEN o.before > o.pay THEN o.before END ORDER BY o.pay, o.before DESC NULLS LAST))[1] AS was, \
           (array_agg(o.measure ORDER BY o.pay, o.before DESC NULLS LAST))[1] AS measure, \
           (array_agg(o.measure_base ORDER BY o.pay, o.before DESC NULLS LAST))[1] AS measure_base, \
           CASE WHEN count(*) = 1 THEN (array_agg(o.id))[1] END AS only_variant \
         FROM (SELECT v.id, v.measure, v.measure_base, CASE WHEN v.price IS NULL THEN NULL WHEN s.is_on THEN v.sale_price ELSE v.price END AS pay, \
             CASE WHEN s.is_on THEN v.price ELSE v.compare_at END AS before \
           FROM catalog.variants v CROSS JOIN LATERAL (SELECT v.sale_price IS NOT NULL \
             AND coalesce(v.sale_starts_at <= m.now, true) AND coalesce(m.now < v.sale_ends_at, true) AS is_on \
             FROM (SELECT ",
    );
    sql.push_bind(now);
    sql.push(
        "::timestamptz AS now) m) s \
           WHERE v.store_id = p.store_id AND v.product_id = p.id AND v.active) o) offer",
    );
}

-- A range of prices finds a product when what one of its variants costs now lies within it.
ALTER TABLE catalog.products
    -- What each active variant costs now, as it was worked out last.
    ADD COLUMN pays int8multirange;
UPDATE catalog.products p SET pays = f.pays FROM (
    SELECT v.store_id, v.product_id, range_agg(int8range(v.pay, v.pay, '[]')) AS pays FROM (
        SELECT v.store_id, v.product_id,
            CASE WHEN v.sale_price IS NOT NULL AND coalesce(v.sale_starts_at <= now(), true) AND coalesce(now() < v.sale_ends_at, true)
                THEN v.sale_price ELSE v.price END AS pay
        FROM catalog.variants v WHERE v.active AND v.price IS NOT NULL
    ) v GROUP BY v.store_id, v.product_id
) f WHERE p.store_id = f.store_id AND p.id = f.product_id;

-- Conditions of collections by price go by what is to be paid now, as lists do: the next round sorts anew what is reduced.
UPDATE catalog.products p SET pay_turns_at = now()
WHERE p.pay_min IS DISTINCT FROM p.price_min AND EXISTS (
    SELECT FROM catalog.collections k
    WHERE k.store_id = p.store_id AND k.rules -> 'conditions' @> '[{"field": "price"}]'
);

-- Lists for shoppers are put in order and narrowed by what is to be paid now: a sale's price while it is on.
ALTER TABLE catalog.products
    -- The lowest and highest price to pay of the active variants, as it was worked out last.
    ADD COLUMN pay_min bigint,
    ADD COLUMN pay_max bigint,
    -- When a sale begins or ends next, and they may be others.
    ADD COLUMN pay_turns_at timestamptz;
UPDATE catalog.products p SET pay_min = f.pay_min, pay_max = f.pay_max, pay_turns_at = f.turns_at FROM (
    SELECT v.store_id, v.product_id, min(v.pay) AS pay_min, max(v.pay) AS pay_max, min(v.turns_at) AS turns_at FROM (
        SELECT v.store_id, v.product_id,
            CASE WHEN v.sale_price IS NOT NULL AND coalesce(v.sale_starts_at <= now(), true) AND coalesce(now() < v.sale_ends_at, true)
                THEN v.sale_price ELSE v.price END AS pay,
            least(CASE WHEN v.sale_starts_at > now() THEN v.sale_starts_at END, CASE WHEN v.sale_ends_at > now() THEN v.sale_ends_at END) AS turns_at
        FROM catalog.variants v WHERE v.active AND v.price IS NOT NULL
    ) v GROUP BY v.store_id, v.product_id
) f WHERE p.store_id = f.store_id AND p.id = f.product_id;
DROP INDEX catalog.products_listed_by_price;
CREATE INDEX products_listed_by_price ON catalog.products (store_id, pay_min, id) WHERE status = 'active';
CREATE INDEX products_pay_turns ON catalog.products (store_id, pay_turns_at) WHERE pay_turns_at IS NOT NULL;

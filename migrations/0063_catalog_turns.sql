-- When the next sale begins or ends: what shows prices is kept until then.
CREATE INDEX variants_sale_starts ON catalog.variants (store_id, sale_starts_at) WHERE sale_starts_at IS NOT NULL;
CREATE INDEX variants_sale_ends ON catalog.variants (store_id, sale_ends_at) WHERE sale_ends_at IS NOT NULL;

-- Lists of coupons sorted by when they were made and when they end; codes have an index of their own.
CREATE INDEX coupons_newest ON pricing.coupons (store_id, created_at, id);
CREATE INDEX coupons_by_end ON pricing.coupons (store_id, coalesce(ends_at, 'infinity'), id);

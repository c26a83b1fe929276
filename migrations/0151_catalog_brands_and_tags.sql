-- Lists of products of every status by brand and by tag, as the desk narrows them.
CREATE INDEX products_by_brand ON catalog.products (store_id, brand, updated_at DESC, id DESC);
CREATE INDEX products_tags ON catalog.products USING gin (tags) WHERE tags <> '{}';

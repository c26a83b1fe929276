-- Lists of products of every status, as the desk sorts them.
CREATE INDEX products_by_title ON catalog.products (store_id, title, id);
CREATE INDEX products_by_price ON catalog.products (store_id, price_min, id);

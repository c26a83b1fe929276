-- What is on sale by whether it is sold out: counted on the desk's first page, and listed as the desk sorts it.
CREATE INDEX products_in_stock ON catalog.products (store_id, in_stock, updated_at DESC, id DESC) INCLUDE (published_at)
    WHERE status = 'active';

-- What sold lately, for the round that tells how much: it looks at nothing else, and not at the rows of products themselves.
CREATE INDEX products_sold ON catalog.products (store_id, id) INCLUDE (sold) WHERE sold > 0;

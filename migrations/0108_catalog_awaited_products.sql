-- Products that a file says go with another, by their slugs, until there are products with these slugs.
CREATE TABLE catalog.awaited_products (
    store_id uuid NOT NULL,
    product_id uuid NOT NULL,
    slug text NOT NULL,
    position int NOT NULL,
    CONSTRAINT awaited_products_pk PRIMARY KEY (store_id, product_id, slug),
    CONSTRAINT awaited_products_product_fk FOREIGN KEY (store_id, product_id) REFERENCES catalog.products (store_id, id)
);
CREATE INDEX awaited_products_slug ON catalog.awaited_products (store_id, slug);

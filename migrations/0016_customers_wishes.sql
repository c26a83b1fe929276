-- What customers want to remember.
CREATE TABLE customers.wishes (
    store_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    product_id uuid NOT NULL,
    added_at timestamptz NOT NULL,
    CONSTRAINT wishes_pk PRIMARY KEY (store_id, customer_id, product_id),
    CONSTRAINT wishes_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customers.customers (store_id, id),
    CONSTRAINT wishes_product_fk FOREIGN KEY (store_id, product_id) REFERENCES catalog.products (store_id, id)
);
CREATE INDEX wishes_product ON customers.wishes (store_id, product_id);

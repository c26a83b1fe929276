-- Wishlists that customers show to others.
CREATE TABLE customers.shared_wishlists (
    store_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    -- A secret: whoever knows it may look at the list.
    id uuid NOT NULL,
    CONSTRAINT shared_wishlists_pk PRIMARY KEY (store_id, customer_id),
    CONSTRAINT shared_wishlists_id_key UNIQUE (store_id, id),
    CONSTRAINT shared_wishlists_customer_fk FOREIGN KEY (store_id, customer_id)
        REFERENCES customers.customers (store_id, id) ON DELETE CASCADE
);

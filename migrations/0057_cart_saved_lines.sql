-- What a shopper put aside for another time: it is part of no total and holds no stock. It belongs to the customer, or to
-- the cart of a guest.
CREATE TABLE cart.saved_lines (
    store_id uuid NOT NULL CONSTRAINT saved_lines_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    cart_id uuid,
    customer_id uuid,
    owner_id uuid NOT NULL GENERATED ALWAYS AS (coalesce(customer_id, cart_id)) STORED,
    variant_id uuid NOT NULL,
    quantity bigint NOT NULL CONSTRAINT saved_lines_quantity_check CHECK (quantity BETWEEN 1 AND 9999),
    properties jsonb NOT NULL DEFAULT '{}',
    properties_hash bytea NOT NULL,
    currency text NOT NULL,
    price_seen bigint NOT NULL,
    added_at timestamptz NOT NULL,
    CONSTRAINT saved_lines_pk PRIMARY KEY (store_id, id),
    CONSTRAINT saved_lines_variant_key UNIQUE (store_id, owner_id, variant_id, properties_hash),
    CONSTRAINT saved_lines_owner_check CHECK (num_nonnulls(cart_id, customer_id) = 1),
    CONSTRAINT saved_lines_cart_fk FOREIGN KEY (store_id, cart_id) REFERENCES cart.carts (store_id, id),
    CONSTRAINT saved_lines_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customers.customers (store_id, id),
    CONSTRAINT saved_lines_variant_fk FOREIGN KEY (store_id, variant_id) REFERENCES catalog.variants (store_id, id)
);
CREATE INDEX saved_lines_cart ON cart.saved_lines (store_id, cart_id) WHERE cart_id IS NOT NULL;
CREATE INDEX saved_lines_customer ON cart.saved_lines (store_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX saved_lines_variant ON cart.saved_lines (store_id, variant_id);

COMMENT ON TABLE cart.saved_lines IS 'unwatched: belongs to the shopper';

-- Carts and their lines.
CREATE SCHEMA cart;

CREATE TABLE cart.carts (
    store_id uuid NOT NULL CONSTRAINT carts_store_fk REFERENCES platform.stores (id),
    -- A secret of the shopper's: whoever knows it may change the cart.
    id uuid NOT NULL,
    state text NOT NULL CONSTRAINT carts_state_check CHECK (state IN ('open', 'merged', 'completed')),
    customer_id uuid,
    email text,
    locale text NOT NULL,
    currency text NOT NULL,
    shipping_address jsonb,
    billing_address jsonb,
    shipping_option text,
    coupon_codes text[] NOT NULL DEFAULT '{}',
    customer_note text NOT NULL DEFAULT '',
    -- The order that the cart became, or is being paid as.
    order_id uuid,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT carts_pk PRIMARY KEY (store_id, id),
    CONSTRAINT carts_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customers.customers (store_id, id)
);
CREATE INDEX carts_customer ON cart.carts (store_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE UNIQUE INDEX carts_open_customer ON cart.carts (store_id, customer_id) WHERE state = 'open' AND customer_id IS NOT NULL;
CREATE INDEX carts_updated ON cart.carts (store_id, updated_at) WHERE state = 'open';

CREATE TABLE cart.lines (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    cart_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    quantity bigint NOT NULL CONSTRAINT lines_quantity_check CHECK (quantity BETWEEN 1 AND 9999),
    properties jsonb NOT NULL DEFAULT '{}',
    -- SHA-256 of the properties: the same variant with the same properties is one line.
    properties_hash bytea NOT NULL,
    -- What the shopper saw when the line was last touched, to tell them when it changes.
    currency text NOT NULL,
    price_seen bigint NOT NULL,
    added_at timestamptz NOT NULL,
    CONSTRAINT lines_pk PRIMARY KEY (store_id, id),
    CONSTRAINT lines_variant_key UNIQUE (store_id, cart_id, variant_id, properties_hash),
    CONSTRAINT lines_cart_fk FOREIGN KEY (store_id, cart_id) REFERENCES cart.carts (store_id, id),
    CONSTRAINT lines_variant_fk FOREIGN KEY (store_id, variant_id) REFERENCES catalog.variants (store_id, id)
);
CREATE INDEX lines_variant ON cart.lines (store_id, variant_id);

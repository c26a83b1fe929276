-- Shoppers the store knows, and their address books.
CREATE SCHEMA customers;

CREATE TABLE customers.customers (
    store_id uuid NOT NULL CONSTRAINT customers_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    email text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    phone text NOT NULL DEFAULT '',
    accepts_marketing boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT customers_pk PRIMARY KEY (store_id, id),
    CONSTRAINT customers_account_key UNIQUE (store_id, account_id),
    CONSTRAINT customers_account_fk FOREIGN KEY (store_id, account_id) REFERENCES identity.accounts (store_id, id)
);

CREATE TABLE customers.addresses (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    address jsonb NOT NULL,
    is_default boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT addresses_pk PRIMARY KEY (store_id, id),
    CONSTRAINT addresses_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customers.customers (store_id, id)
);
CREATE UNIQUE INDEX addresses_default ON customers.addresses (store_id, customer_id) WHERE is_default;
CREATE INDEX addresses_customer ON customers.addresses (store_id, customer_id, created_at);

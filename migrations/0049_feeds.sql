-- What a store publishes for machines.
CREATE SCHEMA feeds;

CREATE TABLE feeds.settings (
    store_id uuid NOT NULL CONSTRAINT settings_store_fk REFERENCES platform.stores (id),
    -- Whether Google Merchant Center may fetch the products.
    google boolean NOT NULL,
    CONSTRAINT settings_pk PRIMARY KEY (store_id)
);

-- Where the merchant collects tax, and rates that a store adds to or puts in place of the built-in table.
CREATE SCHEMA tax;

CREATE TABLE tax.nexus (
    store_id uuid NOT NULL CONSTRAINT nexus_store_fk REFERENCES platform.stores (id),
    country text NOT NULL,
    -- Empty: the whole country.
    state text NOT NULL DEFAULT '',
    CONSTRAINT nexus_pk PRIMARY KEY (store_id, country, state)
);

CREATE TABLE tax.rates (
    store_id uuid NOT NULL CONSTRAINT rates_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    country text NOT NULL,
    state text NOT NULL DEFAULT '',
    category text NOT NULL DEFAULT 'standard',
    name text NOT NULL,
    rate numeric(9, 6) NOT NULL CONSTRAINT rates_rate_check CHECK (rate >= 0 AND rate < 1),
    compound boolean NOT NULL DEFAULT false,
    on_shipping boolean NOT NULL DEFAULT true,
    CONSTRAINT rates_pk PRIMARY KEY (store_id, id),
    CONSTRAINT rates_place_key UNIQUE (store_id, country, state, category, name)
);

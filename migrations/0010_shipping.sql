-- Zones and the methods that ship into them.
CREATE SCHEMA shipping;

CREATE TABLE shipping.zones (
    store_id uuid NOT NULL CONSTRAINT zones_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    name text NOT NULL,
    -- `US` for a country, `US-CA` for a state, `*` for everywhere else.
    places text[] NOT NULL,
    CONSTRAINT zones_pk PRIMARY KEY (store_id, id),
    CONSTRAINT zones_name_key UNIQUE (store_id, name)
);

CREATE TABLE shipping.methods (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    zone_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CONSTRAINT methods_kind_check CHECK (kind IN ('flat', 'by_weight', 'by_price')),
    currency text NOT NULL,
    -- `[{"from": 0, "price": 500}, …]`: grams or minor units from which a price holds; `flat` has one step from 0.
    steps jsonb NOT NULL,
    free_from bigint CONSTRAINT methods_free_from_check CHECK (free_from >= 0),
    days_min int NOT NULL CONSTRAINT methods_days_min_check CHECK (days_min >= 0),
    days_max int NOT NULL,
    position int NOT NULL DEFAULT 0,
    active boolean NOT NULL DEFAULT true,
    CONSTRAINT methods_pk PRIMARY KEY (store_id, id),
    CONSTRAINT methods_zone_fk FOREIGN KEY (store_id, zone_id) REFERENCES shipping.zones (store_id, id),
    CONSTRAINT methods_code_key UNIQUE (store_id, zone_id, code),
    CONSTRAINT methods_days_check CHECK (days_min <= days_max)
);

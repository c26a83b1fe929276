-- Prices for groups of customers: lists, whom they are for, and what they ask for a variant from a quantity on.
CREATE TABLE catalog.price_lists (
    store_id uuid NOT NULL CONSTRAINT price_lists_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    name text NOT NULL CONSTRAINT price_lists_name_check CHECK (name <> ''),
    active boolean NOT NULL,
    priority integer NOT NULL CONSTRAINT price_lists_priority_check CHECK (priority BETWEEN 0 AND 1000),
    starts_at timestamptz,
    ends_at timestamptz,
    -- Percent as a fraction: 0.1 is 10 %.
    percent_off numeric(7, 6) CONSTRAINT price_lists_percent_off_check CHECK (percent_off > 0 AND percent_off <= 1),
    -- Those it is for alone; none: all.
    countries text[] NOT NULL DEFAULT '{}',
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    CONSTRAINT price_lists_pk PRIMARY KEY (store_id, id),
    CONSTRAINT price_lists_window_check CHECK (starts_at IS NULL OR ends_at IS NULL OR starts_at < ends_at)
);
CREATE UNIQUE INDEX price_lists_name ON catalog.price_lists (store_id, lower(name));

CREATE TABLE catalog.price_list_groups (
    store_id uuid NOT NULL,
    list_id uuid NOT NULL,
    group_id uuid NOT NULL,
    CONSTRAINT price_list_groups_pk PRIMARY KEY (store_id, list_id, group_id),
    CONSTRAINT price_list_groups_list_fk FOREIGN KEY (store_id, list_id) REFERENCES catalog.price_lists (store_id, id) ON DELETE CASCADE,
    CONSTRAINT price_list_groups_group_fk FOREIGN KEY (store_id, group_id) REFERENCES customers.groups (store_id, id)
);
CREATE INDEX price_list_groups_group ON catalog.price_list_groups (store_id, group_id, list_id);

CREATE TABLE catalog.list_prices (
    store_id uuid NOT NULL,
    list_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    min_quantity bigint NOT NULL CONSTRAINT list_prices_min_quantity_check CHECK (min_quantity BETWEEN 1 AND 9999),
    currency text NOT NULL,
    price bigint NOT NULL CONSTRAINT list_prices_price_check CHECK (price >= 0),
    CONSTRAINT list_prices_pk PRIMARY KEY (store_id, list_id, variant_id, min_quantity),
    CONSTRAINT list_prices_list_fk FOREIGN KEY (store_id, list_id) REFERENCES catalog.price_lists (store_id, id),
    CONSTRAINT list_prices_variant_fk FOREIGN KEY (store_id, variant_id) REFERENCES catalog.variants (store_id, id)
);
CREATE INDEX list_prices_variant ON catalog.list_prices (store_id, variant_id, list_id);
COMMENT ON TABLE catalog.list_prices IS 'unwatched: list_price_changes tells every change of them';

-- How many prices each list asks: counting a hundred thousand takes longer than all else that a page of lists reads.
CREATE TABLE catalog.list_price_counts (
    store_id uuid NOT NULL,
    list_id uuid NOT NULL,
    price_count bigint NOT NULL DEFAULT 0 CONSTRAINT list_price_counts_check CHECK (price_count >= 0),
    CONSTRAINT list_price_counts_pk PRIMARY KEY (store_id, list_id),
    CONSTRAINT list_price_counts_list_fk FOREIGN KEY (store_id, list_id) REFERENCES catalog.price_lists (store_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE catalog.list_price_counts IS 'unwatched: a counter';

-- Every price that a list asked from a moment on; none: it asks none any more. The list may be gone by now, so its name is here.
CREATE TABLE catalog.list_price_changes (
    store_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    list_id uuid NOT NULL,
    list_name text NOT NULL,
    min_quantity bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    actor text NOT NULL,
    currency text NOT NULL,
    price bigint,
    CONSTRAINT list_price_changes_pk PRIMARY KEY (store_id, variant_id, number),
    CONSTRAINT list_price_changes_variant_fk FOREIGN KEY (store_id, variant_id) REFERENCES catalog.variants (store_id, id)
);
CREATE TRIGGER list_price_changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON catalog.list_price_changes
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();

-- Lists that are gone: from then on they asked nothing any more of what they had asked last.
CREATE TABLE catalog.deleted_price_lists (
    store_id uuid NOT NULL CONSTRAINT deleted_price_lists_store_fk REFERENCES platform.stores (id),
    list_id uuid NOT NULL,
    list_name text NOT NULL,
    deleted_at timestamptz NOT NULL,
    actor text NOT NULL,
    CONSTRAINT deleted_price_lists_pk PRIMARY KEY (store_id, list_id)
);
CREATE TRIGGER deleted_price_lists_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON catalog.deleted_price_lists
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
COMMENT ON TABLE catalog.deleted_price_lists IS 'unwatched: append-only, a journal itself';

-- Who buys by which lists, and from which country as long as nobody says another. It is the one thing that catalog reads of
-- customers: what a member pays is read in the statement that reads what is sold.
CREATE VIEW catalog.list_members AS
    SELECT m.store_id, m.customer_id, g.list_id,
        (SELECT a.address ->> 'country' FROM customers.addresses a
         WHERE a.store_id = m.store_id AND a.customer_id = m.customer_id AND a.is_default) AS country
    FROM customers.group_members m
    JOIN catalog.price_list_groups g ON g.store_id = m.store_id AND g.group_id = m.group_id;

-- How a product is sold: the fields in which shoppers say what they want on it, and how many they may take. A variant's own
-- rule stands in the place of its product's. What of a limit each customer has taken is inventory's.
ALTER TABLE catalog.products
    ADD COLUMN personal_fields jsonb NOT NULL DEFAULT '[]' CONSTRAINT products_personal_fields_check CHECK (jsonb_typeof(personal_fields) = 'array'),
    ADD COLUMN quantity_rule jsonb NOT NULL DEFAULT '{}' CONSTRAINT products_quantity_rule_check CHECK (jsonb_typeof(quantity_rule) = 'object');
ALTER TABLE catalog.variants
    ADD COLUMN quantity_rule jsonb CONSTRAINT variants_quantity_rule_check CHECK (jsonb_typeof(quantity_rule) = 'object');

CREATE TABLE inventory.quotas (
    store_id uuid NOT NULL CONSTRAINT quotas_store_fk REFERENCES platform.stores (id),
    variant_id uuid NOT NULL,
    -- The buyer's e-mail address, in lower case.
    customer_key text NOT NULL,
    taken bigint NOT NULL,
    maximum bigint NOT NULL,
    CONSTRAINT quotas_pk PRIMARY KEY (store_id, variant_id, customer_key),
    CONSTRAINT quotas_variant_fk FOREIGN KEY (store_id, variant_id) REFERENCES catalog.variants (store_id, id),
    CONSTRAINT quotas_taken_check CHECK (taken >= 0 AND taken <= maximum)
);

-- Which order took how much of whose quota; an order that is given up gives it back.
CREATE TABLE inventory.quota_uses (
    store_id uuid NOT NULL,
    order_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    customer_key text NOT NULL,
    quantity bigint NOT NULL CONSTRAINT quota_uses_quantity_check CHECK (quantity > 0),
    given_back_at timestamptz,
    CONSTRAINT quota_uses_pk PRIMARY KEY (store_id, order_id, variant_id),
    CONSTRAINT quota_uses_quota_fk FOREIGN KEY (store_id, variant_id, customer_key)
        REFERENCES inventory.quotas (store_id, variant_id, customer_key)
);
CREATE INDEX quota_uses_quota ON inventory.quota_uses (store_id, variant_id, customer_key);

COMMENT ON TABLE inventory.quotas IS 'unwatched: follows from orders';
COMMENT ON TABLE inventory.quota_uses IS 'unwatched: follows from orders';

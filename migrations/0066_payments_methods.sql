-- Cards that gateways keep for customers: their names for them, and what shows which card it is.
CREATE TABLE payments.customers (
    store_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    gateway text NOT NULL,
    -- The gateway's name for the customer.
    reference text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT customers_pk PRIMARY KEY (store_id, customer_id, gateway),
    CONSTRAINT customers_reference_key UNIQUE (store_id, gateway, reference),
    CONSTRAINT customers_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customers.customers (store_id, id)
);

CREATE TABLE payments.methods (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    gateway text NOT NULL,
    -- The gateway's name for the card, and what it says of the same card each time.
    reference text NOT NULL,
    fingerprint text NOT NULL,
    brand text NOT NULL,
    last_four text NOT NULL CONSTRAINT methods_last_four_check CHECK (last_four ~ '^[0-9]{4}$'),
    expires_year int NOT NULL,
    expires_month int NOT NULL CONSTRAINT methods_expires_month_check CHECK (expires_month BETWEEN 1 AND 12),
    is_default boolean NOT NULL,
    created_at timestamptz NOT NULL,
    -- Set before the gateway is asked to forget the card; the row goes when it has.
    removed_at timestamptz,
    -- When the reconciler asks it to.
    check_at timestamptz,
    CONSTRAINT methods_pk PRIMARY KEY (store_id, id),
    CONSTRAINT methods_reference_key UNIQUE (store_id, gateway, reference),
    CONSTRAINT methods_customer_fk FOREIGN KEY (store_id, customer_id, gateway) REFERENCES payments.customers (store_id, customer_id, gateway),
    CONSTRAINT methods_removed_check CHECK ((removed_at IS NULL) = (check_at IS NULL) AND NOT (is_default AND removed_at IS NOT NULL))
);
CREATE INDEX methods_customer ON payments.methods (store_id, customer_id, gateway);
CREATE UNIQUE INDEX methods_fingerprint ON payments.methods (store_id, customer_id, gateway, fingerprint) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX methods_default ON payments.methods (store_id, customer_id) WHERE is_default;
CREATE INDEX methods_unsettled ON payments.methods (check_at) WHERE check_at IS NOT NULL;

ALTER TABLE payments.attempts
    -- For which customer the gateway is to keep the card.
    ADD COLUMN saves_for uuid,
    -- When the gateway is asked what it kept; null before the card pays, and once that is known.
    ADD COLUMN saving_check_at timestamptz,
    -- Which card it is, where that is known.
    ADD COLUMN card_brand text,
    ADD COLUMN card_last_four text,
    ADD CONSTRAINT attempts_saves_for_fk FOREIGN KEY (store_id, saves_for) REFERENCES customers.customers (store_id, id),
    ADD CONSTRAINT attempts_saving_check CHECK (saving_check_at IS NULL OR saves_for IS NOT NULL),
    ADD CONSTRAINT attempts_card_check CHECK ((card_brand IS NULL) = (card_last_four IS NULL));
CREATE INDEX attempts_unsaved ON payments.attempts (saving_check_at) WHERE saving_check_at IS NOT NULL;
CREATE INDEX attempts_saves_for ON payments.attempts (store_id, saves_for) WHERE saves_for IS NOT NULL;

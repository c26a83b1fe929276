-- How a store sends texts. The token of its account is sealed, bound to the store.
CREATE TABLE notifications.text_settings (
    store_id uuid NOT NULL CONSTRAINT text_settings_store_fk REFERENCES platform.stores (id),
    account text NOT NULL,
    sealed_token bytea NOT NULL,
    sender text NOT NULL,
    kinds text[] NOT NULL,
    active boolean NOT NULL,
    version bigint NOT NULL CONSTRAINT text_settings_version_check CHECK (version > 0),
    updated_at timestamptz NOT NULL,
    CONSTRAINT text_settings_pk PRIMARY KEY (store_id)
);

-- What texts say in the merchant's words; without a row they say what the theme says.
CREATE TABLE notifications.text_words (
    store_id uuid NOT NULL CONSTRAINT text_words_store_fk REFERENCES platform.stores (id),
    kind text NOT NULL,
    locale text NOT NULL,
    words text NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT text_words_pk PRIMARY KEY (store_id, kind, locale)
);

-- Texts that were or will be sent, one for each event and kind.
CREATE TABLE notifications.texts (
    store_id uuid NOT NULL CONSTRAINT texts_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    kind text NOT NULL,
    event_id uuid NOT NULL,
    phone text NOT NULL,
    locale text NOT NULL,
    body text NOT NULL,
    segments int NOT NULL CONSTRAINT texts_segments_check CHECK (segments > 0),
    order_id uuid,
    asked_by text,
    state text NOT NULL CONSTRAINT texts_state_check CHECK (state IN ('queued', 'sent', 'delivered', 'failed')),
    attempts int NOT NULL DEFAULT 0,
    last_error text,
    reference text,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    CONSTRAINT texts_pk PRIMARY KEY (store_id, id),
    CONSTRAINT texts_event_key UNIQUE (store_id, event_id, kind)
);
CREATE INDEX texts_created ON notifications.texts (store_id, created_at DESC, id DESC);
CREATE INDEX texts_phone ON notifications.texts (store_id, phone, created_at);
CREATE INDEX texts_order ON notifications.texts (store_id, order_id, created_at) WHERE order_id IS NOT NULL;

-- What somebody said about texts: for an order by its cart, for a customer, or, about nothing in particular, by a reply from
-- the number itself, which counts for everything. The newest row is what is so; a reply that is told twice is one row.
CREATE TABLE notifications.text_wishes (
    store_id uuid NOT NULL CONSTRAINT text_wishes_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    about uuid,
    phone text NOT NULL,
    wanted boolean NOT NULL,
    said_at timestamptz NOT NULL,
    said_by text NOT NULL,
    client text NOT NULL,
    reference text,
    CONSTRAINT text_wishes_pk PRIMARY KEY (store_id, id),
    CONSTRAINT text_wishes_reference_key UNIQUE (store_id, reference)
);
CREATE INDEX text_wishes_about ON notifications.text_wishes (store_id, about, said_at DESC, id DESC) WHERE about IS NOT NULL;
CREATE INDEX text_wishes_replies ON notifications.text_wishes (store_id, phone, said_at DESC, id DESC) WHERE about IS NULL;

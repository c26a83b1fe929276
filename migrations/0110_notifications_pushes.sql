-- How a store sends pushes. The private half of its key is sealed, bound to the store; browsers know the public one.
CREATE TABLE notifications.push_settings (
    store_id uuid NOT NULL CONSTRAINT push_settings_store_fk REFERENCES platform.stores (id),
    public_key bytea NOT NULL,
    sealed_key bytea NOT NULL,
    contact text NOT NULL,
    kinds text[] NOT NULL,
    active boolean NOT NULL,
    version bigint NOT NULL CONSTRAINT push_settings_version_check CHECK (version > 0),
    updated_at timestamptz NOT NULL,
    CONSTRAINT push_settings_pk PRIMARY KEY (store_id)
);

-- What pushes say in the merchant's words; without a row they say what the theme says.
CREATE TABLE notifications.push_words (
    store_id uuid NOT NULL CONSTRAINT push_words_store_fk REFERENCES platform.stores (id),
    kind text NOT NULL,
    locale text NOT NULL,
    words text NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT push_words_pk PRIMARY KEY (store_id, kind, locale)
);

-- Browsers that asked for pushes: where their push service takes them, and the keys that only they can read with.
CREATE TABLE notifications.push_subscriptions (
    store_id uuid NOT NULL CONSTRAINT push_subscriptions_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    endpoint text NOT NULL,
    service text NOT NULL,
    public_key bytea NOT NULL,
    auth bytea NOT NULL,
    locale text NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    CONSTRAINT push_subscriptions_pk PRIMARY KEY (store_id, id),
    CONSTRAINT push_subscriptions_endpoint_key UNIQUE (store_id, endpoint)
);
CREATE INDEX push_subscriptions_used ON notifications.push_subscriptions (store_id, used_at);

-- What a browser is told about: a guest's order, or every order of a customer as long as the browser is signed in.
CREATE TABLE notifications.push_wishes (
    store_id uuid NOT NULL CONSTRAINT push_wishes_store_fk REFERENCES platform.stores (id),
    about uuid NOT NULL,
    subscription_id uuid NOT NULL,
    session_id uuid,
    said_at timestamptz NOT NULL,
    CONSTRAINT push_wishes_pk PRIMARY KEY (store_id, about, subscription_id),
    CONSTRAINT push_wishes_subscription_fk FOREIGN KEY (store_id, subscription_id)
        REFERENCES notifications.push_subscriptions (store_id, id) ON DELETE CASCADE
);
CREATE INDEX push_wishes_subscription ON notifications.push_wishes (store_id, subscription_id);

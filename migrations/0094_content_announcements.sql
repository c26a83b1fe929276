-- What a store says above every page of the shop.
CREATE TABLE content.announcements (
    store_id uuid NOT NULL CONSTRAINT announcements_store_fk REFERENCES platform.stores (id),
    active boolean NOT NULL,
    -- The sentence by language.
    texts jsonb NOT NULL CONSTRAINT announcements_texts_check CHECK (jsonb_typeof(texts) = 'object'),
    -- Where it leads, or empty.
    address text NOT NULL,
    starts_at timestamptz,
    ends_at timestamptz,
    version bigint NOT NULL,
    CONSTRAINT announcements_pk PRIMARY KEY (store_id),
    CONSTRAINT announcements_window_check CHECK (starts_at < ends_at)
);

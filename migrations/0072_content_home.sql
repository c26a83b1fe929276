-- What the home page is composed of.
CREATE TABLE content.homes (
    store_id uuid NOT NULL CONSTRAINT homes_store_fk REFERENCES platform.stores (id),
    -- What shoppers see.
    sections jsonb NOT NULL CONSTRAINT homes_sections_check CHECK (jsonb_typeof(sections) = 'array'),
    -- What staff compose until they publish it.
    draft jsonb CONSTRAINT homes_draft_check CHECK (jsonb_typeof(draft) = 'array'),
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT homes_pk PRIMARY KEY (store_id)
);

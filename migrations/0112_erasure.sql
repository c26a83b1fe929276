-- Who is to be forgotten, and whether that is done.
CREATE SCHEMA erasure;

CREATE TABLE erasure.requests (
    store_id uuid NOT NULL CONSTRAINT requests_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    -- Whose account goes; null for a guest. It points at nothing once that is gone, so it is no foreign key.
    customer_id uuid,
    -- Where the last mail goes, and under which address a guest is known; null once it is forgotten too.
    sealed_email bytea,
    -- Whether the address is known to be theirs, so that what is kept under it alone goes too.
    email_is_theirs boolean NOT NULL,
    locale text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT requests_pk PRIMARY KEY (store_id, id),
    CONSTRAINT requests_finished_check CHECK (finished_at IS NULL OR sealed_email IS NULL)
);
CREATE UNIQUE INDEX requests_customer ON erasure.requests (store_id, customer_id) WHERE customer_id IS NOT NULL;

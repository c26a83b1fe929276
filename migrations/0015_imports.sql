-- Runs of imports and what came of them.
CREATE SCHEMA imports;

CREATE TABLE imports.runs (
    store_id uuid NOT NULL CONSTRAINT runs_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    format text NOT NULL CONSTRAINT runs_format_check CHECK (format IN ('shopify', 'woocommerce', 'jsonl')),
    file_name text NOT NULL,
    dry_run boolean NOT NULL,
    state text NOT NULL CONSTRAINT runs_state_check CHECK (state IN ('running', 'finished', 'refused')),
    products_created bigint NOT NULL DEFAULT 0,
    products_updated bigint NOT NULL DEFAULT 0,
    products_failed bigint NOT NULL DEFAULT 0,
    rows_read bigint NOT NULL DEFAULT 0,
    -- The first problems; the report file has all of them.
    problems jsonb NOT NULL DEFAULT '[]',
    refusal text,
    actor text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT runs_pk PRIMARY KEY (store_id, id)
);
CREATE INDEX runs_started ON imports.runs (store_id, started_at DESC, id DESC);

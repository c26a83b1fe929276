-- Runs of imports can be taken up again: how far they are, whether anybody is at work, and which file it was.
ALTER TABLE imports.runs
    ADD COLUMN rows_total bigint NOT NULL DEFAULT 0,
    ADD COLUMN errors bigint NOT NULL DEFAULT 0,
    ADD COLUMN warnings bigint NOT NULL DEFAULT 0,
    -- SHA-256 of the file; null for runs from before it was kept.
    ADD COLUMN fingerprint bytea,
    -- How many products of the file are done.
    ADD COLUMN position bigint NOT NULL DEFAULT 0,
    -- How often it was started; whoever started it before may not go on.
    ADD COLUMN starts int NOT NULL DEFAULT 1,
    -- When somebody was last at work.
    ADD COLUMN beat_at timestamptz NOT NULL DEFAULT '1970-01-01 00:00:00+00',
    -- The folder of uploads that the file waits in.
    ADD COLUMN upload text,
    ADD COLUMN refusal_code text,
    ADD COLUMN refusal_facts jsonb NOT NULL DEFAULT '{}',
    DROP CONSTRAINT runs_format_check,
    ADD CONSTRAINT runs_format_known_check CHECK (format IN ('shopify', 'woocommerce', 'jsonl', 'stock', 'redirects')),
    DROP CONSTRAINT runs_state_check,
    ADD CONSTRAINT runs_state_known_check CHECK (state IN ('running', 'finished', 'refused', 'interrupted'));
-- Nobody imports a file that is being imported.
CREATE UNIQUE INDEX runs_at_work ON imports.runs (store_id, format, fingerprint) WHERE state = 'running' AND NOT dry_run;

-- Pages that are gone, and the ones that stand for them.
CREATE SCHEMA redirects;

CREATE TABLE redirects.paths (
    store_id uuid NOT NULL CONSTRAINT paths_store_fk REFERENCES platform.stores (id),
    from_path text NOT NULL CONSTRAINT paths_from_path_check CHECK (from_path LIKE '/_%'),
    to_path text NOT NULL CONSTRAINT paths_to_path_check CHECK (to_path LIKE '/%' AND to_path NOT LIKE '//%'),
    created_at timestamptz NOT NULL,
    CONSTRAINT paths_pk PRIMARY KEY (store_id, from_path)
);

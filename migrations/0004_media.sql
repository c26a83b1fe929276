-- Stored files, named by the SHA-256 of their content.
CREATE SCHEMA media;

CREATE TABLE media.files (
    store_id uuid NOT NULL CONSTRAINT files_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    content_hash text NOT NULL,
    content_type text NOT NULL,
    size_bytes bigint NOT NULL,
    source_url text,
    created_at timestamptz NOT NULL,
    CONSTRAINT files_pk PRIMARY KEY (store_id, id),
    CONSTRAINT files_content_hash_key UNIQUE (store_id, content_hash)
);
CREATE INDEX files_source_url ON media.files (store_id, source_url) WHERE source_url IS NOT NULL;

-- How often somebody asked, counted for all processes together. What a crash of the server forgets is counted anew, so it
-- need not wait for the disk.
CREATE UNLOGGED TABLE platform.limits (
    store_id uuid NOT NULL CONSTRAINT limits_store_fk REFERENCES platform.stores (id),
    -- SHA-256 of what is counted and for whom.
    key bytea NOT NULL CONSTRAINT limits_key_check CHECK (octet_length(key) = 32),
    -- When everything that was taken is there again.
    full_at_us bigint NOT NULL,
    -- How far ahead that may lie.
    window_us bigint NOT NULL,
    -- Whether the last one who asked was told to wait.
    refused boolean NOT NULL,
    CONSTRAINT limits_pk PRIMARY KEY (store_id, key)
);

-- Another value after every restore: who follows the outbox or holds an index of what is in the database learns that it is
-- no longer the one that was followed.
CREATE TABLE platform.installation (
    is_only boolean DEFAULT true CONSTRAINT installation_pk PRIMARY KEY CONSTRAINT installation_is_only_check CHECK (is_only),
    epoch uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO platform.installation DEFAULT VALUES;

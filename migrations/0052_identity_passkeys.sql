-- Passkeys: keys that a person's device keeps, and signs with after it recognised the person (WebAuthn).
CREATE TABLE identity.passkeys (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    credential_id bytea NOT NULL,
    -- A COSE_Key, as the device gave it.
    public_key bytea NOT NULL,
    -- How often it signed, as the device counts; 0 when it does not count.
    sign_count bigint NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    CONSTRAINT passkeys_pk PRIMARY KEY (store_id, id),
    CONSTRAINT passkeys_credential_key UNIQUE (store_id, credential_id),
    CONSTRAINT passkeys_account_fk FOREIGN KEY (store_id, account_id) REFERENCES identity.accounts (store_id, id)
);
CREATE INDEX passkeys_account ON identity.passkeys (store_id, account_id);

-- What a device is asked to sign, once. With an account it is for a new passkey, without one for signing in.
CREATE TABLE identity.passkey_challenges (
    store_id uuid NOT NULL CONSTRAINT passkey_challenges_store_fk REFERENCES platform.stores (id),
    secret_hash bytea NOT NULL,
    account_id uuid,
    expires_at timestamptz NOT NULL,
    CONSTRAINT passkey_challenges_pk PRIMARY KEY (store_id, secret_hash),
    CONSTRAINT passkey_challenges_account_fk FOREIGN KEY (store_id, account_id) REFERENCES identity.accounts (store_id, id)
);
CREATE INDEX passkey_challenges_account ON identity.passkey_challenges (store_id, account_id);
COMMENT ON TABLE identity.passkey_challenges IS 'unwatched: lives for minutes';

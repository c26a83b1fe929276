-- Whom a store lets vouch for people: providers of OpenID Connect.
CREATE TABLE identity.providers (
    store_id uuid NOT NULL CONSTRAINT providers_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    name text NOT NULL,
    -- As the provider calls itself. It never changes, because it says whose subjects the linked accounts hold.
    issuer text NOT NULL,
    client_id text NOT NULL,
    sealed_secret bytea NOT NULL,
    scopes text NOT NULL,
    for_customers boolean NOT NULL,
    for_staff boolean NOT NULL,
    enabled boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT providers_pk PRIMARY KEY (store_id, id),
    CONSTRAINT providers_name_key UNIQUE (store_id, name)
);

-- Who at a provider is which account.
CREATE TABLE identity.linked_accounts (
    store_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    subject text NOT NULL,
    account_id uuid NOT NULL,
    -- What the provider called the person at the last sign-in.
    email text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    CONSTRAINT linked_accounts_pk PRIMARY KEY (store_id, provider_id, subject),
    CONSTRAINT linked_accounts_account_key UNIQUE (store_id, account_id, provider_id),
    CONSTRAINT linked_accounts_provider_fk FOREIGN KEY (store_id, provider_id) REFERENCES identity.providers (store_id, id),
    CONSTRAINT linked_accounts_account_fk FOREIGN KEY (store_id, account_id) REFERENCES identity.accounts (store_id, id)
);

-- Somebody is at a provider and will come back. The browser holds the secret of `verifier_hash`.
CREATE TABLE identity.provider_visits (
    store_id uuid NOT NULL,
    state_hash bytea NOT NULL,
    provider_id uuid NOT NULL,
    verifier_hash bytea NOT NULL,
    nonce_hash bytea NOT NULL,
    -- The account that is to be linked; none to sign in.
    account_id uuid,
    next text NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT provider_visits_pk PRIMARY KEY (store_id, state_hash),
    CONSTRAINT provider_visits_provider_fk FOREIGN KEY (store_id, provider_id) REFERENCES identity.providers (store_id, id),
    CONSTRAINT provider_visits_account_fk FOREIGN KEY (store_id, account_id) REFERENCES identity.accounts (store_id, id)
);
CREATE INDEX provider_visits_provider ON identity.provider_visits (store_id, provider_id);
CREATE INDEX provider_visits_account ON identity.provider_visits (store_id, account_id);
COMMENT ON TABLE identity.provider_visits IS 'unwatched: lives for minutes';

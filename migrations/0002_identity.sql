-- Accounts that sign in, failed sign-ins, sessions, mailed tokens, staff roles and API keys.
CREATE SCHEMA identity;

CREATE TABLE identity.accounts (
    store_id uuid NOT NULL CONSTRAINT accounts_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    email text NOT NULL CONSTRAINT accounts_email_check CHECK (email = lower(email)),
    password_hash text NOT NULL,
    verified_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT accounts_pk PRIMARY KEY (store_id, id),
    CONSTRAINT accounts_email_key UNIQUE (store_id, email)
);

-- Counted by the e-mail address as typed (its SHA-256), whether or not it has an account, so that a lock tells nothing.
CREATE TABLE identity.failed_sign_ins (
    store_id uuid NOT NULL CONSTRAINT failed_sign_ins_store_fk REFERENCES platform.stores (id),
    email_hash bytea NOT NULL,
    failures int NOT NULL,
    last_failed_at timestamptz NOT NULL,
    locked_until timestamptz,
    CONSTRAINT failed_sign_ins_pk PRIMARY KEY (store_id, email_hash)
);

CREATE TABLE identity.staff (
    store_id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    role text NOT NULL CONSTRAINT staff_role_check CHECK (role IN ('owner', 'manager', 'support')),
    created_at timestamptz NOT NULL,
    CONSTRAINT staff_pk PRIMARY KEY (store_id, account_id),
    CONSTRAINT staff_account_fk FOREIGN KEY (store_id, account_id) REFERENCES identity.accounts (store_id, id)
);

-- The cookie holds the secret, the table only its SHA-256.
CREATE TABLE identity.sessions (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    user_agent text NOT NULL,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT sessions_pk PRIMARY KEY (store_id, id),
    CONSTRAINT sessions_secret_hash_key UNIQUE (store_id, secret_hash),
    CONSTRAINT sessions_account_fk FOREIGN KEY (store_id, account_id) REFERENCES identity.accounts (store_id, id)
);
CREATE INDEX sessions_account ON identity.sessions (store_id, account_id);

-- A used token is deleted, a newer one replaces it.
CREATE TABLE identity.mail_tokens (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    purpose text NOT NULL CONSTRAINT mail_tokens_purpose_check CHECK (purpose IN ('verify_email', 'reset_password')),
    secret_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT mail_tokens_pk PRIMARY KEY (store_id, id),
    CONSTRAINT mail_tokens_secret_hash_key UNIQUE (store_id, secret_hash),
    CONSTRAINT mail_tokens_account_fk FOREIGN KEY (store_id, account_id) REFERENCES identity.accounts (store_id, id)
);
CREATE INDEX mail_tokens_account ON identity.mail_tokens (store_id, account_id);

CREATE TABLE identity.api_keys (
    store_id uuid NOT NULL CONSTRAINT api_keys_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    name text NOT NULL,
    secret_hash bytea NOT NULL,
    permissions text[] NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT api_keys_pk PRIMARY KEY (store_id, id),
    CONSTRAINT api_keys_secret_hash_key UNIQUE (store_id, secret_hash)
);

-- Stores (tenants), their host names, the outbox, background jobs and idempotency records.
CREATE SCHEMA platform;

CREATE TABLE platform.stores (
    id uuid CONSTRAINT stores_pk PRIMARY KEY,
    slug text NOT NULL CONSTRAINT stores_slug_key UNIQUE,
    name text NOT NULL,
    currency text NOT NULL CONSTRAINT stores_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    locale text NOT NULL,
    prices_include_tax boolean NOT NULL,
    tax_rounding text NOT NULL CONSTRAINT stores_tax_rounding_check CHECK (tax_rounding IN ('line', 'order')),
    country text NOT NULL,
    email text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE platform.store_hosts (
    host text CONSTRAINT store_hosts_pk PRIMARY KEY CONSTRAINT store_hosts_host_check CHECK (host = lower(host)),
    store_id uuid NOT NULL CONSTRAINT store_hosts_store_fk REFERENCES platform.stores (id)
);
CREATE INDEX store_hosts_store ON platform.store_hosts (store_id);

-- Events, written in the transaction of the change they tell of.
CREATE TABLE platform.outbox (
    store_id uuid NOT NULL CONSTRAINT outbox_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    version int NOT NULL,
    aggregate_id uuid NOT NULL,
    aggregate_sequence bigint NOT NULL,
    payload jsonb NOT NULL,
    occurred_at timestamptz NOT NULL,
    dispatched_at timestamptz,
    CONSTRAINT outbox_pk PRIMARY KEY (store_id, id),
    CONSTRAINT outbox_aggregate_sequence_key UNIQUE (store_id, aggregate_id, aggregate_sequence)
);
CREATE INDEX outbox_undispatched ON platform.outbox (position) WHERE dispatched_at IS NULL;
CREATE INDEX outbox_position ON platform.outbox (store_id, position);

-- One row for each event and consumer, so that a failing mail does not hold up anything else.
CREATE TABLE platform.deliveries (
    store_id uuid NOT NULL,
    event_id uuid NOT NULL,
    consumer text NOT NULL,
    state text NOT NULL CONSTRAINT deliveries_state_check CHECK (state IN ('queued', 'done', 'parked')),
    attempts int NOT NULL DEFAULT 0,
    run_at timestamptz NOT NULL,
    leased_until timestamptz,
    last_error text,
    CONSTRAINT deliveries_pk PRIMARY KEY (store_id, event_id, consumer),
    CONSTRAINT deliveries_event_fk FOREIGN KEY (store_id, event_id) REFERENCES platform.outbox (store_id, id)
);
CREATE INDEX deliveries_due ON platform.deliveries (run_at) WHERE state = 'queued';
CREATE INDEX deliveries_parked ON platform.deliveries (store_id, run_at) WHERE state = 'parked';

-- Background work: retried with back-off, parked after the last attempt.
CREATE TABLE platform.jobs (
    store_id uuid NOT NULL CONSTRAINT jobs_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    unique_key text,
    state text NOT NULL CONSTRAINT jobs_state_check CHECK (state IN ('queued', 'done', 'parked')),
    attempts int NOT NULL DEFAULT 0,
    max_attempts int NOT NULL,
    run_at timestamptz NOT NULL,
    leased_until timestamptz,
    last_error text,
    created_at timestamptz NOT NULL,
    CONSTRAINT jobs_pk PRIMARY KEY (store_id, id)
);
CREATE UNIQUE INDEX jobs_unique_key ON platform.jobs (store_id, kind, unique_key) WHERE state = 'queued';
CREATE INDEX jobs_due ON platform.jobs (run_at) WHERE state = 'queued';
CREATE INDEX jobs_parked ON platform.jobs (store_id, run_at) WHERE state = 'parked';

-- What was answered to a request with an Idempotency-Key. `status` is null while the request runs.
CREATE TABLE platform.idempotency_records (
    store_id uuid NOT NULL CONSTRAINT idempotency_records_store_fk REFERENCES platform.stores (id),
    scope text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status int,
    content_type text,
    location text,
    body bytea,
    leased_until timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT idempotency_records_pk PRIMARY KEY (store_id, scope, key)
);
CREATE INDEX idempotency_records_created ON platform.idempotency_records (created_at);

-- Counters that give gapless numbers in the transaction that uses them, such as order numbers.
CREATE TABLE platform.sequences (
    store_id uuid NOT NULL CONSTRAINT sequences_store_fk REFERENCES platform.stores (id),
    name text NOT NULL,
    last_value bigint NOT NULL,
    CONSTRAINT sequences_pk PRIMARY KEY (store_id, name)
);

-- Secrets that every process of the installation shares, such as the key that signs links.
CREATE TABLE platform.secrets (
    name text CONSTRAINT secrets_pk PRIMARY KEY,
    value bytea NOT NULL
);

-- Append-only tables refuse changes: corrections are new rows.
CREATE FUNCTION platform.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%.% is append-only: write a correcting row instead', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

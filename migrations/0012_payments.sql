-- Tries to take money, money given back, and webhooks already seen.
CREATE SCHEMA payments;

CREATE TABLE payments.attempts (
    store_id uuid NOT NULL CONSTRAINT attempts_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    gateway text NOT NULL,
    state text NOT NULL CONSTRAINT attempts_state_check CHECK (state IN ('pending', 'requires_action', 'authorized', 'captured', 'failed', 'voided')),
    currency text NOT NULL,
    amount bigint NOT NULL CONSTRAINT attempts_amount_check CHECK (amount >= 0),
    refunded bigint NOT NULL DEFAULT 0,
    gateway_reference text,
    action_url text,
    failure_code text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- When the reconciler asks the gateway next; null once the outcome is known.
    check_at timestamptz,
    CONSTRAINT attempts_pk PRIMARY KEY (store_id, id),
    CONSTRAINT attempts_order_fk FOREIGN KEY (store_id, order_id) REFERENCES orders.orders (store_id, id),
    CONSTRAINT attempts_refunded_check CHECK (refunded >= 0 AND refunded <= amount)
);
CREATE INDEX attempts_order ON payments.attempts (store_id, order_id);
CREATE UNIQUE INDEX attempts_gateway_reference ON payments.attempts (store_id, gateway, gateway_reference) WHERE gateway_reference IS NOT NULL;
CREATE INDEX attempts_unsettled ON payments.attempts (check_at) WHERE check_at IS NOT NULL;

CREATE TABLE payments.refunds (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    attempt_id uuid NOT NULL,
    state text NOT NULL CONSTRAINT refunds_state_check CHECK (state IN ('pending', 'succeeded', 'failed')),
    currency text NOT NULL,
    amount bigint NOT NULL CONSTRAINT refunds_amount_check CHECK (amount > 0),
    gateway_reference text,
    failure_code text,
    created_at timestamptz NOT NULL,
    check_at timestamptz,
    CONSTRAINT refunds_pk PRIMARY KEY (store_id, id),
    CONSTRAINT refunds_attempt_fk FOREIGN KEY (store_id, attempt_id) REFERENCES payments.attempts (store_id, id)
);
CREATE INDEX refunds_attempt ON payments.refunds (store_id, attempt_id);
CREATE INDEX refunds_unsettled ON payments.refunds (check_at) WHERE check_at IS NOT NULL;

CREATE TABLE payments.webhook_events (
    store_id uuid NOT NULL CONSTRAINT webhook_events_store_fk REFERENCES platform.stores (id),
    gateway text NOT NULL,
    event_id text NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT webhook_events_pk PRIMARY KEY (store_id, gateway, event_id)
);

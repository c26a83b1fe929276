-- Pushes that were or will be sent, one for each event, kind and browser. A browser that is gone leaves its pushes in the log.
CREATE TABLE notifications.pushes (
    store_id uuid NOT NULL CONSTRAINT pushes_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    kind text NOT NULL,
    event_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    service text NOT NULL,
    locale text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    order_id uuid NOT NULL,
    customer_id uuid,
    state text NOT NULL CONSTRAINT pushes_state_check CHECK (state IN ('queued', 'sent', 'failed')),
    attempts int NOT NULL DEFAULT 0,
    last_error text,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    CONSTRAINT pushes_pk PRIMARY KEY (store_id, id),
    CONSTRAINT pushes_event_key UNIQUE (store_id, event_id, kind, subscription_id)
);
CREATE INDEX pushes_created ON notifications.pushes (store_id, created_at DESC, id DESC);
CREATE INDEX pushes_order ON notifications.pushes (store_id, order_id, created_at);

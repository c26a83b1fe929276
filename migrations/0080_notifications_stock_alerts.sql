-- Who wants to hear when a variant is back. Guests confirm first that the address is theirs; whoever was told waits no more.
CREATE TABLE notifications.stock_alerts (
    store_id uuid NOT NULL CONSTRAINT stock_alerts_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    variant_id uuid NOT NULL,
    email text NOT NULL,
    locale text NOT NULL,
    state text NOT NULL CONSTRAINT stock_alerts_state_check CHECK (state IN ('asked', 'waiting', 'told')),
    client text NOT NULL,
    asked_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    told_at timestamptz,
    CONSTRAINT stock_alerts_pk PRIMARY KEY (store_id, id),
    CONSTRAINT stock_alerts_email_key UNIQUE (store_id, email, variant_id),
    CONSTRAINT stock_alerts_confirmed_check CHECK (state = 'asked' OR confirmed_at IS NOT NULL),
    CONSTRAINT stock_alerts_told_check CHECK (state <> 'told' OR told_at IS NOT NULL)
);
CREATE INDEX stock_alerts_waiting ON notifications.stock_alerts (store_id, variant_id, confirmed_at, id) WHERE state = 'waiting';
CREATE INDEX stock_alerts_told ON notifications.stock_alerts (store_id, variant_id, told_at) WHERE state = 'told';

-- Mails: what was or will be sent, one for each event and kind.
CREATE SCHEMA notifications;

CREATE TABLE notifications.messages (
    store_id uuid NOT NULL CONSTRAINT messages_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    kind text NOT NULL,
    event_id uuid NOT NULL,
    recipient text NOT NULL,
    locale text NOT NULL,
    subject text NOT NULL,
    text_body text NOT NULL,
    html_body text NOT NULL,
    state text NOT NULL CONSTRAINT messages_state_check CHECK (state IN ('queued', 'sent', 'failed')),
    attempts int NOT NULL DEFAULT 0,
    last_error text,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    CONSTRAINT messages_pk PRIMARY KEY (store_id, id),
    CONSTRAINT messages_event_key UNIQUE (store_id, event_id, kind)
);
CREATE INDEX messages_created ON notifications.messages (store_id, created_at DESC, id DESC);

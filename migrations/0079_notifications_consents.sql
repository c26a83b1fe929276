-- What somebody said about mails that they may refuse: when, by whom, from where, and with which mail's link. The newest row
-- of an address and topic is what is so.
CREATE TABLE notifications.consents (
    store_id uuid NOT NULL CONSTRAINT consents_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    email text NOT NULL,
    topic text NOT NULL,
    wanted boolean NOT NULL,
    said_at timestamptz NOT NULL,
    said_by text NOT NULL,
    client text NOT NULL,
    message_id uuid,
    CONSTRAINT consents_pk PRIMARY KEY (store_id, id),
    CONSTRAINT consents_message_fk FOREIGN KEY (store_id, message_id) REFERENCES notifications.messages (store_id, id)
);
CREATE INDEX consents_newest ON notifications.consents (store_id, email, topic, said_at DESC, id DESC);
CREATE INDEX consents_message ON notifications.consents (store_id, message_id) WHERE message_id IS NOT NULL;

-- What can be refused with a mail's own link, and that link.
ALTER TABLE notifications.messages
    ADD COLUMN topic text,
    ADD COLUMN stop_link text;

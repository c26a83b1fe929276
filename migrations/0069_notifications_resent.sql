-- A mail knows the order it is about, and who asked for it when no event did: a test of a template, or a mail sent again.
ALTER TABLE notifications.messages
    ADD COLUMN order_id uuid,
    ADD COLUMN asked_by text,
    ADD COLUMN copy_of uuid,
    ADD CONSTRAINT messages_copy_fk FOREIGN KEY (store_id, copy_of) REFERENCES notifications.messages (store_id, id);

UPDATE notifications.messages m SET order_id = e.aggregate_id
FROM platform.outbox e
WHERE e.store_id = m.store_id AND e.id = m.event_id AND e.kind LIKE 'order.%';

CREATE INDEX messages_order ON notifications.messages (store_id, order_id, created_at) WHERE order_id IS NOT NULL;
CREATE INDEX messages_copy ON notifications.messages (store_id, copy_of) WHERE copy_of IS NOT NULL;

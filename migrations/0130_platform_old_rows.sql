-- What is forgotten by its age is found without a look at what stays.
CREATE INDEX messages_with_text ON notifications.messages (store_id, created_at) WHERE text_body <> '';
CREATE INDEX reservations_given_up ON inventory.reservations (store_id, created_at) WHERE state IN ('released', 'expired');
CREATE INDEX webhook_events_received ON payments.webhook_events (store_id, received_at);

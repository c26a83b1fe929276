-- The mails of one address are found for whoever asks what the store holds on them.
CREATE INDEX messages_recipient ON notifications.messages (store_id, recipient, created_at, id);

-- The transaction that wrote an event. A reader that follows the outbox remembers what it could see, and reads what it could
-- not see then: positions cannot tell, for a lower one may be committed later.
ALTER TABLE platform.outbox ADD COLUMN transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX outbox_transaction ON platform.outbox (store_id, transaction_id);

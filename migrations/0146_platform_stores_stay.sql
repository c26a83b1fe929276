-- A store is never deleted, and the program writes rows only for stores that it has read. So what each sale leaves need not have its
-- store looked up and locked, row by row, in the one row that all transactions of the store share. What is of an order is of the
-- order's store by its key to that.
CREATE FUNCTION platform.keep_stores() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a store is never deleted: what it sold and booked stays' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER stores_stay BEFORE DELETE OR TRUNCATE ON platform.stores
    FOR EACH STATEMENT EXECUTE FUNCTION platform.keep_stores();

ALTER TABLE platform.outbox DROP CONSTRAINT outbox_store_fk;
ALTER TABLE platform.jobs DROP CONSTRAINT jobs_store_fk;
ALTER TABLE platform.idempotency_records DROP CONSTRAINT idempotency_records_store_fk;
ALTER TABLE cart.carts DROP CONSTRAINT carts_store_fk;
ALTER TABLE orders.orders DROP CONSTRAINT orders_store_fk;
ALTER TABLE payments.attempts DROP CONSTRAINT attempts_store_fk;
ALTER TABLE ledger.transactions DROP CONSTRAINT transactions_store_fk;
ALTER TABLE notifications.messages DROP CONSTRAINT messages_store_fk;
ALTER TABLE invoices.documents DROP CONSTRAINT documents_store_fk;

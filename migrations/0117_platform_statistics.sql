-- Nobody plans by which words are frequent, and to find that out takes most of the time of looking at a table.
ALTER INDEX orders.orders_words ALTER COLUMN 1 SET STATISTICS 0;
ALTER INDEX customers.customers_words ALTER COLUMN 1 SET STATISTICS 0;

-- What grows with each sale is looked at again and again while the shop sells much. Its rows are alike and are found by their
-- keys, so a tenth of the usual sample tells enough.
DO $$
DECLARE
    place record;
BEGIN
    FOR place IN
        SELECT a.attrelid::regclass AS name, a.attname AS written FROM pg_attribute a
        WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY (ARRAY[
            'platform.outbox', 'platform.deliveries', 'platform.jobs', 'platform.idempotency_records',
            'cart.carts', 'cart.lines', 'inventory.reservations', 'inventory.movements', 'orders.lines', 'orders.timeline',
            'payments.attempts', 'ledger.transactions', 'ledger.entries', 'invoices.documents', 'notifications.messages'
        ]::regclass[])
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 10', place.name, place.written);
    END LOOP;
END
$$;

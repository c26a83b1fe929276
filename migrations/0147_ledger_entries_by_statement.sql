-- The trigger that adds up a statement's entries also sees whether their transactions are there: once for all of them, where a foreign
-- key looks for each. Transactions are never deleted, so one that is there stays.
CREATE OR REPLACE FUNCTION ledger.require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT transaction_id INTO wrong FROM new_entries
    GROUP BY store_id, transaction_id, currency HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger transaction % does not balance', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entries_balance_check';
    END IF;
    SELECT e.transaction_id INTO wrong FROM (SELECT DISTINCT store_id, transaction_id FROM new_entries) AS e
    WHERE NOT EXISTS (SELECT FROM ledger.transactions t WHERE t.store_id = e.store_id AND t.id = e.transaction_id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is no ledger transaction %', wrong
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'entries_transaction_fk';
    END IF;
    RETURN NULL;
END
$$;
ALTER TABLE ledger.entries DROP CONSTRAINT entries_transaction_fk;

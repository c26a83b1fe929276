-- A transaction and all of its entries are written by one statement. So the statement's own rows show whether it balances: they
-- are added up once, instead of once for each entry from the table at the commit.
DROP TRIGGER entries_balance ON ledger.entries;
DROP FUNCTION ledger.require_balance();

CREATE FUNCTION ledger.require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unbalanced uuid;
BEGIN
    SELECT transaction_id INTO unbalanced FROM new_entries
    GROUP BY store_id, transaction_id, currency HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger transaction % does not balance', unbalanced
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entries_balance_check';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER entries_balance AFTER INSERT ON ledger.entries REFERENCING NEW TABLE AS new_entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.require_balance();

-- Double-entry books: append-only, and each transaction balances per currency when it commits.
CREATE SCHEMA ledger;

CREATE TABLE ledger.transactions (
    store_id uuid NOT NULL CONSTRAINT transactions_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    kind text NOT NULL,
    -- What the transaction books, such as one payment attempt; booking it twice is refused.
    reference text NOT NULL,
    order_id uuid,
    occurred_at timestamptz NOT NULL,
    CONSTRAINT transactions_pk PRIMARY KEY (store_id, id),
    CONSTRAINT transactions_reference_key UNIQUE (store_id, kind, reference)
);
CREATE INDEX transactions_order ON ledger.transactions (store_id, order_id) WHERE order_id IS NOT NULL;

CREATE TABLE ledger.entries (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    transaction_id uuid NOT NULL,
    account text NOT NULL,
    -- Debits above zero, credits below.
    amount bigint NOT NULL CONSTRAINT entries_amount_check CHECK (amount <> 0),
    currency text NOT NULL,
    CONSTRAINT entries_pk PRIMARY KEY (store_id, id),
    CONSTRAINT entries_transaction_fk FOREIGN KEY (store_id, transaction_id) REFERENCES ledger.transactions (store_id, id)
);
CREATE INDEX entries_transaction ON ledger.entries (store_id, transaction_id);
CREATE INDEX entries_account ON ledger.entries (store_id, account, currency);

CREATE TRIGGER transactions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.transactions
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.entries
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();

CREATE FUNCTION ledger.require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM ledger.entries
        WHERE store_id = NEW.store_id AND transaction_id = NEW.transaction_id
        GROUP BY currency HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'ledger transaction % does not balance', NEW.transaction_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entries_balance_check';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER entries_balance AFTER INSERT ON ledger.entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.require_balance();

-- Invoices and credit notes: what they said when they were written, numbered without gaps.
CREATE SCHEMA invoices;

CREATE TABLE invoices.terms (
    store_id uuid NOT NULL CONSTRAINT terms_store_fk REFERENCES platform.stores (id),
    -- Empty: the store's name.
    legal_name text NOT NULL,
    -- As they are printed, each with what it is called: 'VAT DE123456789'.
    tax_numbers text[] NOT NULL CONSTRAINT terms_tax_numbers_check CHECK (cardinality(tax_numbers) <= 5),
    note text NOT NULL,
    -- Numbers end in the digits that are counted, so that no two prefixes ever make the same number.
    invoice_prefix text NOT NULL CONSTRAINT terms_invoice_prefix_check CHECK (invoice_prefix !~ '[0-9]$'),
    credit_note_prefix text NOT NULL CONSTRAINT terms_credit_note_prefix_check CHECK (credit_note_prefix !~ '[0-9]$'),
    version bigint NOT NULL,
    CONSTRAINT terms_pk PRIMARY KEY (store_id),
    CONSTRAINT terms_prefixes_check CHECK (invoice_prefix <> credit_note_prefix)
);

CREATE TABLE invoices.documents (
    store_id uuid NOT NULL CONSTRAINT documents_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT documents_kind_check CHECK (kind IN ('invoice', 'credit_note')),
    number text NOT NULL,
    order_id uuid NOT NULL,
    -- What a credit note is about.
    refund_id uuid,
    -- The language of its texts.
    locale text NOT NULL,
    issued_at timestamptz NOT NULL,
    -- Who bought, and everything else that it says.
    buyer jsonb NOT NULL,
    content jsonb NOT NULL,
    CONSTRAINT documents_pk PRIMARY KEY (store_id, id),
    CONSTRAINT documents_number_key UNIQUE (store_id, kind, number),
    CONSTRAINT documents_order_fk FOREIGN KEY (store_id, order_id) REFERENCES orders.orders (store_id, id),
    CONSTRAINT documents_refund_fk FOREIGN KEY (store_id, refund_id) REFERENCES orders.refunds (store_id, id),
    CONSTRAINT documents_refund_check CHECK ((kind = 'credit_note') = (refund_id IS NOT NULL))
);
CREATE INDEX documents_order ON invoices.documents (store_id, order_id, issued_at, id);
CREATE UNIQUE INDEX documents_invoice ON invoices.documents (store_id, order_id) WHERE kind = 'invoice';
CREATE UNIQUE INDEX documents_refund ON invoices.documents (store_id, refund_id) WHERE refund_id IS NOT NULL;
CREATE TRIGGER documents_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoices.documents
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();

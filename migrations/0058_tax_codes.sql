-- What a merchant calls goods that are taxed alike, and the customers who need not pay tax.
CREATE TABLE tax.codes (
    store_id uuid NOT NULL CONSTRAINT codes_store_fk REFERENCES platform.stores (id),
    code text COLLATE "C" NOT NULL CONSTRAINT codes_code_check CHECK (code ~ '^[a-z0-9][a-z0-9_.-]*$' AND length(code) <= 50),
    name text NOT NULL,
    -- The row of the built-in table where a place has no rate for the code.
    category text NOT NULL,
    CONSTRAINT codes_pk PRIMARY KEY (store_id, code)
);

CREATE TABLE tax.exemptions (
    store_id uuid NOT NULL CONSTRAINT exemptions_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    certificate text NOT NULL,
    reason text NOT NULL,
    -- Where the paper is kept.
    reference text NOT NULL DEFAULT '',
    -- Countries and states, such as US-NY; none: everywhere.
    places text[] NOT NULL DEFAULT '{}',
    valid_from date,
    valid_until date,
    created_at timestamptz NOT NULL,
    CONSTRAINT exemptions_pk PRIMARY KEY (store_id, id),
    CONSTRAINT exemptions_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customers.customers (store_id, id),
    CONSTRAINT exemptions_certificate_key UNIQUE (store_id, customer_id, certificate),
    CONSTRAINT exemptions_validity_check CHECK (valid_from <= valid_until)
);

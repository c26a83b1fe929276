-- What the store says of its products beyond the fixed fields. A product's values stand in products.attributes, by code.
CREATE TABLE catalog.attributes (
    store_id uuid NOT NULL CONSTRAINT attributes_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    code text NOT NULL CONSTRAINT attributes_code_check CHECK (code <> ''),
    name text NOT NULL CONSTRAINT attributes_name_check CHECK (name <> ''),
    kind text NOT NULL CONSTRAINT attributes_kind_check
        CHECK (kind IN ('text', 'long_text', 'number', 'yes_no', 'date', 'one_of', 'several_of', 'link')),
    unit text NOT NULL DEFAULT '',
    choices text[] NOT NULL DEFAULT '{}',
    required boolean NOT NULL DEFAULT false,
    shown boolean NOT NULL DEFAULT true,
    -- For which products it is; when both are empty, for all.
    product_types text[] NOT NULL DEFAULT '{}',
    category_ids uuid[] NOT NULL DEFAULT '{}',
    position int NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT attributes_pk PRIMARY KEY (store_id, id),
    CONSTRAINT attributes_code_key UNIQUE (store_id, code)
);

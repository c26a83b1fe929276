-- What a product's page shows beside its pictures: videos, 360° sets, models and files. A set has an address for each
-- picture of the turn, everything else has one.
CREATE TABLE catalog.attachments (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    position int NOT NULL,
    kind text NOT NULL CONSTRAINT attachments_kind_check CHECK (kind IN ('video', 'turn', 'model', 'file')),
    urls text[] NOT NULL CONSTRAINT attachments_urls_check CHECK (cardinality(urls) >= 1),
    title text NOT NULL DEFAULT '',
    size_bytes bigint NOT NULL,
    CONSTRAINT attachments_pk PRIMARY KEY (store_id, id),
    CONSTRAINT attachments_product_fk FOREIGN KEY (store_id, product_id) REFERENCES catalog.products (store_id, id)
);
CREATE INDEX attachments_product ON catalog.attachments (store_id, product_id, position);

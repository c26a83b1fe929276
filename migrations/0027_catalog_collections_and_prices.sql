-- Collections that fill themselves by rules, what goes with a product, size guides, and every price there ever was.
ALTER TABLE catalog.collections
    ADD COLUMN image_url text NOT NULL DEFAULT '',
    ADD COLUMN seo_title text NOT NULL DEFAULT '',
    ADD COLUMN seo_description text NOT NULL DEFAULT '',
    -- No rules: its products are chosen by hand.
    ADD COLUMN rules jsonb,
    ADD COLUMN version bigint NOT NULL DEFAULT 1;
CREATE INDEX collections_ruled ON catalog.collections (store_id, id) WHERE rules IS NOT NULL;

ALTER TABLE catalog.products
    ADD COLUMN canonical_url text NOT NULL DEFAULT '',
    ADD COLUMN size_guide_html text NOT NULL DEFAULT '';
ALTER TABLE catalog.categories ADD COLUMN size_guide_html text NOT NULL DEFAULT '';

CREATE TABLE catalog.related_products (
    store_id uuid NOT NULL,
    product_id uuid NOT NULL,
    related_id uuid NOT NULL,
    position int NOT NULL,
    CONSTRAINT related_products_pk PRIMARY KEY (store_id, product_id, related_id),
    CONSTRAINT related_products_product_fk FOREIGN KEY (store_id, product_id) REFERENCES catalog.products (store_id, id),
    CONSTRAINT related_products_related_fk FOREIGN KEY (store_id, related_id) REFERENCES catalog.products (store_id, id),
    CONSTRAINT related_products_other_check CHECK (product_id <> related_id)
);
CREATE INDEX related_products_related ON catalog.related_products (store_id, related_id);

-- What a variant cost from a moment on, until the next row. The order is that of the numbers.
CREATE TABLE catalog.price_changes (
    store_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    changed_at timestamptz NOT NULL,
    actor text NOT NULL,
    currency text NOT NULL,
    price bigint,
    compare_at bigint,
    sale_price bigint,
    sale_starts_at timestamptz,
    sale_ends_at timestamptz,
    CONSTRAINT price_changes_pk PRIMARY KEY (store_id, variant_id, number),
    CONSTRAINT price_changes_variant_fk FOREIGN KEY (store_id, variant_id) REFERENCES catalog.variants (store_id, id)
);
INSERT INTO catalog.price_changes
    (store_id, variant_id, changed_at, actor, currency, price, compare_at, sale_price, sale_starts_at, sale_ends_at)
SELECT v.store_id, v.id, p.updated_at, 'system', v.currency, v.price, v.compare_at, v.sale_price, v.sale_starts_at, v.sale_ends_at
FROM catalog.variants v JOIN catalog.products p ON p.store_id = v.store_id AND p.id = v.product_id;
CREATE TRIGGER price_changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON catalog.price_changes
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();

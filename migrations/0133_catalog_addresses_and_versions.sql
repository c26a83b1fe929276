-- Addresses that categories and collections had before redirect, and two who change a category at once see each other's.
ALTER TABLE catalog.categories ADD COLUMN version bigint NOT NULL DEFAULT 1;

CREATE TABLE catalog.old_category_slugs (
    store_id uuid NOT NULL,
    slug text NOT NULL,
    category_id uuid NOT NULL,
    CONSTRAINT old_category_slugs_pk PRIMARY KEY (store_id, slug),
    CONSTRAINT old_category_slugs_category_fk FOREIGN KEY (store_id, category_id)
        REFERENCES catalog.categories (store_id, id) ON DELETE CASCADE
);
CREATE INDEX old_category_slugs_category ON catalog.old_category_slugs (store_id, category_id);
COMMENT ON TABLE catalog.old_category_slugs IS 'unwatched: follows from the change of a slug';

CREATE TABLE catalog.old_collection_slugs (
    store_id uuid NOT NULL,
    slug text NOT NULL,
    collection_id uuid NOT NULL,
    CONSTRAINT old_collection_slugs_pk PRIMARY KEY (store_id, slug),
    CONSTRAINT old_collection_slugs_collection_fk FOREIGN KEY (store_id, collection_id)
        REFERENCES catalog.collections (store_id, id) ON DELETE CASCADE
);
CREATE INDEX old_collection_slugs_collection ON catalog.old_collection_slugs (store_id, collection_id);
COMMENT ON TABLE catalog.old_collection_slugs IS 'unwatched: follows from the change of a slug';

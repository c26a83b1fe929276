-- Lists of the desk as members of staff keep them.
CREATE SCHEMA views;

CREATE TABLE views.views (
    store_id uuid NOT NULL CONSTRAINT views_store_fk REFERENCES platform.stores (id),
    number bigint NOT NULL,
    list text NOT NULL CONSTRAINT views_list_check CHECK (list IN ('orders', 'products', 'customers')),
    -- The account of whoever keeps it.
    owner_id uuid NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    shared boolean NOT NULL,
    version bigint NOT NULL,
    -- A view that was deleted can be brought back for a while.
    deleted_at timestamptz,
    CONSTRAINT views_pk PRIMARY KEY (store_id, number)
);
CREATE INDEX views_of_list ON views.views (store_id, list, number) WHERE deleted_at IS NULL;
CREATE INDEX views_deleted ON views.views (store_id, deleted_at) WHERE deleted_at IS NOT NULL;

-- Products, variants, pictures, the category tree and curated collections.
CREATE SCHEMA catalog;

CREATE TABLE catalog.products (
    store_id uuid NOT NULL CONSTRAINT products_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    slug text NOT NULL,
    title text NOT NULL CONSTRAINT products_title_check CHECK (title <> ''),
    description_html text NOT NULL DEFAULT '',
    short_description text NOT NULL DEFAULT '',
    brand text NOT NULL DEFAULT '',
    vendor text NOT NULL DEFAULT '',
    kind text NOT NULL CONSTRAINT products_kind_check CHECK (kind IN ('physical', 'digital', 'service', 'gift_card')),
    product_type text NOT NULL DEFAULT '',
    status text NOT NULL CONSTRAINT products_status_check CHECK (status IN ('draft', 'active', 'archived')),
    published_at timestamptz,
    featured boolean NOT NULL DEFAULT false,
    tags text[] NOT NULL DEFAULT '{}',
    option_names text[] NOT NULL DEFAULT '{}' CONSTRAINT products_option_names_check CHECK (cardinality(option_names) <= 3),
    seo_title text NOT NULL DEFAULT '',
    seo_description text NOT NULL DEFAULT '',
    attributes jsonb NOT NULL DEFAULT '{}',
    -- Kept for lists: the lowest and highest price of the active variants (at regular price), the first picture, and
    -- whether any variant can be bought.
    price_min bigint,
    price_max bigint,
    currency text NOT NULL,
    image_url text NOT NULL DEFAULT '',
    in_stock boolean NOT NULL DEFAULT false,
    search tsvector NOT NULL DEFAULT '',
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT products_pk PRIMARY KEY (store_id, id),
    CONSTRAINT products_slug_key UNIQUE (store_id, slug)
);
CREATE INDEX products_listed ON catalog.products (store_id, published_at DESC, id DESC) WHERE status = 'active';
CREATE INDEX products_listed_by_price ON catalog.products (store_id, price_min, id) WHERE status = 'active';
CREATE INDEX products_listed_by_title ON catalog.products (store_id, title, id) WHERE status = 'active';
CREATE INDEX products_brand ON catalog.products (store_id, brand) WHERE status = 'active';
CREATE INDEX products_updated ON catalog.products (store_id, updated_at DESC, id DESC);
CREATE INDEX products_featured ON catalog.products (store_id, published_at DESC, id DESC) WHERE status = 'active' AND featured;
CREATE INDEX products_search ON catalog.products USING gin (search) WITH (fastupdate = on);

-- Slugs that products had before; they redirect.
CREATE TABLE catalog.old_slugs (
    store_id uuid NOT NULL,
    slug text NOT NULL,
    product_id uuid NOT NULL,
    CONSTRAINT old_slugs_pk PRIMARY KEY (store_id, slug),
    CONSTRAINT old_slugs_product_fk FOREIGN KEY (store_id, product_id) REFERENCES catalog.products (store_id, id)
);
CREATE INDEX old_slugs_product ON catalog.old_slugs (store_id, product_id);

CREATE TABLE catalog.variants (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    position int NOT NULL,
    title text NOT NULL,
    sku text,
    barcode text NOT NULL DEFAULT '',
    option_values text[] NOT NULL DEFAULT '{}',
    currency text NOT NULL,
    -- No price: shown, but not for sale.
    price bigint CONSTRAINT variants_price_check CHECK (price >= 0),
    compare_at bigint CONSTRAINT variants_compare_at_check CHECK (compare_at >= 0),
    cost bigint CONSTRAINT variants_cost_check CHECK (cost >= 0),
    sale_price bigint CONSTRAINT variants_sale_price_check CHECK (sale_price >= 0),
    sale_starts_at timestamptz,
    sale_ends_at timestamptz,
    weight_grams bigint NOT NULL DEFAULT 0 CONSTRAINT variants_weight_grams_check CHECK (weight_grams >= 0),
    hs_code text NOT NULL DEFAULT '',
    origin_country text NOT NULL DEFAULT '',
    tax_category text NOT NULL DEFAULT 'standard',
    taxable boolean NOT NULL DEFAULT true,
    requires_shipping boolean NOT NULL DEFAULT true,
    active boolean NOT NULL DEFAULT true,
    image_url text NOT NULL DEFAULT '',
    -- Told by inventory; a variant that is not counted stays true.
    in_stock boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT variants_pk PRIMARY KEY (store_id, id),
    CONSTRAINT variants_product_fk FOREIGN KEY (store_id, product_id) REFERENCES catalog.products (store_id, id),
    CONSTRAINT variants_sku_key UNIQUE (store_id, sku),
    CONSTRAINT variants_option_values_key UNIQUE (store_id, product_id, option_values),
    CONSTRAINT variants_sale_window_check CHECK (sale_starts_at IS NULL OR sale_ends_at IS NULL OR sale_starts_at < sale_ends_at)
);

CREATE TABLE catalog.images (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    position int NOT NULL,
    url text NOT NULL,
    alt text NOT NULL DEFAULT '',
    CONSTRAINT images_pk PRIMARY KEY (store_id, id),
    CONSTRAINT images_url_key UNIQUE (store_id, product_id, url),
    CONSTRAINT images_product_fk FOREIGN KEY (store_id, product_id) REFERENCES catalog.products (store_id, id)
);

CREATE TABLE catalog.categories (
    store_id uuid NOT NULL CONSTRAINT categories_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    parent_id uuid,
    slug text NOT NULL,
    name text NOT NULL CONSTRAINT categories_name_check CHECK (name <> ''),
    description_html text NOT NULL DEFAULT '',
    image_url text NOT NULL DEFAULT '',
    seo_title text NOT NULL DEFAULT '',
    seo_description text NOT NULL DEFAULT '',
    position int NOT NULL DEFAULT 0,
    CONSTRAINT categories_pk PRIMARY KEY (store_id, id),
    CONSTRAINT categories_slug_key UNIQUE (store_id, slug),
    CONSTRAINT categories_parent_fk FOREIGN KEY (store_id, parent_id) REFERENCES catalog.categories (store_id, id),
    CONSTRAINT categories_parent_check CHECK (parent_id <> id)
);
CREATE INDEX categories_parent ON catalog.categories (store_id, parent_id, position);

CREATE TABLE catalog.product_categories (
    store_id uuid NOT NULL,
    category_id uuid NOT NULL,
    product_id uuid NOT NULL,
    CONSTRAINT product_categories_pk PRIMARY KEY (store_id, category_id, product_id),
    CONSTRAINT product_categories_category_fk FOREIGN KEY (store_id, category_id) REFERENCES catalog.categories (store_id, id),
    CONSTRAINT product_categories_product_fk FOREIGN KEY (store_id, product_id) REFERENCES catalog.products (store_id, id)
);
CREATE INDEX product_categories_product ON catalog.product_categories (store_id, product_id);

CREATE TABLE catalog.collections (
    store_id uuid NOT NULL CONSTRAINT collections_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    slug text NOT NULL,
    title text NOT NULL CONSTRAINT collections_title_check CHECK (title <> ''),
    description_html text NOT NULL DEFAULT '',
    CONSTRAINT collections_pk PRIMARY KEY (store_id, id),
    CONSTRAINT collections_slug_key UNIQUE (store_id, slug)
);

CREATE TABLE catalog.collection_products (
    store_id uuid NOT NULL,
    collection_id uuid NOT NULL,
    product_id uuid NOT NULL,
    position int NOT NULL DEFAULT 0,
    CONSTRAINT collection_products_pk PRIMARY KEY (store_id, collection_id, product_id),
    CONSTRAINT collection_products_collection_fk FOREIGN KEY (store_id, collection_id) REFERENCES catalog.collections (store_id, id),
    CONSTRAINT collection_products_product_fk FOREIGN KEY (store_id, product_id) REFERENCES catalog.products (store_id, id)
);
CREATE INDEX collection_products_product ON catalog.collection_products (store_id, product_id);

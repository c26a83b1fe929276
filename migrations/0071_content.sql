-- Pages that the merchant writes, and the menus that lead to them.
CREATE SCHEMA content;

CREATE TABLE content.pages (
    store_id uuid NOT NULL CONSTRAINT pages_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    slug text NOT NULL,
    published boolean NOT NULL,
    -- By language: title, body_html, seo_title and seo_description.
    texts jsonb NOT NULL CONSTRAINT pages_texts_check CHECK (jsonb_typeof(texts) = 'object'),
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT pages_pk PRIMARY KEY (store_id, id),
    CONSTRAINT pages_slug_key UNIQUE (store_id, slug)
);

-- Slugs that pages had before; they redirect.
CREATE TABLE content.old_slugs (
    store_id uuid NOT NULL,
    slug text NOT NULL,
    page_id uuid NOT NULL,
    CONSTRAINT old_slugs_pk PRIMARY KEY (store_id, slug),
    CONSTRAINT old_slugs_page_fk FOREIGN KEY (store_id, page_id) REFERENCES content.pages (store_id, id) ON DELETE CASCADE
);
CREATE INDEX old_slugs_page ON content.old_slugs (store_id, page_id);

-- Both menus of a store: they are changed on one page.
CREATE TABLE content.menus (
    store_id uuid NOT NULL CONSTRAINT menus_store_fk REFERENCES platform.stores (id),
    header jsonb NOT NULL CONSTRAINT menus_header_check CHECK (jsonb_typeof(header) = 'array'),
    footer jsonb NOT NULL CONSTRAINT menus_footer_check CHECK (jsonb_typeof(footer) = 'array'),
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT menus_pk PRIMARY KEY (store_id)
);

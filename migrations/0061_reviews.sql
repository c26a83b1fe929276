-- What shoppers say of products.
CREATE SCHEMA reviews;

CREATE TABLE reviews.reviews (
    store_id uuid NOT NULL CONSTRAINT reviews_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    -- Who wrote it, as far as it is proven: by an account, or by the signed link of an order.
    customer_id uuid,
    order_id uuid,
    email text NOT NULL CONSTRAINT reviews_email_check CHECK (email = lower(email)),
    author text NOT NULL CONSTRAINT reviews_author_check CHECK (author <> ''),
    stars int NOT NULL CONSTRAINT reviews_stars_check CHECK (stars BETWEEN 1 AND 5),
    title text NOT NULL,
    body text NOT NULL,
    photos text[] NOT NULL CONSTRAINT reviews_photos_check CHECK (cardinality(photos) <= 5),
    -- The language it was written from, for whoever reads it aloud.
    locale text NOT NULL,
    -- Whether a piece of the product had reached the author.
    verified boolean NOT NULL,
    -- SHA-256 of the words; none when they are so few that others say the same by chance.
    fingerprint bytea,
    suspicions text[] NOT NULL,
    state text NOT NULL CONSTRAINT reviews_state_check CHECK (state IN ('waiting', 'published', 'rejected')),
    -- Why it was rejected.
    reason text NOT NULL DEFAULT '',
    -- What the last decision replaced, until the review is changed.
    undo_state text CONSTRAINT reviews_undo_state_check CHECK (undo_state IN ('waiting', 'published', 'rejected')),
    undo_reason text NOT NULL DEFAULT '',
    reply text NOT NULL DEFAULT '',
    replied_at timestamptz,
    -- How many of reviews.votes there are; reports only since somebody last looked at them.
    helpful bigint NOT NULL DEFAULT 0 CONSTRAINT reviews_helpful_check CHECK (helpful >= 0),
    reports bigint NOT NULL DEFAULT 0 CONSTRAINT reviews_reports_check CHECK (reports >= 0),
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT reviews_pk PRIMARY KEY (store_id, id),
    CONSTRAINT reviews_email_key UNIQUE (store_id, product_id, email),
    CONSTRAINT reviews_product_fk FOREIGN KEY (store_id, product_id) REFERENCES catalog.products (store_id, id),
    CONSTRAINT reviews_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customers.customers (store_id, id),
    CONSTRAINT reviews_order_fk FOREIGN KEY (store_id, order_id) REFERENCES orders.orders (store_id, id)
);
CREATE INDEX reviews_published ON reviews.reviews (store_id, product_id, created_at DESC, id DESC) WHERE state = 'published';
CREATE INDEX reviews_by_state ON reviews.reviews (store_id, state, created_at, id);
CREATE INDEX reviews_written ON reviews.reviews (store_id, created_at, id);
CREATE INDEX reviews_reported ON reviews.reviews (store_id, created_at, id) WHERE reports > 0;
CREATE INDEX reviews_fingerprint ON reviews.reviews (store_id, fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX reviews_by_email ON reviews.reviews (store_id, email, created_at);
CREATE INDEX reviews_customer ON reviews.reviews (store_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX reviews_order ON reviews.reviews (store_id, order_id) WHERE order_id IS NOT NULL;

-- Who found a review helpful, and who reported it: each voter once.
CREATE TABLE reviews.votes (
    store_id uuid NOT NULL,
    review_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT votes_kind_check CHECK (kind IN ('helpful', 'report')),
    -- A customer's id, or a keyed hash of the address that a guest came from.
    voter text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT votes_pk PRIMARY KEY (store_id, review_id, kind, voter),
    CONSTRAINT votes_review_fk FOREIGN KEY (store_id, review_id) REFERENCES reviews.reviews (store_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE reviews.votes IS 'unwatched: belongs to shoppers';

CREATE TABLE reviews.settings (
    store_id uuid NOT NULL CONSTRAINT settings_store_fk REFERENCES platform.stores (id),
    who_writes text NOT NULL CONSTRAINT settings_who_writes_check CHECK (who_writes IN ('buyers', 'accounts', 'nobody')),
    moderation text NOT NULL CONSTRAINT settings_moderation_check CHECK (moderation IN ('before', 'after')),
    bad_words text[] NOT NULL,
    CONSTRAINT settings_pk PRIMARY KEY (store_id)
);

-- Files of reviews can be imported.
ALTER TABLE imports.runs
    DROP CONSTRAINT IF EXISTS runs_format_with_customers_check,
    DROP CONSTRAINT IF EXISTS runs_format_with_orders_check,
    ADD CONSTRAINT runs_format_with_reviews_check CHECK (format IN
        ('shopify', 'woocommerce', 'jsonl', 'stock', 'redirects', 'customers', 'shopify_orders', 'orders', 'reviews'));

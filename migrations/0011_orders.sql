-- Orders: immutable snapshots of what was sold, three statuses, parcels, refunds and a timeline.
CREATE SCHEMA orders;

CREATE TABLE orders.orders (
    store_id uuid NOT NULL CONSTRAINT orders_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    number text NOT NULL,
    cart_id uuid,
    customer_id uuid,
    email text NOT NULL,
    status text NOT NULL CONSTRAINT orders_status_check CHECK (status IN ('pending', 'confirmed', 'processing', 'partially_fulfilled', 'fulfilled', 'delivered', 'cancelled', 'refunded')),
    payment_status text NOT NULL CONSTRAINT orders_payment_status_check CHECK (payment_status IN ('pending', 'authorized', 'paid', 'partially_paid', 'partially_refunded', 'refunded', 'failed', 'voided')),
    fulfilment_status text NOT NULL CONSTRAINT orders_fulfilment_status_check CHECK (fulfilment_status IN ('unfulfilled', 'partial', 'fulfilled', 'returned')),
    currency text NOT NULL,
    locale text NOT NULL,
    prices_include_tax boolean NOT NULL,
    tax_rounding text NOT NULL,
    -- Σ unit price × quantity, then what is taken off and put on; see orders::totals.
    items_total bigint NOT NULL,
    discount_total bigint NOT NULL,
    shipping_total bigint NOT NULL,
    shipping_discount bigint NOT NULL,
    tax_total bigint NOT NULL,
    total bigint NOT NULL CONSTRAINT orders_total_check CHECK (total >= 0),
    shipping_tax bigint NOT NULL,
    paid_total bigint NOT NULL DEFAULT 0 CONSTRAINT orders_paid_total_check CHECK (paid_total >= 0),
    refunded_total bigint NOT NULL DEFAULT 0,
    shipping_refunded bigint NOT NULL DEFAULT 0,
    shipping_address jsonb,
    billing_address jsonb,
    shipping_code text NOT NULL DEFAULT '',
    shipping_name text NOT NULL DEFAULT '',
    coupon_codes text[] NOT NULL DEFAULT '{}',
    -- Tax by name and rate, and which coupon did what, as the quote explained it.
    explanation jsonb NOT NULL DEFAULT '{}',
    source text NOT NULL CONSTRAINT orders_source_check CHECK (source IN ('web', 'mobile', 'pos', 'api', 'phone', 'agent')),
    customer_note text NOT NULL DEFAULT '',
    tags text[] NOT NULL DEFAULT '{}',
    placed_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT orders_pk PRIMARY KEY (store_id, id),
    CONSTRAINT orders_number_key UNIQUE (store_id, number),
    CONSTRAINT orders_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customers.customers (store_id, id),
    CONSTRAINT orders_refunded_total_check CHECK (refunded_total >= 0 AND refunded_total <= paid_total)
);
CREATE INDEX orders_placed ON orders.orders (store_id, placed_at DESC, id DESC);
CREATE INDEX orders_by_status ON orders.orders (store_id, status, placed_at DESC, id DESC);
CREATE INDEX orders_customer ON orders.orders (store_id, customer_id, placed_at DESC) WHERE customer_id IS NOT NULL;
CREATE INDEX orders_email ON orders.orders (store_id, email, placed_at DESC);
CREATE INDEX orders_cart ON orders.orders (store_id, cart_id) WHERE cart_id IS NOT NULL;

CREATE TABLE orders.lines (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    position int NOT NULL,
    product_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    title text NOT NULL,
    variant_title text NOT NULL,
    sku text,
    slug text NOT NULL,
    image_url text NOT NULL,
    properties jsonb NOT NULL DEFAULT '{}',
    requires_shipping boolean NOT NULL,
    weight_grams bigint NOT NULL,
    quantity bigint NOT NULL CONSTRAINT lines_quantity_check CHECK (quantity > 0),
    currency text NOT NULL,
    unit_price bigint NOT NULL,
    discount bigint NOT NULL,
    tax bigint NOT NULL,
    -- unit_price × quantity − discount (+ tax when prices are without tax).
    total bigint NOT NULL CONSTRAINT lines_total_check CHECK (total >= 0),
    taxes jsonb NOT NULL DEFAULT '[]',
    fulfilled_quantity bigint NOT NULL DEFAULT 0,
    refunded_quantity bigint NOT NULL DEFAULT 0,
    refunded bigint NOT NULL DEFAULT 0,
    CONSTRAINT lines_pk PRIMARY KEY (store_id, id),
    CONSTRAINT lines_order_fk FOREIGN KEY (store_id, order_id) REFERENCES orders.orders (store_id, id),
    CONSTRAINT lines_fulfilled_quantity_check CHECK (fulfilled_quantity BETWEEN 0 AND quantity),
    CONSTRAINT lines_refunded_quantity_check CHECK (refunded_quantity BETWEEN 0 AND quantity),
    CONSTRAINT lines_refunded_check CHECK (refunded BETWEEN 0 AND total)
);
CREATE INDEX lines_order ON orders.lines (store_id, order_id, position);
CREATE INDEX lines_variant ON orders.lines (store_id, variant_id);

CREATE TABLE orders.fulfilments (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    state text NOT NULL CONSTRAINT fulfilments_state_check CHECK (state IN ('picking', 'ready_to_ship', 'label_created', 'in_transit', 'out_for_delivery', 'delivered', 'failed', 'returned')),
    carrier text NOT NULL DEFAULT '',
    tracking_number text NOT NULL DEFAULT '',
    tracking_url text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    CONSTRAINT fulfilments_pk PRIMARY KEY (store_id, id),
    CONSTRAINT fulfilments_order_fk FOREIGN KEY (store_id, order_id) REFERENCES orders.orders (store_id, id)
);
CREATE INDEX fulfilments_order ON orders.fulfilments (store_id, order_id, created_at);

CREATE TABLE orders.fulfilment_lines (
    store_id uuid NOT NULL,
    fulfilment_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    quantity bigint NOT NULL CONSTRAINT fulfilment_lines_quantity_check CHECK (quantity > 0),
    CONSTRAINT fulfilment_lines_pk PRIMARY KEY (store_id, fulfilment_id, order_line_id),
    CONSTRAINT fulfilment_lines_fulfilment_fk FOREIGN KEY (store_id, fulfilment_id) REFERENCES orders.fulfilments (store_id, id),
    CONSTRAINT fulfilment_lines_order_line_fk FOREIGN KEY (store_id, order_line_id) REFERENCES orders.lines (store_id, id)
);
CREATE INDEX fulfilment_lines_order_line ON orders.fulfilment_lines (store_id, order_line_id);

-- What was given back, and for which lines. The payment side of it is payments.refunds with the same id.
CREATE TABLE orders.refunds (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    state text NOT NULL CONSTRAINT refunds_state_check CHECK (state IN ('pending', 'succeeded', 'failed')),
    currency text NOT NULL,
    amount bigint NOT NULL CONSTRAINT refunds_amount_check CHECK (amount > 0),
    shipping_amount bigint NOT NULL DEFAULT 0,
    reason text NOT NULL DEFAULT '',
    restock boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT refunds_pk PRIMARY KEY (store_id, id),
    CONSTRAINT refunds_order_fk FOREIGN KEY (store_id, order_id) REFERENCES orders.orders (store_id, id)
);
CREATE INDEX refunds_order ON orders.refunds (store_id, order_id, created_at);

CREATE TABLE orders.refund_lines (
    store_id uuid NOT NULL,
    refund_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    quantity bigint NOT NULL CONSTRAINT refund_lines_quantity_check CHECK (quantity > 0),
    currency text NOT NULL,
    amount bigint NOT NULL,
    tax bigint NOT NULL,
    CONSTRAINT refund_lines_pk PRIMARY KEY (store_id, refund_id, order_line_id),
    CONSTRAINT refund_lines_refund_fk FOREIGN KEY (store_id, refund_id) REFERENCES orders.refunds (store_id, id),
    CONSTRAINT refund_lines_order_line_fk FOREIGN KEY (store_id, order_line_id) REFERENCES orders.lines (store_id, id)
);
CREATE INDEX refund_lines_order_line ON orders.refund_lines (store_id, order_line_id);

CREATE TABLE orders.timeline (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    -- The version of the order that it led to, which orders the entries of one moment.
    order_version bigint NOT NULL,
    kind text NOT NULL,
    details jsonb NOT NULL DEFAULT '{}',
    actor text NOT NULL,
    occurred_at timestamptz NOT NULL,
    CONSTRAINT timeline_pk PRIMARY KEY (store_id, id),
    CONSTRAINT timeline_order_fk FOREIGN KEY (store_id, order_id) REFERENCES orders.orders (store_id, id)
);
CREATE INDEX timeline_order ON orders.timeline (store_id, order_id, order_version);
CREATE TRIGGER timeline_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON orders.timeline
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();

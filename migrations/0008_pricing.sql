-- Coupons, and who used them for which order.
CREATE SCHEMA pricing;

CREATE TABLE pricing.coupons (
    store_id uuid NOT NULL CONSTRAINT coupons_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    code text NOT NULL CONSTRAINT coupons_code_check CHECK (code = upper(code) AND code <> ''),
    kind text NOT NULL CONSTRAINT coupons_kind_check CHECK (kind IN ('percentage', 'fixed_amount', 'free_shipping')),
    -- Percent as a fraction: 0.1 is 10 %.
    percentage numeric(7, 6) CONSTRAINT coupons_percentage_check CHECK (percentage > 0 AND percentage <= 1),
    currency text NOT NULL,
    amount bigint CONSTRAINT coupons_amount_check CHECK (amount > 0),
    minimum bigint CONSTRAINT coupons_minimum_check CHECK (minimum >= 0),
    cap bigint CONSTRAINT coupons_cap_check CHECK (cap > 0),
    product_ids uuid[] NOT NULL DEFAULT '{}',
    collection_ids uuid[] NOT NULL DEFAULT '{}',
    starts_at timestamptz,
    ends_at timestamptz,
    total_limit bigint CONSTRAINT coupons_total_limit_check CHECK (total_limit > 0),
    customer_limit bigint CONSTRAINT coupons_customer_limit_check CHECK (customer_limit > 0),
    used_count bigint NOT NULL DEFAULT 0,
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    CONSTRAINT coupons_pk PRIMARY KEY (store_id, id),
    CONSTRAINT coupons_code_key UNIQUE (store_id, code),
    CONSTRAINT coupons_kind_values_check CHECK (
        (kind = 'percentage') = (percentage IS NOT NULL) AND (kind = 'fixed_amount') = (amount IS NOT NULL)
    ),
    CONSTRAINT coupons_window_check CHECK (starts_at IS NULL OR ends_at IS NULL OR starts_at < ends_at),
    CONSTRAINT coupons_used_count_check CHECK (used_count >= 0 AND (total_limit IS NULL OR used_count <= total_limit))
);

CREATE TABLE pricing.coupon_uses (
    store_id uuid NOT NULL,
    coupon_id uuid NOT NULL,
    -- The buyer's e-mail address, in lower case.
    customer_key text NOT NULL,
    used_count bigint NOT NULL,
    customer_limit bigint,
    CONSTRAINT coupon_uses_pk PRIMARY KEY (store_id, coupon_id, customer_key),
    CONSTRAINT coupon_uses_coupon_fk FOREIGN KEY (store_id, coupon_id) REFERENCES pricing.coupons (store_id, id),
    CONSTRAINT coupon_uses_customer_limit_check CHECK (used_count >= 0 AND (customer_limit IS NULL OR used_count <= customer_limit))
);

CREATE TABLE pricing.redemptions (
    store_id uuid NOT NULL,
    coupon_id uuid NOT NULL,
    order_id uuid NOT NULL,
    customer_key text NOT NULL,
    redeemed_at timestamptz NOT NULL,
    released_at timestamptz,
    CONSTRAINT redemptions_pk PRIMARY KEY (store_id, order_id, coupon_id),
    CONSTRAINT redemptions_coupon_fk FOREIGN KEY (store_id, coupon_id) REFERENCES pricing.coupons (store_id, id)
);
CREATE INDEX redemptions_coupon ON pricing.redemptions (store_id, coupon_id);

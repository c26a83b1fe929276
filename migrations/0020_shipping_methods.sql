-- Profiles, boxes, restrictions, handling time; methods by quantity, by table and for pick-up; dates of delivery.
CREATE TABLE shipping.settings (
    store_id uuid NOT NULL CONSTRAINT settings_store_fk REFERENCES platform.stores (id),
    handling_days int NOT NULL CONSTRAINT settings_handling_days_check CHECK (handling_days BETWEEN 0 AND 60),
    -- 1 is Monday, 7 is Sunday.
    working_days smallint[] NOT NULL CONSTRAINT settings_working_days_check CHECK (cardinality(working_days) BETWEEN 1 AND 7),
    CONSTRAINT settings_pk PRIMARY KEY (store_id)
);

-- Products that ship in their own way. What is in no profile ships in the general one, which has no row.
CREATE TABLE shipping.profiles (
    store_id uuid NOT NULL CONSTRAINT profiles_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    name text NOT NULL,
    CONSTRAINT profiles_pk PRIMARY KEY (store_id, id),
    CONSTRAINT profiles_name_key UNIQUE (store_id, name)
);

CREATE TABLE shipping.profile_products (
    store_id uuid NOT NULL,
    product_id uuid NOT NULL,
    profile_id uuid NOT NULL,
    CONSTRAINT profile_products_pk PRIMARY KEY (store_id, product_id),
    CONSTRAINT profile_products_profile_fk FOREIGN KEY (store_id, profile_id) REFERENCES shipping.profiles (store_id, id) ON DELETE CASCADE,
    CONSTRAINT profile_products_product_fk FOREIGN KEY (store_id, product_id) REFERENCES catalog.products (store_id, id)
);
CREATE INDEX profile_products_profile ON shipping.profile_products (store_id, profile_id);

CREATE TABLE shipping.boxes (
    store_id uuid NOT NULL CONSTRAINT boxes_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    name text NOT NULL,
    length_mm bigint NOT NULL CONSTRAINT boxes_length_mm_check CHECK (length_mm BETWEEN 1 AND 10000),
    width_mm bigint NOT NULL CONSTRAINT boxes_width_mm_check CHECK (width_mm BETWEEN 1 AND 10000),
    height_mm bigint NOT NULL CONSTRAINT boxes_height_mm_check CHECK (height_mm BETWEEN 1 AND 10000),
    tare_grams bigint NOT NULL CONSTRAINT boxes_tare_grams_check CHECK (tare_grams >= 0),
    -- With the box itself.
    max_weight_grams bigint NOT NULL,
    CONSTRAINT boxes_pk PRIMARY KEY (store_id, id),
    CONSTRAINT boxes_name_key UNIQUE (store_id, name),
    CONSTRAINT boxes_max_weight_grams_check CHECK (max_weight_grams > tare_grams)
);

-- Where a product, or one variant of it, may not be sent.
CREATE TABLE shipping.restrictions (
    store_id uuid NOT NULL CONSTRAINT restrictions_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    variant_id uuid,
    -- `not_to`: nowhere in these places; `only_to`: nowhere else.
    kind text NOT NULL CONSTRAINT restrictions_kind_check CHECK (kind IN ('not_to', 'only_to')),
    places text[] NOT NULL,
    CONSTRAINT restrictions_pk PRIMARY KEY (store_id, id),
    CONSTRAINT restrictions_product_fk FOREIGN KEY (store_id, product_id) REFERENCES catalog.products (store_id, id),
    CONSTRAINT restrictions_variant_fk FOREIGN KEY (store_id, variant_id) REFERENCES catalog.variants (store_id, id),
    CONSTRAINT restrictions_product_key UNIQUE NULLS NOT DISTINCT (store_id, product_id, variant_id)
);

CREATE INDEX restrictions_variant ON shipping.restrictions (store_id, variant_id) WHERE variant_id IS NOT NULL;

ALTER TABLE shipping.methods
    DROP CONSTRAINT methods_kind_check,
    DROP CONSTRAINT methods_code_key,
    -- Without one it ships what is in no profile.
    ADD COLUMN profile_id uuid,
    ADD COLUMN location_id uuid,
    ADD COLUMN volumetric_divisor bigint CONSTRAINT methods_volumetric_divisor_check CHECK (volumetric_divisor > 0),
    ADD COLUMN date_choices int NOT NULL DEFAULT 0 CONSTRAINT methods_date_choices_check CHECK (date_choices BETWEEN 0 AND 60),
    -- The steps of tables also have the postcodes they are for.
    ADD CONSTRAINT methods_rate_kind_check CHECK (kind IN ('flat', 'by_weight', 'by_price', 'by_quantity', 'table_by_weight', 'table_by_price', 'pickup')),
    ADD CONSTRAINT methods_pickup_check CHECK ((kind = 'pickup') = (location_id IS NOT NULL)),
    ADD CONSTRAINT methods_profile_code_key UNIQUE NULLS NOT DISTINCT (store_id, zone_id, profile_id, code),
    ADD CONSTRAINT methods_profile_fk FOREIGN KEY (store_id, profile_id) REFERENCES shipping.profiles (store_id, id),
    ADD CONSTRAINT methods_location_fk FOREIGN KEY (store_id, location_id) REFERENCES inventory.locations (store_id, id);
CREATE INDEX methods_profile ON shipping.methods (store_id, profile_id) WHERE profile_id IS NOT NULL;
CREATE INDEX methods_location ON shipping.methods (store_id, location_id) WHERE location_id IS NOT NULL;

-- The day a shopper chose, and when the delivery was said to come.
ALTER TABLE cart.carts ADD COLUMN delivery_date date;
ALTER TABLE orders.orders
    ADD COLUMN delivery_date date,
    ADD COLUMN delivery_earliest date,
    ADD COLUMN delivery_latest date;

-- The waiting room of a store.
CREATE SCHEMA queue;

CREATE TABLE queue.rooms (
    store_id uuid NOT NULL CONSTRAINT rooms_store_fk REFERENCES platform.stores (id),
    stands_before text NOT NULL CONSTRAINT rooms_stands_before_check CHECK (stands_before IN ('nothing', 'products', 'checkout')),
    product_ids uuid[] NOT NULL,
    per_minute int NOT NULL CONSTRAINT rooms_per_minute_check CHECK (per_minute BETWEEN 1 AND 100000),
    admission_minutes int NOT NULL CONSTRAINT rooms_admission_minutes_check CHECK (admission_minutes BETWEEN 1 AND 240),
    message text NOT NULL,
    -- The place that was admitted at that millisecond; from then on 60,000 places are one admission.
    since_ms bigint NOT NULL,
    base bigint NOT NULL,
    -- Places below were admitted so long ago that they are good for nothing.
    void_below bigint NOT NULL,
    -- The paces before whose admissions may still last, oldest first: four numbers each, since_ms, base, per_minute and
    -- admission_minutes.
    past bigint[] NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT rooms_pk PRIMARY KEY (store_id)
);

-- The last place that somebody took. It changes with everybody who joins, so it has a row of its own.
CREATE TABLE queue.tails (
    store_id uuid NOT NULL CONSTRAINT tails_store_fk REFERENCES platform.stores (id),
    place bigint NOT NULL,
    CONSTRAINT tails_pk PRIMARY KEY (store_id)
);

-- Which cart an admission was used for.
CREATE TABLE queue.admissions (
    store_id uuid NOT NULL CONSTRAINT admissions_store_fk REFERENCES platform.stores (id),
    place bigint NOT NULL,
    cart_id uuid NOT NULL,
    claimed_at timestamptz NOT NULL,
    CONSTRAINT admissions_pk PRIMARY KEY (store_id, place)
);
CREATE INDEX admissions_claimed ON queue.admissions (store_id, claimed_at);

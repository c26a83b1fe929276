-- When a store's days begin, and whether somebody who is not signed in may buy.
ALTER TABLE platform.stores
    ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC' CONSTRAINT stores_time_zone_check CHECK (time_zone <> ''),
    ADD COLUMN guests_may_buy boolean NOT NULL DEFAULT true;

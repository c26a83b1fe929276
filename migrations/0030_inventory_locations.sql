-- Locations as shoppers and merchants know them, levels that are watched, and stock that moves between locations.
ALTER TABLE inventory.locations
    -- How many pieces fit; null when nobody counts that.
    ADD COLUMN capacity bigint CONSTRAINT locations_capacity_check CHECK (capacity > 0),
    ADD COLUMN pickup boolean NOT NULL DEFAULT false,
    -- Seven texts from Monday on, such as "09:00-12:00, 13:00-18:00".
    ADD COLUMN hours jsonb NOT NULL DEFAULT '["", "", "", "", "", "", ""]',
    ADD COLUMN version bigint NOT NULL DEFAULT 1,
    ADD CONSTRAINT locations_pickup_check CHECK (NOT pickup OR address IS NOT NULL);

ALTER TABLE inventory.levels
    -- At or below this many the merchant is told; null when nobody watches.
    ADD COLUMN reorder_point bigint CONSTRAINT levels_reorder_point_check CHECK (reorder_point >= 0),
    ADD COLUMN reorder_quantity bigint NOT NULL DEFAULT 0 CONSTRAINT levels_reorder_quantity_check CHECK (reorder_quantity >= 0);
CREATE INDEX levels_watched ON inventory.levels (store_id) WHERE reorder_point IS NOT NULL;

ALTER TABLE inventory.movements
    DROP CONSTRAINT movements_kind_check,
    ADD CONSTRAINT movements_kinds_check CHECK (kind IN ('receive', 'reserve', 'release', 'sale', 'adjust', 'return', 'damage',
        'correction', 'transfer_out', 'transfer_in'));

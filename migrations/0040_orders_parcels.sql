-- Parcels are picked at a location, and leave when they are shipped.
ALTER TABLE orders.fulfilments
    ADD COLUMN location_id uuid,
    ADD COLUMN shipped_at timestamptz,
    ADD CONSTRAINT fulfilments_location_fk FOREIGN KEY (store_id, location_id) REFERENCES inventory.locations (store_id, id);
UPDATE orders.fulfilments SET shipped_at = created_at WHERE state NOT IN ('picking', 'ready_to_ship', 'label_created');
ALTER TABLE orders.fulfilments
    ADD CONSTRAINT fulfilments_shipped_at_check CHECK ((state IN ('picking', 'ready_to_ship', 'label_created')) = (shipped_at IS NULL));
CREATE INDEX fulfilments_state ON orders.fulfilments (store_id, state, created_at, id);
CREATE INDEX fulfilments_location ON orders.fulfilments (store_id, location_id);

-- Where stock lies, how much of it is promised, and every movement.
CREATE SCHEMA inventory;

CREATE TABLE inventory.locations (
    store_id uuid NOT NULL CONSTRAINT locations_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    name text NOT NULL,
    address jsonb,
    active boolean NOT NULL DEFAULT true,
    priority int NOT NULL DEFAULT 0,
    CONSTRAINT locations_pk PRIMARY KEY (store_id, id),
    CONSTRAINT locations_name_key UNIQUE (store_id, name)
);

-- A variant without a level is not counted (a download): it is always available.
CREATE TABLE inventory.levels (
    store_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    location_id uuid NOT NULL,
    on_hand bigint NOT NULL,
    reserved bigint NOT NULL DEFAULT 0,
    safety_stock bigint NOT NULL DEFAULT 0 CONSTRAINT levels_safety_stock_check CHECK (safety_stock >= 0),
    incoming bigint NOT NULL DEFAULT 0 CONSTRAINT levels_incoming_check CHECK (incoming >= 0),
    backorder boolean NOT NULL DEFAULT false,
    CONSTRAINT levels_pk PRIMARY KEY (store_id, variant_id, location_id),
    CONSTRAINT levels_variant_fk FOREIGN KEY (store_id, variant_id) REFERENCES catalog.variants (store_id, id),
    CONSTRAINT levels_location_fk FOREIGN KEY (store_id, location_id) REFERENCES inventory.locations (store_id, id),
    CONSTRAINT levels_reserved_check CHECK (reserved >= 0 AND (backorder OR reserved <= on_hand)),
    CONSTRAINT levels_on_hand_check CHECK (backorder OR on_hand >= 0)
);
CREATE INDEX levels_location ON inventory.levels (store_id, location_id);

CREATE TABLE inventory.reservations (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    -- The order (or cart) the stock is set aside for.
    holder_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    location_id uuid NOT NULL,
    quantity bigint NOT NULL CONSTRAINT reservations_quantity_check CHECK (quantity > 0),
    state text NOT NULL CONSTRAINT reservations_state_check CHECK (state IN ('open', 'committed', 'released', 'expired')),
    -- Null once the order is paid: a promise to a buyer does not expire.
    expires_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT reservations_pk PRIMARY KEY (store_id, id),
    CONSTRAINT reservations_level_fk FOREIGN KEY (store_id, variant_id, location_id) REFERENCES inventory.levels (store_id, variant_id, location_id)
);
CREATE INDEX reservations_holder ON inventory.reservations (store_id, holder_id);
CREATE INDEX reservations_expiring ON inventory.reservations (store_id, variant_id, expires_at) WHERE state = 'open';

CREATE TABLE inventory.movements (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    variant_id uuid NOT NULL,
    location_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT movements_kind_check CHECK (kind IN ('receive', 'reserve', 'release', 'sale', 'adjust', 'return', 'damage', 'correction')),
    on_hand_change bigint NOT NULL,
    reserved_change bigint NOT NULL,
    reference text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    actor text NOT NULL,
    occurred_at timestamptz NOT NULL,
    CONSTRAINT movements_pk PRIMARY KEY (store_id, id),
    CONSTRAINT movements_level_fk FOREIGN KEY (store_id, variant_id, location_id) REFERENCES inventory.levels (store_id, variant_id, location_id)
);
CREATE INDEX movements_level ON inventory.movements (store_id, variant_id, location_id, occurred_at);
CREATE TRIGGER movements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON inventory.movements
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();

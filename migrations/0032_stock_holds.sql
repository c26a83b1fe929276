-- When stock is set aside for a shopper, and for how long; and until when it is for a cart.
ALTER TABLE platform.stores
    ADD COLUMN hold_stock text NOT NULL DEFAULT 'checkout' CONSTRAINT stores_hold_stock_check CHECK (hold_stock IN ('checkout', 'cart')),
    ADD COLUMN hold_minutes bigint NOT NULL DEFAULT 15 CONSTRAINT stores_hold_minutes_check CHECK (hold_minutes BETWEEN 1 AND 1440);

ALTER TABLE cart.carts ADD COLUMN held_until timestamptz;

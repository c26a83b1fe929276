-- Mails about carts that were left behind. A cart is told of once: what its mail's link names it by, since it was written. The
-- cart's own id is a secret of whoever filled it, and the address may be mistyped.
ALTER TABLE cart.carts ADD COLUMN reminder_id uuid;
CREATE UNIQUE INDEX carts_reminder ON cart.carts (store_id, reminder_id) WHERE reminder_id IS NOT NULL;

-- After how many hours a store writes; nothing while it does not. Carts that were touched before were looked at already.
CREATE TABLE notifications.cart_reminders (
    store_id uuid NOT NULL CONSTRAINT cart_reminders_store_fk REFERENCES platform.stores (id),
    hours integer CONSTRAINT cart_reminders_hours_check CHECK (hours BETWEEN 1 AND 168),
    looked_until timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT cart_reminders_pk PRIMARY KEY (store_id)
);

-- The version of a cart that its mail told of: what was put into it since is for nobody who merely has the mail.
ALTER TABLE cart.carts ADD COLUMN reminded_version bigint;
UPDATE cart.carts SET reminded_version = version WHERE reminder_id IS NOT NULL;
ALTER TABLE cart.carts ADD CONSTRAINT carts_reminded_check CHECK ((reminder_id IS NULL) = (reminded_version IS NULL));

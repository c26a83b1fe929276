-- A price list may ask less from a quantity on, so a price that was seen says nothing without how many of the variant the cart
-- had then. What is in carts by now was priced whatever its quantity.
ALTER TABLE cart.lines ADD COLUMN quantity_seen bigint NOT NULL DEFAULT 1;
ALTER TABLE cart.saved_lines ADD COLUMN quantity_seen bigint NOT NULL DEFAULT 1;

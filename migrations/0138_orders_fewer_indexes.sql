-- Indexes that every order writes into, some of them again with each change. By its cart nobody looks for an order: the cart knows
-- which it became.
DROP INDEX orders.orders_cart;

-- An entry of the timeline is only found by its order: one index is enough for that and for the key.
ALTER TABLE orders.timeline
    DROP CONSTRAINT timeline_pk,
    ADD CONSTRAINT timeline_order_pk PRIMARY KEY (store_id, order_id, order_version, id);
DROP INDEX orders.timeline_order;

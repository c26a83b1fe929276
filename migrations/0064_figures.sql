-- What the desk's first page sums up.

-- The newest orders, and what was sold in a period, without a look at the rows. It replaces the narrower one.
CREATE INDEX orders_placed_totals ON orders.orders (store_id, placed_at DESC, id DESC) INCLUDE (status, currency, total, refunded_total);
DROP INDEX orders.orders_placed;

-- Carts lie in the order they were made, so the smallest of indexes finds those of a period and costs a cart next to nothing.
CREATE INDEX carts_created ON cart.carts USING brin (store_id, created_at) WITH (pages_per_range = 16);

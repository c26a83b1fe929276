-- Lists of orders sorted by what they come to.
CREATE INDEX orders_by_total ON orders.orders (store_id, total, id);
-- How many payments failed, which the desk's first page tells.
CREATE INDEX orders_failed ON orders.orders (store_id) WHERE payment_status = 'failed';

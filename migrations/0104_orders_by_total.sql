-- Lists of orders sorted by what they come to.
CREATE INDEX orders_by_total ON orders.orders (store_id, total, id);

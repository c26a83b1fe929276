-- Staff list customers from the newest on.
CREATE INDEX customers_newest ON customers.customers (store_id, created_at DESC, id DESC);

-- Orders are taken over from other shops, and keep the number they had there.
ALTER TABLE orders.orders ADD COLUMN external_number text NOT NULL DEFAULT '';
CREATE UNIQUE INDEX orders_external_number ON orders.orders (store_id, external_number) WHERE external_number <> '';

ALTER TABLE imports.runs
    DROP CONSTRAINT runs_format_with_customers_check,
    ADD CONSTRAINT runs_format_with_orders_check CHECK (format IN
        ('shopify', 'woocommerce', 'jsonl', 'stock', 'redirects', 'customers', 'orders'));

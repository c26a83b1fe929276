-- Customers are imported too.
ALTER TABLE imports.runs
    DROP CONSTRAINT runs_format_known_check,
    ADD CONSTRAINT runs_format_with_customers_check CHECK (format IN ('shopify', 'woocommerce', 'jsonl', 'stock', 'redirects', 'customers'));

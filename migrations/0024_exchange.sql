-- Exports walk through customers in the order of their e-mail addresses.
CREATE INDEX customers_email ON customers.customers (store_id, email);

-- What is held under an address, and what the audit log says of a row, without a look at everything.
CREATE INDEX carts_email ON cart.carts (store_id, email) WHERE email IS NOT NULL;
CREATE INDEX audit_entries_row ON platform.audit_entries (store_id, table_name, row_key);

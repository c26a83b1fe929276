-- Members of staff who want to read each morning what is low, in the language in which they asked, and the last day that they
-- were told about.
CREATE TABLE notifications.low_stock_readers (
    store_id uuid NOT NULL,
    account_id uuid NOT NULL,
    locale text NOT NULL,
    told_on date,
    CONSTRAINT low_stock_readers_pk PRIMARY KEY (store_id, account_id),
    CONSTRAINT low_stock_readers_staff_fk FOREIGN KEY (store_id, account_id) REFERENCES identity.staff (store_id, account_id)
);

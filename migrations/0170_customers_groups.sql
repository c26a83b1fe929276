-- Groups of customers, which price lists are for, and who is in which.
CREATE TABLE customers.groups (
    store_id uuid NOT NULL CONSTRAINT groups_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    name text NOT NULL CONSTRAINT groups_name_check CHECK (name <> ''),
    note text NOT NULL DEFAULT '',
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    CONSTRAINT groups_pk PRIMARY KEY (store_id, id)
);
CREATE UNIQUE INDEX groups_name ON customers.groups (store_id, lower(name));

CREATE TABLE customers.group_members (
    store_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    group_id uuid NOT NULL,
    CONSTRAINT group_members_pk PRIMARY KEY (store_id, customer_id, group_id),
    CONSTRAINT group_members_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customers.customers (store_id, id),
    CONSTRAINT group_members_group_fk FOREIGN KEY (store_id, group_id) REFERENCES customers.groups (store_id, id) ON DELETE CASCADE
);
CREATE INDEX group_members_group ON customers.group_members (store_id, group_id, customer_id);

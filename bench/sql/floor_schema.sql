-- The least that an order writes: two stock rows, the order, its two lines and an event.
CREATE TABLE stock (id int PRIMARY KEY, on_hand bigint NOT NULL CHECK (on_hand >= 0));
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL, total bigint NOT NULL);
CREATE TABLE lines (
    order_id bigint NOT NULL REFERENCES orders (id),
    position int NOT NULL,
    stock_id int NOT NULL REFERENCES stock (id),
    price bigint NOT NULL,
    PRIMARY KEY (order_id, position)
);
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, body jsonb NOT NULL);
INSERT INTO stock SELECT id, 10000000 FROM generate_series(1, 100000) id;

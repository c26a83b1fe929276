\set first random(1, 99999)
\set second random(:first + 1, 100000)
BEGIN;
UPDATE stock SET on_hand = on_hand - 1 WHERE id = :first AND on_hand >= 1;
UPDATE stock SET on_hand = on_hand - 1 WHERE id = :second AND on_hand >= 1;
INSERT INTO orders (email, total) VALUES ('ann@example.com', 5990) RETURNING id AS placed \gset
INSERT INTO lines (order_id, position, stock_id, price) VALUES (:placed, 0, :first, 2500), (:placed, 1, :second, 2900);
INSERT INTO events (kind, body) VALUES ('order.placed', '{"total": 5990, "currency": "USD"}');
COMMIT;

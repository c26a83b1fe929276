-- A movement is found by its level, a reservation by its holder, an entry of the ledger by its transaction: one index is enough for
-- that and for the key.
ALTER TABLE inventory.movements
    DROP CONSTRAINT movements_pk,
    ADD CONSTRAINT movements_level_pk PRIMARY KEY (store_id, variant_id, location_id, id);
DROP INDEX inventory.movements_level;

ALTER TABLE inventory.reservations
    DROP CONSTRAINT reservations_pk,
    ADD CONSTRAINT reservations_holder_pk PRIMARY KEY (store_id, holder_id, id);
DROP INDEX inventory.reservations_holder;

ALTER TABLE ledger.entries
    DROP CONSTRAINT entries_pk,
    ADD CONSTRAINT entries_transaction_pk PRIMARY KEY (store_id, transaction_id, id);
DROP INDEX ledger.entries_transaction;

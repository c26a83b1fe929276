-- Whether shoppers may have to wait: known with the store, so that where nobody waits nothing is asked.
ALTER TABLE platform.stores ADD COLUMN has_waiting_room boolean NOT NULL DEFAULT false;

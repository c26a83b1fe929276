-- What is to do before a store's first order is listed at the desk until it is done, or until somebody puts the list away.
ALTER TABLE platform.stores ADD COLUMN first_steps_put_away boolean NOT NULL DEFAULT false;

-- Whether Meta may fetch the products, for its catalogue.
ALTER TABLE feeds.settings ADD COLUMN meta boolean NOT NULL DEFAULT false;

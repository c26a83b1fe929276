-- What belongs to a product may be written before it within a transaction, so that a new product is written once, whole.
ALTER TABLE catalog.variants ALTER CONSTRAINT variants_product_fk DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE catalog.images ALTER CONSTRAINT images_product_fk DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE catalog.product_categories ALTER CONSTRAINT product_categories_product_fk DEFERRABLE INITIALLY IMMEDIATE;

-- How much is in a variant, such as '750 ml', and what its base price is for, such as '1 l': both or neither.
ALTER TABLE catalog.variants
    ADD COLUMN measure text NOT NULL DEFAULT '',
    ADD COLUMN measure_base text NOT NULL DEFAULT '',
    ADD CONSTRAINT variants_measure_check CHECK ((measure = '') = (measure_base = ''));

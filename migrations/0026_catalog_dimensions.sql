-- How large a variant is with its packaging, for parcels; 0 is not known.
ALTER TABLE catalog.variants
    ADD COLUMN length_mm bigint NOT NULL DEFAULT 0 CONSTRAINT variants_length_mm_check CHECK (length_mm >= 0),
    ADD COLUMN width_mm bigint NOT NULL DEFAULT 0 CONSTRAINT variants_width_mm_check CHECK (width_mm >= 0),
    ADD COLUMN height_mm bigint NOT NULL DEFAULT 0 CONSTRAINT variants_height_mm_check CHECK (height_mm >= 0);

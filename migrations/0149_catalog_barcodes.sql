-- Variants by the beginning of their barcode, byte by byte in every collation.
CREATE INDEX variants_barcode_beginning ON catalog.variants (store_id, barcode text_pattern_ops) WHERE barcode <> '';

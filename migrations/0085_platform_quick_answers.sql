-- Texts of some kilobytes that every order leaves: lz4 packs them quicker. A PostgreSQL built without it goes on
-- as before.
DO $$
BEGIN
    ALTER TABLE platform.idempotency_records ALTER COLUMN body SET COMPRESSION lz4;
    ALTER TABLE notifications.messages ALTER COLUMN text_body SET COMPRESSION lz4, ALTER COLUMN html_body SET COMPRESSION lz4;
EXCEPTION
    WHEN feature_not_supported THEN
        RAISE NOTICE 'this PostgreSQL knows no lz4: texts are packed as before';
END
$$;
-- A record is written with its key, and again with its answer: with room beside it no index hears of that.
ALTER TABLE platform.idempotency_records SET (fillfactor = 50);
ALTER TABLE inventory.levels SET (fillfactor = 80);

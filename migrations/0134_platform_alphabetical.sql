-- Names stand in the order in which people look for them: capital letters and accents make no difference before the letters do.
-- PostgreSQL that was built without ICU keeps the order of the bytes.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_collation WHERE collname = 'und-x-icu' AND collnamespace = 'pg_catalog'::regnamespace
            AND collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))
    ) THEN
        CREATE COLLATION platform.alphabetical FROM pg_catalog."und-x-icu";
    ELSE
        CREATE COLLATION platform.alphabetical FROM pg_catalog."C";
    END IF;
END
$$;
ALTER TABLE catalog.products ALTER COLUMN title TYPE text COLLATE platform.alphabetical;
ALTER TABLE catalog.collections ALTER COLUMN title TYPE text COLLATE platform.alphabetical;
ALTER TABLE catalog.categories ALTER COLUMN name TYPE text COLLATE platform.alphabetical;

-- The program works as a role that owns nothing: it reads and writes rows, and of what is append-only it only reads and
-- adds. Called after every migration, like watch_changes, so that tables that are new are in it. A server whose login may
-- make no roles is left as it is; there the triggers alone guard what is append-only.
CREATE FUNCTION platform.grant_program() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    granted record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('platform.grant_program'));
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'souk_program') THEN
            CREATE ROLE souk_program NOLOGIN;
        END IF;
        -- From PostgreSQL 16 on, whoever makes a role is a member of it without the right to become it.
        IF NOT pg_has_role(current_user, 'souk_program', CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
            EXECUTE format('GRANT souk_program TO %I', current_user);
        END IF;
    EXCEPTION
        WHEN insufficient_privilege THEN
            RAISE NOTICE 'this login may make no roles: what is append-only is guarded by triggers alone';
            RETURN;
        -- Roles are the server's: the same was made beside another of its databases just now.
        WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    FOR granted IN
        SELECT DISTINCT n.nspname AS name FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'store_id' AND NOT a.attisdropped
        WHERE c.relkind = 'r'
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO souk_program', granted.name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO souk_program', granted.name);
        EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO souk_program', granted.name);
    END LOOP;
    GRANT SELECT ON public._sqlx_migrations TO souk_program;
    FOR granted IN
        SELECT DISTINCT t.tgrelid::regclass AS name FROM pg_trigger t WHERE t.tgfoid = 'platform.refuse_change'::regproc
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM souk_program', granted.name);
    END LOOP;
    BEGIN
        GRANT pg_read_all_stats TO souk_program;
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'this login may not let the program read the statistics of other sessions';
    END;
END
$$;

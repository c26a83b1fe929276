-- What members of staff and their servers change is written down by PostgreSQL itself, in the transaction of the change.
-- Append-only; `before` and `after` hold the columns that differ.
CREATE TABLE platform.audit_entries (
    store_id uuid NOT NULL CONSTRAINT audit_entries_store_fk REFERENCES platform.stores (id),
    id bigint GENERATED ALWAYS AS IDENTITY,
    occurred_at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL CONSTRAINT audit_entries_action_check CHECK (action IN ('insert', 'update', 'delete')),
    table_name text NOT NULL,
    row_key text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    CONSTRAINT audit_entries_pk PRIMARY KEY (store_id, id)
);
CREATE INDEX audit_entries_actor ON platform.audit_entries (store_id, actor, id);
CREATE INDEX audit_entries_table ON platform.audit_entries (store_id, table_name, id);
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON platform.audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();

-- A value as the audit log shows it: secrets are hidden, long texts cut.
CREATE FUNCTION platform.audit_value(name text, value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN value IS NULL OR value = 'null'::jsonb THEN value
        WHEN name ~ '(hash|secret|sealed|token)' THEN '"…"'::jsonb
        WHEN length(value::text) > 2000 THEN to_jsonb(left(CASE jsonb_typeof(value) WHEN 'string' THEN value #>> '{}' ELSE value::text END, 1999) || '…')
        ELSE value
    END
$$;

-- The arguments are the columns of the table's primary key.
CREATE FUNCTION platform.record_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb := '{}';
    new_row jsonb := '{}';
    any_row jsonb;
    before jsonb;
    after jsonb;
    key text;
BEGIN
    IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD); END IF;
    IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW); END IF;
    any_row := old_row || new_row;
    SELECT coalesce(jsonb_object_agg(name, platform.audit_value(name, old_row -> name)) FILTER (WHERE old_row ? name), '{}'),
           coalesce(jsonb_object_agg(name, platform.audit_value(name, new_row -> name)) FILTER (WHERE new_row ? name), '{}')
    INTO before, after
    FROM jsonb_object_keys(any_row) AS name
    WHERE name NOT IN ('store_id', 'version', 'updated_at') AND name NOT LIKE 'search%'
      AND (old_row -> name) IS DISTINCT FROM (new_row -> name);
    before := jsonb_strip_nulls(before);
    IF TG_OP = 'INSERT' THEN after := jsonb_strip_nulls(after); END IF;
    IF before = '{}' AND after = '{}' THEN RETURN NULL; END IF;
    SELECT string_agg(any_row ->> name, ' ') INTO key FROM unnest(TG_ARGV) AS name WHERE name <> 'store_id';
    INSERT INTO platform.audit_entries (store_id, occurred_at, actor, action, table_name, row_key, before, after)
    VALUES (
        coalesce(any_row ->> 'store_id', any_row ->> 'id')::uuid,
        current_setting('souk.now')::timestamptz,
        current_setting('souk.actor'),
        lower(TG_OP),
        TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME,
        coalesce(key, ''),
        before,
        after
    );
    RETURN NULL;
END
$$;

-- Puts the trigger on every table of a store that lacks it; `database::migrate` calls it after the migrations. A table whose
-- comment begins with `unwatched:` says there why its changes are not worth an entry. Work in bulk, which reports itself, is
-- left out, except for the table of such reports.
CREATE FUNCTION platform.watch_changes() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    watched record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('platform.watch_changes'));
    FOR watched IN
        SELECT c.oid::regclass AS name, n.nspname = 'imports' AS tells_of_bulk,
               string_agg(quote_literal(a.attname), ', ' ORDER BY k.place) AS key
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
        WHERE c.relkind = 'r'
          AND (c.oid IN ('platform.stores'::regclass, 'platform.store_hosts'::regclass)
            OR n.nspname <> 'platform' AND EXISTS (
              SELECT FROM pg_attribute s WHERE s.attrelid = c.oid AND s.attname = 'store_id' AND NOT s.attisdropped))
          AND coalesce(obj_description(c.oid, 'pg_class'), '') NOT LIKE 'unwatched:%'
          AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'record_change')
        GROUP BY c.oid, n.nspname
    LOOP
        EXECUTE format(
            'CREATE TRIGGER record_change AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW '
            'WHEN (current_setting(''souk.actor'', true) <> %L%s) EXECUTE FUNCTION platform.record_change(%s)',
            watched.name, '',
            CASE WHEN watched.tells_of_bulk THEN '' ELSE ' AND coalesce(current_setting(''souk.bulk'', true), '''') = ''''' END,
            watched.key
        );
    END LOOP;
END
$$;

COMMENT ON TABLE identity.sessions IS 'unwatched: signing in is no change of the store';
COMMENT ON TABLE identity.mail_tokens IS 'unwatched: secrets that live for hours';
COMMENT ON TABLE identity.failed_sign_ins IS 'unwatched: a counter';
COMMENT ON TABLE catalog.old_slugs IS 'unwatched: follows from the change of a slug';
COMMENT ON TABLE ledger.transactions IS 'unwatched: append-only, a journal itself';
COMMENT ON TABLE ledger.entries IS 'unwatched: append-only, a journal itself';
COMMENT ON TABLE inventory.levels IS 'unwatched: its movements tell who changed it and why';
COMMENT ON TABLE inventory.movements IS 'unwatched: append-only, a journal itself';
COMMENT ON TABLE inventory.reservations IS 'unwatched: follows from orders';
COMMENT ON TABLE orders.timeline IS 'unwatched: append-only, a journal itself';
COMMENT ON TABLE payments.webhook_events IS 'unwatched: append-only, a journal itself';
COMMENT ON TABLE cart.carts IS 'unwatched: belongs to the shopper';
COMMENT ON TABLE cart.lines IS 'unwatched: belongs to the shopper';
COMMENT ON TABLE notifications.messages IS 'unwatched: the log of mails is a journal itself';

-- Roles that a store made of permissions, beside the three that every store has.
CREATE TABLE identity.roles (
    store_id uuid NOT NULL CONSTRAINT roles_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    name text NOT NULL,
    permissions text[] NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT roles_pk PRIMARY KEY (store_id, id),
    CONSTRAINT roles_name_key UNIQUE (store_id, name)
);

ALTER TABLE identity.staff
    ADD COLUMN role_id uuid,
    ADD COLUMN deactivated_at timestamptz,
    DROP CONSTRAINT staff_role_check,
    ADD CONSTRAINT staff_role_known_check CHECK (role IN ('owner', 'manager', 'support', 'own')),
    ADD CONSTRAINT staff_role_id_check CHECK ((role = 'own') = (role_id IS NOT NULL)),
    ADD CONSTRAINT staff_role_fk FOREIGN KEY (store_id, role_id) REFERENCES identity.roles (store_id, id);
CREATE INDEX staff_role ON identity.staff (store_id, role_id);

-- Somebody who was asked to join. The mail holds the secret; writing the mail makes it.
CREATE TABLE identity.invitations (
    store_id uuid NOT NULL CONSTRAINT invitations_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    email text NOT NULL CONSTRAINT invitations_email_check CHECK (email = lower(email)),
    name text NOT NULL,
    role text NOT NULL CONSTRAINT invitations_role_check CHECK (role IN ('owner', 'manager', 'support', 'own')),
    role_id uuid,
    secret_hash bytea,
    invited_by uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT invitations_pk PRIMARY KEY (store_id, id),
    CONSTRAINT invitations_email_key UNIQUE (store_id, email),
    CONSTRAINT invitations_secret_hash_key UNIQUE (store_id, secret_hash),
    CONSTRAINT invitations_role_id_check CHECK ((role = 'own') = (role_id IS NOT NULL)),
    CONSTRAINT invitations_role_fk FOREIGN KEY (store_id, role_id) REFERENCES identity.roles (store_id, id),
    CONSTRAINT invitations_invited_by_fk FOREIGN KEY (store_id, invited_by) REFERENCES identity.accounts (store_id, id)
);
CREATE INDEX invitations_role ON identity.invitations (store_id, role_id);
CREATE INDEX invitations_invited_by ON identity.invitations (store_id, invited_by);

-- Whether staff must have a second factor to work.
CREATE TABLE identity.policies (
    store_id uuid NOT NULL CONSTRAINT policies_store_fk REFERENCES platform.stores (id),
    staff_second_factor boolean NOT NULL,
    CONSTRAINT policies_pk PRIMARY KEY (store_id)
);

-- An authenticator app. `last_step` is the newest time step whose code was used, so that no code works twice.
CREATE TABLE identity.second_factors (
    store_id uuid NOT NULL,
    account_id uuid NOT NULL,
    sealed_secret bytea NOT NULL,
    confirmed_at timestamptz,
    last_step bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    CONSTRAINT second_factors_pk PRIMARY KEY (store_id, account_id),
    CONSTRAINT second_factors_account_fk FOREIGN KEY (store_id, account_id) REFERENCES identity.accounts (store_id, id)
);

CREATE TABLE identity.recovery_codes (
    store_id uuid NOT NULL,
    account_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    CONSTRAINT recovery_codes_pk PRIMARY KEY (store_id, account_id, code_hash),
    CONSTRAINT recovery_codes_account_fk FOREIGN KEY (store_id, account_id) REFERENCES identity.accounts (store_id, id)
);
COMMENT ON TABLE identity.recovery_codes IS 'unwatched: made and used up together with the second factor';

-- The password was right, the second factor is still to come.
CREATE TABLE identity.pending_sign_ins (
    store_id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    account_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pending_sign_ins_pk PRIMARY KEY (store_id, secret_hash),
    CONSTRAINT pending_sign_ins_account_fk FOREIGN KEY (store_id, account_id) REFERENCES identity.accounts (store_id, id)
);
CREATE INDEX pending_sign_ins_account ON identity.pending_sign_ins (store_id, account_id);
COMMENT ON TABLE identity.pending_sign_ins IS 'unwatched: lives for minutes';

-- A session is a browser, or a program that signed in with POST /api/v1/auth/token.
ALTER TABLE identity.sessions
    ADD COLUMN kind text NOT NULL DEFAULT 'browser' CONSTRAINT sessions_kind_check CHECK (kind IN ('browser', 'program'));

-- A refresh token works once. A used one that comes again was stolen, and its session ends.
CREATE TABLE identity.refresh_tokens (
    store_id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    session_id uuid NOT NULL,
    used_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT refresh_tokens_pk PRIMARY KEY (store_id, secret_hash),
    CONSTRAINT refresh_tokens_session_fk FOREIGN KEY (store_id, session_id)
        REFERENCES identity.sessions (store_id, id) ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_session ON identity.refresh_tokens (store_id, session_id);
COMMENT ON TABLE identity.refresh_tokens IS 'unwatched: secrets that live for days';

-- Ed25519 keys that sign access tokens. The newest signs; older ones verify until they retire.
CREATE TABLE identity.signing_keys (
    store_id uuid NOT NULL CONSTRAINT signing_keys_store_fk REFERENCES platform.stores (id),
    id uuid NOT NULL,
    sealed_seed bytea NOT NULL,
    public_key bytea NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT signing_keys_pk PRIMARY KEY (store_id, id)
);

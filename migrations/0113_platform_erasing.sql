-- What is append-only keeps its rows and their order for ever, but a person who is forgotten is taken out of them: the functions
-- here do that and nothing else. They run as the owner of the tables, so the program's role goes on having no right to change
-- these.
CREATE OR REPLACE FUNCTION platform.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('souk.erasing', true) = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '%.% is append-only: write a correcting row instead', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

-- Those of the fields that the document has, with other values.
CREATE FUNCTION platform.overwritten(document jsonb, fields jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT document || coalesce((SELECT jsonb_object_agg(f.key, f.value) FROM jsonb_each(fields) AS f WHERE document ? f.key), '{}')
$$;

-- The entries about these rows go on telling who changed them and when, but not what they said. A key that names a person becomes
-- the other one.
CREATE FUNCTION platform.erase_audit(of_store uuid, of_table text, keys text[], new_keys text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM set_config('souk.erasing', 'platform.audit_entries', true);
    UPDATE platform.audit_entries e SET before = '{}', after = '{}', row_key = k.new_key
    FROM unnest(keys, new_keys) AS k (old_key, new_key)
    WHERE e.store_id = of_store AND e.table_name = of_table AND e.row_key = k.old_key;
    PERFORM set_config('souk.erasing', '', true);
END
$$;

-- What staff and shoppers wrote about these orders, and how their parcels are followed.
CREATE FUNCTION orders.erase_timeline(of_store uuid, of_orders uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM set_config('souk.erasing', 'orders.timeline', true);
    UPDATE orders.timeline t
    SET details = platform.overwritten(t.details, CASE WHEN t.kind = 'taken_over' THEN '{}'::jsonb
        ELSE '{"text": "", "reason": "", "tags": [], "tracking_number": "", "tracking_url": ""}'::jsonb END)
    WHERE t.store_id = of_store AND t.order_id = ANY (of_orders);
    PERFORM set_config('souk.erasing', '', true);
END
$$;

-- A mail that is forgotten leaves what was said with its link.
ALTER TABLE notifications.consents DROP CONSTRAINT consents_message_fk,
    ADD CONSTRAINT consents_told_by_fk FOREIGN KEY (store_id, message_id)
        REFERENCES notifications.messages (store_id, id) ON DELETE SET NULL (message_id);

-- A consumer follows the outbox by what it has heard: a snapshot, and of one transaction the events up to a position. So an event
-- is written once and never again, however many listen. A row of `deliveries` is left for what failed or was put back by a
-- restore, and goes when it is done.

CREATE TABLE platform.consumers (
    name text CONSTRAINT consumers_pk PRIMARY KEY,
    -- The events it listens to.
    kinds text[] NOT NULL,
    -- What was committed when this snapshot was taken was heard,
    heard pg_snapshot NOT NULL,
    -- and of this transaction the events up to this position.
    transaction_id xid8 NOT NULL DEFAULT '0',
    position bigint NOT NULL DEFAULT 0,
    -- Another number after every step: of two workers with the same events one comes too late.
    turn bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

ALTER TABLE platform.installation
    -- What the first consumers take for heard.
    ADD COLUMN heard pg_snapshot NOT NULL DEFAULT '3:3:',
    -- The newest transaction of which events were deleted: who has not seen it cannot follow any more.
    ADD COLUMN pruned xid8 NOT NULL DEFAULT '0';

-- Nothing is published, delivered or dispatched meanwhile: each statement sees what was committed before it began.
LOCK TABLE platform.deliveries, platform.outbox IN ACCESS EXCLUSIVE MODE;

-- A database that came from another server by PostgreSQL's own means may hold numbers that lie in this one's future.
UPDATE platform.outbox SET transaction_id = '3' WHERE dispatched_at IS NOT NULL AND transaction_id >= pg_current_xact_id();

-- What had no deliveries yet becomes of the transaction that runs now, which nobody has heard.
UPDATE platform.outbox SET transaction_id = pg_current_xact_id() WHERE dispatched_at IS NULL;
UPDATE platform.installation SET heard = (
    SELECT format('%s:%s:%s', min(open.id), greatest(max(s.upto), max(open.id) + 1), string_agg(open.id::text, ',' ORDER BY open.id))
    FROM (SELECT pg_current_snapshot() AS now, pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS upto) AS s
    CROSS JOIN LATERAL (
        SELECT pg_snapshot_xip(s.now)::text::bigint AS id UNION SELECT pg_current_xact_id()::text::bigint
    ) AS open
)::pg_snapshot;

-- Positions order the events of one transaction.
CREATE INDEX outbox_transactions ON platform.outbox (transaction_id, position);
DROP INDEX platform.outbox_transaction, platform.outbox_position, platform.outbox_undispatched;
ALTER TABLE platform.outbox DROP COLUMN dispatched_at;

CREATE TEMPORARY TABLE waiting_deliveries ON COMMIT DROP AS SELECT * FROM platform.deliveries WHERE state <> 'done';
TRUNCATE platform.deliveries;
INSERT INTO platform.deliveries SELECT * FROM waiting_deliveries;
ALTER TABLE platform.deliveries
    DROP CONSTRAINT deliveries_state_check,
    ADD CONSTRAINT deliveries_states_check CHECK (state IN ('queued', 'parked'));

-- What somebody has yet to hear. Before there are any consumers nobody has heard of anything new.
CREATE VIEW platform.unheard AS
    SELECT o.store_id, o.id AS event_id, o.occurred_at, c.name AS consumer
    FROM platform.consumers c JOIN platform.outbox o ON o.kind = ANY (c.kinds)
        AND o.transaction_id >= pg_snapshot_xmin(c.heard) AND NOT pg_visible_in_snapshot(o.transaction_id, c.heard)
        AND (o.transaction_id <> c.transaction_id OR o.position > c.position)
    UNION ALL
    SELECT o.store_id, o.id, o.occurred_at, ''
    FROM platform.installation i JOIN platform.outbox o
        ON o.transaction_id >= pg_snapshot_xmin(i.heard) AND NOT pg_visible_in_snapshot(o.transaction_id, i.heard)
    WHERE NOT EXISTS (SELECT FROM platform.consumers);

-- Numbers of transactions mean nothing on another server: what somebody has yet to hear waits as a delivery from now on, and
-- everything is of a transaction that was before all others.
CREATE FUNCTION platform.forget_transactions() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO platform.deliveries (store_id, event_id, consumer, state, run_at)
        SELECT store_id, event_id, consumer, 'queued', occurred_at FROM platform.unheard WHERE consumer <> ''
        ON CONFLICT ON CONSTRAINT deliveries_pk DO NOTHING;
    UPDATE platform.outbox o SET transaction_id = CASE WHEN pg_visible_in_snapshot(o.transaction_id, i.heard) THEN '3' ELSE '4' END::xid8
        FROM platform.installation i;
    UPDATE platform.consumers SET heard = pg_current_snapshot(), transaction_id = '0', position = 0, turn = turn + 1;
    UPDATE platform.installation SET epoch = gen_random_uuid(), heard = '4:4:', pruned = '0';
END
$$;

-- A database that was put on another server by PostgreSQL's own means is known by snapshots that lie in that server's future.
CREATE FUNCTION platform.know_server() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT heard FROM platform.installation UNION ALL SELECT heard FROM platform.consumers) AS any_of
        WHERE pg_snapshot_xmax(heard) > pg_snapshot_xmax(pg_current_snapshot())
    ) OR EXISTS (
        SELECT FROM platform.outbox WHERE transaction_id >= pg_snapshot_xmax(pg_current_snapshot())
            AND transaction_id IS DISTINCT FROM pg_current_xact_id_if_assigned()
    ) THEN
        PERFORM platform.forget_transactions();
    END IF;
END
$$;

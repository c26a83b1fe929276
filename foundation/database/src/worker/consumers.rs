//! Who listens to events, and how far each has come in the outbox.

use std::collections::{BTreeSet, HashMap};

use super::{Known, Registry, snapshot::Snapshot};
use crate::{Ctx, Database, Error, outbox::StoredEvent};

/// How many transactions a consumer of rare events may lag behind before it is noted that it has missed nothing: each look goes
/// through the events since.
const LAG: u64 = 100;

pub(super) const MARKS: &str = "SELECT name, kinds, heard::text AS heard, transaction_id::text AS transaction_id, position, turn, pg_current_snapshot()::text AS now FROM platform.consumers WHERE name = ANY ($1)";
/// Who is new begins where the furthest of the others is; the first begin with what was there before there were consumers.
/// A worker of an earlier version, which knows fewer kinds, takes none away.
pub(super) const ENROL: &str = "INSERT INTO platform.consumers AS c (name, kinds, heard) \
     SELECT s.consumer, array_agg(s.kind), coalesce( \
         (SELECT o.heard FROM platform.consumers o ORDER BY pg_snapshot_xmax(o.heard) DESC, o.name LIMIT 1), \
         (SELECT i.heard FROM platform.installation i)) \
     FROM unnest($1::text[], $2::text[]) AS s (kind, consumer) GROUP BY s.consumer ORDER BY s.consumer \
     ON CONFLICT ON CONSTRAINT consumers_pk DO UPDATE SET turn = c.turn + 1, \
         kinds = ARRAY(SELECT unnest(c.kinds) UNION SELECT unnest(EXCLUDED.kinds)) WHERE NOT c.kinds @> EXCLUDED.kinds";
/// Whoever has the row is at work on the same events, and need not be waited for.
pub(super) const STEP: &str = "UPDATE platform.consumers SET heard = $3::text::pg_snapshot, transaction_id = $4::text::xid8, position = $5, turn = turn + 1 \
     WHERE name = (SELECT name FROM platform.consumers WHERE name = $1 AND turn = $2 FOR UPDATE SKIP LOCKED)";
/// The same past an event that was not heard, and goes on as a delivery.
pub(super) const STEP_PAST: &str = "WITH stepped AS ( \
       UPDATE platform.consumers SET heard = $3::text::pg_snapshot, transaction_id = $4::text::xid8, position = $5, turn = turn + 1 \
       WHERE name = (SELECT name FROM platform.consumers WHERE name = $1 AND turn = $2 FOR UPDATE SKIP LOCKED) RETURNING name \
     ) INSERT INTO platform.deliveries (store_id, event_id, consumer, state, attempts, run_at, last_error) \
     SELECT $6, $7, name, $8, 1, $9, $10 FROM stepped \
     ON CONFLICT ON CONSTRAINT deliveries_pk DO UPDATE SET state = EXCLUDED.state, run_at = EXCLUDED.run_at, last_error = EXCLUDED.last_error";
pub(super) const CATCH_UP: &str = "UPDATE platform.consumers c SET heard = idle.heard, transaction_id = '0', position = 0, turn = c.turn + 1 FROM ( \
       SELECT k.name, n.heard::pg_snapshot AS heard FROM unnest($1::text[], $2::bigint[], $3::text[]) AS n (name, turn, heard) \
       JOIN platform.consumers k ON k.name = n.name AND k.turn = n.turn ORDER BY k.name FOR UPDATE OF k SKIP LOCKED \
     ) AS idle WHERE c.name = idle.name";

#[derive(sqlx::FromRow)]
struct MarkRow {
    name: String,
    kinds: Vec<String>,
    heard: String,
    transaction_id: String,
    position: i64,
    turn: i64,
    now: String,
}

/// How far a consumer has come.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) consumer: String,
    heard: Snapshot,
    /// Where it stopped within a transaction, of which it has to hear the rest first.
    pub(super) half: Option<Place>,
    turn: i64,
}

/// A place in the outbox: of this transaction everything up to the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) transaction: u64,
    pub(super) position: i64,
}

impl Place {
    pub(super) fn parse(transaction: &str, position: i64) -> Result<Self, Error> {
        let number = transaction.parse();
        Ok(Self {
            transaction: number.map_err(|_e| Error::corrupt("outbox.transaction_id", transaction))?,
            position,
        })
    }
}

/// Where all of them are, and what could be seen then.
#[derive(Debug)]
pub(super) struct Marks {
    pub(super) of: HashMap<String, Mark>,
    now: Option<Snapshot>,
}

/// Where the consumers of the registry are; those that nobody knows yet are enrolled.
pub(super) async fn marks(known: &Known<'_>) -> Result<Marks, Error> {
    let mut rows = load(known).await?;
    if !are_enrolled(known.registry, &rows) {
        enrol(known).await?;
        rows = load(known).await?;
    }
    let now = rows.first().map(|row| Snapshot::parse(&row.now)).transpose()?;
    let mut of = HashMap::new();
    for row in rows {
        let mark = Mark {
            consumer: row.name.clone(),
            heard: Snapshot::parse(&row.heard)?,
            half: Some(Place::parse(&row.transaction_id, row.position)?).filter(|place| place.transaction > 0),
            turn: row.turn,
        };
        of.insert(row.name, mark);
    }
    Ok(Marks { of, now })
}

/// Enrols the consumers of a process that tells them nothing itself, so that they miss nothing that it publishes.
pub async fn enrol_all(database: &Database, registry: &Registry) -> Result<(), Error> {
    marks(&Known::load(database, registry).await?).await.map(drop)
}

async fn load(known: &Known<'_>) -> Result<Vec<MarkRow>, Error> {
    let names: BTreeSet<&str> = known.registry.subscriptions.iter().map(|it| it.consumer).collect();
    Ok(sqlx::query_as(MARKS)
        .bind(names.into_iter().collect::<Vec<_>>())
        .fetch_all(known.database.pool())
        .await?)
}

fn are_enrolled(registry: &Registry, rows: &[MarkRow]) -> bool {
    registry.subscriptions.iter().all(|it| {
        let mut rows = rows.iter();
        rows.any(|row| row.name == it.consumer && row.kinds.iter().any(|kind| kind == it.event))
    })
}

async fn enrol(known: &Known<'_>) -> Result<(), Error> {
    let subscriptions = &known.registry.subscriptions;
    sqlx::query(ENROL)
        .bind(subscriptions.iter().map(|it| it.event).collect::<Vec<_>>())
        .bind(subscriptions.iter().map(|it| it.consumer).collect::<Vec<_>>())
        .execute(known.database.pool())
        .await?;
    Ok(())
}

impl Marks {
    /// Those who stopped within a transaction, and the others: the rest of it keeps nobody else waiting.
    pub(super) fn apart(self) -> Vec<Self> {
        let Self { of, now } = self;
        let (halves, wholes): (HashMap<_, _>, HashMap<_, _>) =
            of.into_iter().partition(|(_, mark)| mark.half.is_some());
        let filled = [halves, wholes].into_iter().filter(|of| !of.is_empty());
        filled.map(|of| Self { of, now: now.clone() }).collect()
    }

    /// Before this transaction everybody has heard everything.
    pub(super) fn lowest(&self) -> Option<u64> {
        self.of.values().map(|mark| mark.heard.lowest()).min()
    }

    /// The transactions within which somebody stopped.
    pub(super) fn halves(&self) -> BTreeSet<u64> {
        let halves = self.of.values().filter_map(|mark| mark.half);
        halves.map(|half| half.transaction).collect()
    }

    /// Notes of those who have nothing to hear that they have heard everything: of a transaction within which they stopped or,
    /// when it is long ago that they heard something, at all, so that what came since need not be looked through again. How
    /// many are noted.
    pub(super) async fn catch_up(&self, known: &Known<'_>, told: &BTreeSet<String>) -> Result<usize, Error> {
        let (mut names, mut turns, mut heard) = (Vec::new(), Vec::new(), Vec::new());
        let is_everything = self.halves().is_empty();
        for mark in self.of.values().filter(|mark| !told.contains(&mark.consumer)) {
            let to = match (mark.half, &self.now) {
                (Some(half), _) => mark.heard.clone().with(half.transaction),
                (None, Some(now)) if is_everything && mark.heard.next().saturating_add(LAG) < now.next() => now.clone(),
                (None, _) => continue,
            };
            names.push(mark.consumer.as_str());
            turns.push(mark.turn);
            heard.push(to.to_string());
        }
        if names.is_empty() {
            return Ok(0);
        }
        let noted = sqlx::query(CATCH_UP)
            .bind(names)
            .bind(turns)
            .bind(heard)
            .execute(known.database.pool())
            .await?;
        Ok(usize::try_from(noted.rows_affected()).unwrap_or_default())
    }
}

impl Mark {
    /// Where it is when it has heard everything up to that place, of what could be seen `now` or, without that, of the transaction
    /// within which it had stopped. The place may be the transaction's end.
    pub(super) fn at(&self, place: Place, is_end: bool, now: Option<&Snapshot>) -> Self {
        let heard = match now {
            Some(now) => self.heard.before(place.transaction, now),
            None => self.heard.clone(),
        };
        Self {
            consumer: self.consumer.clone(),
            heard: if is_end { heard.with(place.transaction) } else { heard },
            half: (!is_end).then_some(place),
            turn: self.turn.saturating_add(1),
        }
    }

    /// Writes down, in the transaction of its reaction, that it steps from here to there. `false`: another worker did, or is
    /// about to.
    pub(super) async fn step(&self, ctx: &mut Ctx, to: &Self) -> Result<bool, Error> {
        let (transaction, position) = to.columns();
        let stepped = sqlx::query(STEP)
            .bind(&self.consumer)
            .bind(self.turn)
            .bind(to.heard.to_string())
            .bind(transaction)
            .bind(position)
            .execute(ctx.sql().await?)
            .await?;
        Ok(stepped.rows_affected() > 0)
    }

    /// Steps past an event that failed, and leaves a delivery in that state with what went wrong.
    pub(super) async fn step_past(
        &self,
        known: &Known<'_>,
        to: &Self,
        event: &StoredEvent,
        put_off: &PutOff<'_>,
    ) -> Result<bool, Error> {
        let (transaction, position) = to.columns();
        let stepped = sqlx::query(STEP_PAST)
            .bind(&self.consumer)
            .bind(self.turn)
            .bind(to.heard.to_string())
            .bind(transaction)
            .bind(position)
            .bind(event.store_id)
            .bind(event.id)
            .bind(put_off.state)
            .bind(put_off.run_at)
            .bind(put_off.error)
            .execute(known.database.pool())
            .await?;
        Ok(stepped.rows_affected() > 0)
    }

    fn columns(&self) -> (String, i64) {
        let place = self.half.map(|half| (half.transaction.to_string(), half.position));
        place.unwrap_or_else(|| ("0".to_owned(), 0))
    }
}

/// What becomes of an event that failed.
pub(super) struct PutOff<'a> {
    pub(super) state: &'static str,
    pub(super) run_at: kernel::Time,
    pub(super) error: &'a str,
}

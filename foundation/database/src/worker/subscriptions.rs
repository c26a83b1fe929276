//! Which consumers hear which events, told by every process to all: while two versions of the program run beside each other,
//! either one hands events on to the consumers of both.

use chrono::TimeDelta;

use super::Registry;
use crate::{Database, Error};

/// For how long a consumer counts after it was last noted. One that the newest version no longer has is soon forgotten, so
/// that nothing is left for it that nobody takes.
pub(super) const KNOWN_FOR: TimeDelta = TimeDelta::minutes(10);

const NOTE: &str = "WITH old AS ( \
       DELETE FROM platform.subscriptions WHERE known_at < $4 \
     ) INSERT INTO platform.subscriptions AS s (event, consumer, known_at) \
     SELECT n.event, n.consumer, $3 FROM unnest($1::text[], $2::text[]) AS n (event, consumer) ORDER BY n.event, n.consumer \
     ON CONFLICT ON CONSTRAINT subscriptions_pk DO UPDATE SET known_at = EXCLUDED.known_at WHERE s.known_at < EXCLUDED.known_at";

/// Notes the consumers of this process, for all that hand on events.
pub async fn note(database: &Database, registry: &Registry) -> Result<(), Error> {
    let now = database.now();
    let (events, consumers) = columns(registry);
    sqlx::query(NOTE)
        .bind(events)
        .bind(consumers)
        .bind(now)
        .bind(now - TimeDelta::days(1))
        .execute(database.pool())
        .await?;
    Ok(())
}

/// The events and consumers of a process, pair by pair.
pub(super) fn columns(registry: &Registry) -> (Vec<&'static str>, Vec<&'static str>) {
    registry.subscriptions.iter().map(|it| (it.event, it.consumer)).unzip()
}

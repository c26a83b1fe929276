//! Statements that took long, as a line that can be read: the name of the statement and its first words. The database library
//! would write all of it, which for some is a page.

use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::{
    Layer,
    filter::{FilterFn, filter_fn},
    layer::Context,
};

use crate::statement::{Statement, is_statement};

/// Whether the database library tells of a slow statement.
pub(super) fn is_slow(metadata: &Metadata<'_>) -> bool {
    is_statement(metadata) && *metadata.level() == Level::WARN
}

/// Only those events, so that for others nothing is put together.
pub(super) fn only_slow() -> FilterFn {
    let wanted: fn(&Metadata<'_>) -> bool = is_slow;
    filter_fn(wanted).with_max_level_hint(Level::WARN)
}

/// Tells of slow statements anew. It has to be the last layer, for it tells while the event is handed around.
pub(super) struct SlowStatements;

impl<S: Subscriber> Layer<S> for SlowStatements {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let slow = Statement::of(event);
        let (statement, elapsed) = (slow.in_short(), slow.elapsed);
        tracing::warn!(target: "sqlx::slow", statement, ?elapsed, rows = slow.rows, "a statement took long");
    }
}

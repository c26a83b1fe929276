//! The time zone that dates are shown in while a page is made. Filters are the same for all pages of a language and cannot see
//! what a page is given once they are called in a macro, so the zone is beside them: a page is made on one thread, without
//! waiting in between.

use std::cell::Cell;

use kernel::TimeZone;

thread_local! {
    static ZONE: Cell<TimeZone> = const { Cell::new(TimeZone::UTC) };
}

/// The zone of the page that is being made.
pub(super) fn current() -> TimeZone {
    ZONE.get()
}

/// Makes something whose dates are those of that zone.
pub(super) fn within<T>(zone: TimeZone, make: impl FnOnce() -> T) -> T {
    let outer = ZONE.replace(zone);
    let made = make();
    ZONE.set(outer);
    made
}

//! Asks before something is taken away.

use serde::Serialize;
use web::{Answer, Visitor};

#[derive(Serialize)]
struct RemovalView<'v> {
    /// The thing's kind, part of the keys of the texts.
    kind: &'static str,
    /// The settings page that lists it, part of the address and of the keys of the texts.
    page: &'static str,
    /// The part of the address between that page and the id; may be empty.
    part: &'static str,
    id: String,
    name: &'v str,
}

/// What is taken away: its kind, and where in the settings it is.
pub(super) struct Removal {
    pub(super) kind: &'static str,
    pub(super) page: &'static str,
    pub(super) part: &'static str,
}

/// The page that asks.
pub(super) fn ask(visitor: &Visitor, removal: Removal, id: String, name: &str) -> Answer {
    let Removal { kind, page, part } = removal;
    let view = RemovalView {
        kind,
        page,
        part,
        id,
        name,
    };
    visitor.page("admin/settings/remove.html", &view)
}

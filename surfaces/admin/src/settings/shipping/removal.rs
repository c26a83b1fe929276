//! Asks before something is taken away.

use serde::Serialize;
use web::{Answer, Visitor};

#[derive(Serialize)]
struct RemovalView<'v> {
    /// The thing's kind, part of the keys of the texts.
    kind: &'static str,
    /// The part of the address that says so.
    part: &'static str,
    id: String,
    name: &'v str,
}

/// The page that asks.
pub(super) fn ask(visitor: &Visitor, (kind, part): (&'static str, &'static str), id: String, name: &str) -> Answer {
    let view = RemovalView { kind, part, id, name };
    visitor.page("admin/settings/remove.html", &view)
}

//! The types of WooCommerce's products.

use crate::notes::{Cell, Notes};

/// The types of products that WooCommerce itself has.
const KINDS: [&str; 7] = [
    "simple",
    "variable",
    "variation",
    "grouped",
    "external",
    "virtual",
    "downloadable",
];

/// What a plug-in calls a product, or what nobody does, is told: it is sold as any other.
pub(crate) fn check(cell: Cell<'_>, notes: &mut Notes) {
    let is_known = |kind: &str| kind.is_empty() || KINDS.iter().any(|known| kind.eq_ignore_ascii_case(known));
    let mut kinds = cell.text.split(',').map(str::trim);
    if let Some(unknown) = kinds.find(|kind| !is_known(kind)) {
        let reason =
            format!("{unknown:?} is no type such as simple or variable; the product is imported as a simple one");
        notes.warning(cell.line, cell.column, reason);
    }
}

//! SQL stands in `store.rs` as named constants; the macro lists them, so that a test can prepare each one.

/// Declares SQL constants, each of which begins with its name so that logs can tell of it, and `STATEMENTS`, the list of their names and texts.
///
/// ```
/// database::statements! {
///     /// One order by its id.
///     GET_ORDER = "SELECT id FROM orders.orders WHERE store_id = $1 AND id = $2";
/// }
/// assert_eq!(STATEMENTS[0].0, "GET_ORDER");
/// assert!(GET_ORDER.starts_with("/* GET_ORDER */ SELECT id"));
/// ```
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = concat!("/* ", stringify!($name), " */ ", $sql);)*
        /// Every statement of this file, by name, for the test that prepares them.
        pub const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

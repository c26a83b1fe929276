//! Enums whose values have names that the database and the APIs know.

/// Declares enums whose values have a stable name: `ALL`, `as_str` and `parse` come with them.
///
/// ```
/// kernel::named! {
///     /// How ripe a fruit is.
///     Ripeness {
///         /// Wait.
///         Green = "green",
///         /// Eat.
///         Ripe = "ripe",
///     }
/// }
/// assert_eq!(Ripeness::parse("ripe"), Some(Ripeness::Ripe));
/// assert_eq!(Ripeness::ALL[0].as_str(), "green");
/// ```
#[macro_export]
macro_rules! named {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Every one, in the order they are declared.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in the database and in APIs.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// The one of that name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == name)
            }
        }
    )*};
}

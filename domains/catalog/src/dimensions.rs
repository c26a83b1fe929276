//! How large a thing is.

/// Length, width and height with the packaging; 0 is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dimensions {
    /// The longest side.
    pub length_mm: i64,
    /// The side across.
    pub width_mm: i64,
    /// From top to bottom.
    pub height_mm: i64,
}

impl Dimensions {
    /// The longest side that anything can have: a hundred metres.
    pub const LONGEST_MM: i64 = 100_000;

    /// The three sides with their names in forms, files and the API.
    pub fn sides(self) -> [(&'static str, i64); 3] {
        [
            ("length_mm", self.length_mm),
            ("width_mm", self.width_mm),
            ("height_mm", self.height_mm),
        ]
    }
}

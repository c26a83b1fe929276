//! Colours, and the names that options give them.

use std::fmt;

/// An opaque colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tone {
    red: u8,
    green: u8,
    blue: u8,
}

/// What light is mixed of: a warm white.
const LIGHT: Tone = Tone::rgb(255, 252, 244);
/// What shade is mixed of: a deep violet-brown, so that no shadow looks grey.
const SHADE: Tone = Tone::rgb(34, 22, 40);

impl Tone {
    /// A colour from its three parts.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// The colour moved `percent` of the way to another.
    pub fn mix(self, other: Self, percent: i32) -> Self {
        let percent = percent.clamp(0, 100);
        let part = |from: u8, to: u8| {
            let (from, to) = (i32::from(from), i32::from(to));
            u8::try_from(from + (to - from) * percent / 100).unwrap_or(u8::MAX)
        };
        Self::rgb(
            part(self.red, other.red),
            part(self.green, other.green),
            part(self.blue, other.blue),
        )
    }

    /// The colour where light falls on it.
    pub fn light(self, percent: i32) -> Self {
        self.mix(LIGHT, percent)
    }

    /// The colour in the shade.
    pub fn dark(self, percent: i32) -> Self {
        self.mix(SHADE, percent)
    }

    /// Whether print on this colour should be light.
    pub fn is_deep(self) -> bool {
        u32::from(self.red) * 3 + u32::from(self.green) * 6 + u32::from(self.blue) < 1300
    }

    /// The colour that an option's value names, such as `Moss` or, in Indonesian, `Nila`.
    pub fn named(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, tone)| *tone)
    }
}

impl fmt::Display for Tone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

const NAMES: &[(&str, Tone)] = &[
    ("Amber", Tone::rgb(206, 140, 52)),
    ("Ash", Tone::rgb(214, 187, 148)),
    ("Birch", Tone::rgb(226, 203, 166)),
    ("Blush", Tone::rgb(228, 190, 174)),
    ("Brass", Tone::rgb(201, 160, 84)),
    ("Brick", Tone::rgb(172, 78, 58)),
    ("Chalk", Tone::rgb(240, 234, 222)),
    ("Charcoal", Tone::rgb(66, 66, 72)),
    ("Clay", Tone::rgb(196, 118, 88)),
    ("Copper", Tone::rgb(190, 112, 76)),
    ("Cream", Tone::rgb(242, 230, 204)),
    ("Fern", Tone::rgb(98, 132, 84)),
    ("Fog", Tone::rgb(178, 188, 190)),
    ("Forest", Tone::rgb(54, 88, 70)),
    ("Harbour", Tone::rgb(56, 92, 124)),
    ("Heather", Tone::rgb(150, 128, 156)),
    ("Ink", Tone::rgb(44, 56, 84)),
    ("Lagoon", Tone::rgb(62, 136, 140)),
    ("Linen", Tone::rgb(226, 214, 192)),
    ("Marigold", Tone::rgb(226, 162, 56)),
    ("Midnight", Tone::rgb(40, 46, 66)),
    ("Moss", Tone::rgb(118, 126, 78)),
    ("Mustard", Tone::rgb(208, 158, 60)),
    ("Oak", Tone::rgb(204, 164, 112)),
    ("Oat", Tone::rgb(222, 204, 174)),
    ("Olive", Tone::rgb(122, 120, 66)),
    ("Peat", Tone::rgb(98, 74, 60)),
    ("Plum", Tone::rgb(112, 62, 88)),
    ("Poppy", Tone::rgb(212, 82, 62)),
    ("Rose", Tone::rgb(208, 140, 132)),
    ("Rust", Tone::rgb(184, 92, 52)),
    ("Sage", Tone::rgb(154, 170, 142)),
    ("Sand", Tone::rgb(216, 188, 148)),
    ("Sea", Tone::rgb(94, 142, 150)),
    ("Sky", Tone::rgb(134, 170, 196)),
    ("Slate", Tone::rgb(92, 106, 118)),
    ("Steel", Tone::rgb(176, 182, 188)),
    ("Storm", Tone::rgb(78, 92, 108)),
    ("Teal", Tone::rgb(42, 110, 114)),
    ("Walnut", Tone::rgb(122, 82, 56)),
    // Indonesian
    ("Arang", Tone::rgb(66, 64, 68)),
    ("Bata", Tone::rgb(176, 84, 60)),
    ("Gading", Tone::rgb(240, 228, 204)),
    ("Jati", Tone::rgb(178, 126, 78)),
    ("Kunyit", Tone::rgb(222, 160, 52)),
    ("Lumut", Tone::rgb(112, 122, 74)),
    ("Nila", Tone::rgb(46, 66, 112)),
    ("Pandan", Tone::rgb(108, 148, 92)),
    ("Sogan", Tone::rgb(130, 80, 48)),
    ("Terakota", Tone::rgb(194, 112, 80)),
    ("Toska", Tone::rgb(74, 142, 138)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixing_goes_all_the_way() {
        let moss = Tone::named("moss").unwrap();
        assert_eq!(
            (moss.mix(SHADE, 0), moss.mix(SHADE, 100), moss.to_string()),
            (moss, SHADE, "#767e4e".to_owned())
        );
        assert!(Tone::named("Ink").unwrap().is_deep() && !Tone::named("Chalk").unwrap().is_deep());
    }
}

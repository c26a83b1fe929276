//! How long a text is on its way (3GPP TS 23.038): in the alphabet of telephones, or in UTF-16 once a letter is not in it.

/// The letters that count once.
const ONCE: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Those that count twice.
const TWICE: &str = "^{}\\[~]|€";

/// How long a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLength {
    /// In characters as networks count them.
    pub units: usize,
    /// How many messages it is sent as; each is paid for.
    pub segments: usize,
    /// Whether a letter makes the whole text longer: it is none of the alphabet of telephones.
    pub is_wide: bool,
}

impl TextLength {
    /// Counts a text.
    pub fn of(text: &str) -> Self {
        match text.chars().map(narrow).collect::<Option<Vec<usize>>>() {
            Some(letters) => Self::cut(&letters, [160, 153], false),
            None => {
                let letters: Vec<usize> = text.chars().map(char::len_utf16).collect();
                Self::cut(&letters, [70, 67], true)
            }
        }
    }

    /// No letter is cut in two, so a piece may stay one short.
    fn cut(letters: &[usize], [alone, together]: [usize; 2], is_wide: bool) -> Self {
        let units = letters.iter().sum();
        let mut segments = usize::from(units > 0);
        if units > alone {
            let mut filled = 0;
            for letter in letters {
                if filled + letter > together {
                    segments += 1;
                    filled = 0;
                }
                filled += letter;
            }
        }
        Self {
            units,
            segments,
            is_wide,
        }
    }
}

/// How often a letter of the telephones' alphabet counts.
fn narrow(letter: char) -> Option<usize> {
    let is_extended = TWICE.contains(letter);
    (is_extended || ONCE.contains(letter)).then_some(if is_extended { 2 } else { 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_as_networks_cut_it() {
        for (text, units, segments, is_wide) in [
            ("", 0, 0, false),
            (&*"a".repeat(160), 160, 1, false),
            (&"a".repeat(161), 161, 2, false),
            (&"a".repeat(306), 306, 2, false),
            (&"a".repeat(307), 307, 3, false),
            (&"€".repeat(80), 160, 1, false),
            // 76 of them fill a piece with one place left, which a letter of two places cannot take.
            (&"€".repeat(153), 306, 3, false),
            ("Grüße", 5, 1, false),
            ("ÇÄñ£", 4, 1, false),
            (&"ş".repeat(70), 70, 1, true),
            (&"ş".repeat(71), 71, 2, true),
            (&"ş".repeat(134), 134, 2, true),
            (&"📦".repeat(35), 70, 1, true),
            (&"📦".repeat(36), 72, 2, true),
            (&"📦".repeat(67), 134, 3, true),
        ] {
            let length = TextLength::of(text);
            assert_eq!(
                (length.units, length.segments, length.is_wide),
                (units, segments, is_wide),
                "{text}"
            );
        }
    }
}

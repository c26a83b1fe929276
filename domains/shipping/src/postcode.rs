//! Ranges of postcodes, as tables of rates name them.

use std::fmt;

use kernel::FieldError;

/// The postcodes from one beginning to another: `10000-19999`, `100-199`, or all that begin with `SW1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostcodeRange {
    from: String,
    until: String,
}

impl PostcodeRange {
    /// Reads a range, or one beginning. Blanks do not count, and both ends are of the same length.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let (from, until) = text.split_once('-').unwrap_or((text, text));
        let (from, until) = (compact(from), compact(until));
        let is_code =
            |code: &str| !code.is_empty() && code.len() <= 10 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_code(&from) && is_code(&until) && from.len() == until.len() && from <= until {
            return Ok(Self { from, until });
        }
        let message = "must be like 10000-19999 or SW1, with ends of the same length";
        Err(FieldError::new("postcodes", "invalid_postcodes", message))
    }

    /// Whether a postcode lies in it.
    pub fn contains(&self, postcode: &str) -> bool {
        let postcode = compact(postcode);
        postcode
            .get(..self.from.len())
            .is_some_and(|start| self.from.as_str() <= start && start <= self.until.as_str())
    }

    /// How many characters it compares: a longer beginning is the closer one.
    pub(crate) fn closeness(&self) -> usize {
        self.from.len()
    }
}

/// In capitals, without blanks and hyphens.
fn compact(postcode: &str) -> String {
    let kept = postcode.chars().filter(|c| !c.is_whitespace() && *c != '-');
    kept.collect::<String>().to_ascii_uppercase()
}

impl fmt::Display for PostcodeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.until {
            f.write_str(&self.from)
        } else {
            write!(f, "{}-{}", self.from, self.until)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_what_begins_between_its_ends() {
        for (range, inside, outside) in [
            (
                "10000-19999",
                vec!["10000", "15 000", "19999", "12345-6789"],
                vec!["20000", "1000", ""],
            ),
            ("sw1", vec!["SW1A 1AA", "sw1"], vec!["SW2", "S"]),
            ("00-09", vec!["00-950"], vec!["10-950"]),
        ] {
            let range = PostcodeRange::parse(range).unwrap();
            assert!(inside.iter().all(|code| range.contains(code)), "{range}");
            assert!(!outside.iter().any(|code| range.contains(code)), "{range}");
            assert_eq!(PostcodeRange::parse(&range.to_string()), Ok(range));
        }
    }

    #[test]
    fn ends_that_do_not_fit_are_refused() {
        for bad in ["", "-", "100-20000", "200-100", "1-", "ÄÄ1", "12345678901"] {
            assert!(PostcodeRange::parse(bad).is_err(), "{bad}");
        }
    }
}

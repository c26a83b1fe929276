//! A telephone number as networks know it (ITU-T E.164).

use std::{collections::BTreeMap, sync::LazyLock};

use kernel::{CountryCode, FieldError};

/// One country a line.
const TABLE: &str = include_str!("calling_codes.tsv");
static COUNTRIES: LazyLock<BTreeMap<&str, Dialling>> = LazyLock::new(|| TABLE.lines().filter_map(read).collect());
/// How many digits a number has at least and at most, with the country's.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// How many digits a number of North America has.
const NORTH_AMERICAN: usize = 11;
/// From how many digits on a number that begins with its country's code is taken to hold it.
const WITH_CODE: usize = 11;
/// The same where nothing is dialled before a number, so that whoever begins with the code means it.
const WITH_CODE_ALONE: usize = 10;
/// Where numbers themselves may be so long and begin with anything.
const LONG: [&str; 3] = ["IT", "SM", "VA"];

/// How a country is called.
struct Dialling {
    code: &'static str,
    /// What is dialled before a number within the country; may be empty.
    trunk: &'static str,
}

/// A number that can be called from everywhere, such as `+14155550123`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number as people write it. Without a code it is one of that country.
    pub fn parse(text: &str, country: CountryCode) -> Result<Self, FieldError> {
        let digits = digits(text).ok_or_else(invalid)?;
        let number = match (digits.strip_prefix('+'), COUNTRIES.get(country.as_str())) {
            (Some(number), _) => number.to_owned(),
            (None, home) => from_within(&digits, country, home)?,
        };
        Self::checked(without_trunk(number)).ok_or_else(invalid)
    }

    /// Whether it is a number of one of these countries. Where several share a code it is of each.
    pub fn is_of(&self, countries: &[CountryCode]) -> bool {
        let homes = countries.iter().filter_map(|country| COUNTRIES.get(country.as_str()));
        let number = self.0.trim_start_matches('+');
        homes.into_iter().any(|home| number.starts_with(home.code))
    }

    /// Reads a number as it is kept and as networks write it.
    pub fn read(text: &str) -> Option<Self> {
        let number = text.strip_prefix('+')?;
        Self::checked(number.to_owned()).filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// With its plus.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn checked(number: String) -> Option<Self> {
        let known = COUNTRIES.values().any(|home| number.starts_with(home.code));
        let fits = if number.starts_with('1') {
            number.len() == NORTH_AMERICAN
        } else {
            DIGITS.contains(&number.len())
        };
        (known && fits).then(|| Self(format!("+{number}")))
    }
}

/// Digits, with a plus before them when there is one; nothing for a text that is no number. A zero in brackets behind a code is
/// only dialled within the country.
fn digits(text: &str) -> Option<String> {
    let text = text.trim();
    let text = if text.trim_start_matches('(').starts_with('+') {
        text.replace("(0)", "")
    } else {
        text.to_owned()
    };
    let mut digits = String::new();
    for letter in text.chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            '+' if digits.is_empty() => digits.push(letter),
            ' ' | '\u{a0}' | '-' | '\u{2010}'..='\u{2013}' | '.' | '(' | ')' | '/' => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// The number with its country's code, from what is dialled there.
fn from_within(digits: &str, country: CountryCode, home: Option<&Dialling>) -> Result<String, FieldError> {
    let abroad = match home.map(|home| home.code) {
        Some("1") => digits.strip_prefix("011"),
        Some("61") => digits.strip_prefix("0011"),
        _ => digits.strip_prefix("00"),
    };
    if let Some(number) = abroad {
        return Ok(number.to_owned());
    }
    let home = home.ok_or_else(invalid)?;
    let shortest = match home.trunk {
        "" if LONG.contains(&country.as_str()) => None,
        "" => Some(WITH_CODE_ALONE),
        trunk => match digits.strip_prefix(trunk) {
            Some(number) => return Ok(format!("{}{number}", home.code)),
            None => Some(WITH_CODE),
        },
    };
    let is_whole = digits.starts_with(home.code) && shortest.is_some_and(|shortest| digits.len() >= shortest);
    let code = if is_whole { "" } else { home.code };
    Ok(format!("{code}{digits}"))
}

/// The zero behind a country's code is only dialled within it, where one is.
fn without_trunk(number: String) -> String {
    let mut homes = COUNTRIES.values().filter(|home| home.trunk == "0");
    let national = homes.find_map(|home| Some((home.code, number.strip_prefix(home.code)?.strip_prefix('0')?)));
    match national {
        Some((code, national)) => format!("{code}{national}"),
        None => number,
    }
}

fn read(line: &'static str) -> Option<(&'static str, Dialling)> {
    let (country, dialling) = line.split_once('\t').filter(|_| !line.starts_with('#'))?;
    let (code, trunk) = dialling.split_once('\t')?;
    let trunk = if trunk == "-" { "" } else { trunk };
    Some((country, Dialling { code, trunk }))
}

fn invalid() -> FieldError {
    let message = "is not a telephone number; one of another country begins with + and its code";
    FieldError::new("phone", "invalid_text_number", message)
}

#[cfg(test)]
mod tests {
    use kernel::AddressFormat;

    use super::*;

    fn parsed(text: &str, country: &str) -> Option<String> {
        let number = PhoneNumber::parse(text, CountryCode::parse(country).unwrap()).ok()?;
        Some(number.as_str().to_owned())
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for (text, country, number) in [
            ("(415) 555-0123", "US", "+14155550123"),
            ("1 415 555 0123", "US", "+14155550123"),
            ("+1 415-555-0123", "DE", "+14155550123"),
            ("0812-3456-7890", "ID", "+6281234567890"),
            ("812 3456 7890", "ID", "+6281234567890"),
            ("62 812 3456 7890", "ID", "+6281234567890"),
            ("011 62 812 3456 7890", "US", "+6281234567890"),
            ("0011 62 812 3456 7890", "AU", "+6281234567890"),
            ("+44 (0)20 7946 0018", "US", "+442079460018"),
            ("020 7946 0018", "GB", "+442079460018"),
            ("06 1234 5678", "IT", "+390612345678"),
            ("06 1 234 5678", "HU", "+3612345678"),
            ("8 912 345-67-89", "RU", "+79123456789"),
            ("0049 30/123456", "FR", "+4930123456"),
            ("030 123\u{a0}456", "DE", "+4930123456"),
            ("9123 4567", "SG", "+6591234567"),
            ("65 9123 4567", "SG", "+6591234567"),
            ("39 06 1234 5678", "IT", "+39390612345678"),
            ("+39 06 1234 5678", "US", "+390612345678"),
            ("(+62) 812 3456 7890", "US", "+6281234567890"),
            ("(+44) (0)20 7946 0018", "US", "+442079460018"),
            ("+62 0812 3456 7890", "US", "+6281234567890"),
            ("62 0812 3456 7890", "ID", "+6281234567890"),
            ("+225 01 23 45 67 89", "US", "+2250123456789"),
        ] {
            assert_eq!(parsed(text, country).as_deref(), Some(number), "{text} in {country}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for (text, country) in [
            ("", "US"),
            ("call me", "US"),
            ("555-0123", "US"),
            ("+1 415 555 012", "US"),
            ("+999 1234567", "US"),
            ("+", "US"),
            ("12+34567890", "DE"),
            ("++49 30 123456", "DE"),
            ("+4930123456789012", "DE"),
            ("0812 3456", "ZZ"),
            ("+62\n8123456789", "ID"),
        ] {
            assert_eq!(parsed(text, country), None, "{text:?} in {country}");
        }
    }

    #[test]
    fn a_number_is_of_every_country_that_shares_its_code() {
        let number = PhoneNumber::read("+14155550123").unwrap();
        for (countries, is_of) in [
            (&["US"][..], true),
            (&["DE", "CA"], true),
            (&["DE", "ID"], false),
            (&[], false),
        ] {
            let codes: Vec<_> = countries.iter().map(|code| CountryCode::parse(code).unwrap()).collect();
            assert_eq!(number.is_of(&codes), is_of, "{countries:?}");
        }
    }

    #[test]
    fn what_is_kept_is_read_as_it_was_written() {
        for (text, good) in [("+14155550123", true), ("14155550123", false), ("+1 4155550123", false)] {
            assert_eq!(PhoneNumber::read(text).is_some(), good, "{text}");
        }
    }

    #[test]
    fn every_country_that_addresses_know_has_a_code() {
        for format in AddressFormat::all() {
            assert_eq!(format.country.len(), 2);
            assert!(COUNTRIES.contains_key(format.country), "{}", format.country);
        }
    }
}

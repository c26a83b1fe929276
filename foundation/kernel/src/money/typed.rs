//! Amounts as text: as programs write them, and as people type them in the marks of any language.

use super::{Currency, Money};
use crate::FieldError;

impl Money {
    /// Reads an amount in major units that a person typed: `1299`, `1,299.00`, `1.299,00`, `12,5`, `$5` or `Rp 150.000`.
    ///
    /// One mark before three digits at the end parts thousands in the currencies that shops show without decimals, so that
    /// `150.000` is what an Indonesian means by it, and a decimal point where there are three decimals. Everywhere else `12.500`
    /// is twelve and a half for some and twelve and a half thousand for others, and is refused; `12,500` is not, for it is how
    /// [`Money::format`] parts thousands in English. Files are read by [`Money::parse`].
    pub fn parse_typed(text: &str, currency: Currency) -> Result<Self, FieldError> {
        let bare = without_currency(text.trim(), currency);
        let plain = match single_mark(bare) {
            Some((_, '.', fraction)) if fraction.len() == 3 && currency.decimals() != 3 => {
                let no_decimals = currency.decimals() == 0 || currency.practical_step() > 1;
                if !no_decimals || !in_thousands(bare) {
                    return Err(two_readings());
                }
                bare.replace('.', "")
            }
            Some(("0" | "-0", ',', fraction)) if fraction.len() == 3 => return Err(two_readings()),
            Some((integer, ',', fraction)) if fraction.len() != 3 => format!("{integer}.{fraction}"),
            Some(_) => bare.to_owned(),
            None if currency.decimals() != 3 && has_decimal_comma(bare) => bare.replace('.', "").replace(',', "."),
            None if in_thousands(bare) => bare.replace('.', ""),
            None => bare.to_owned(),
        };
        Self::parse(&plain, currency)
    }
}

/// `1,299.00` and `1299.00` as `1299.00`; `None` when the commas do not part thousands.
pub(super) fn plain_number(text: &str) -> Option<String> {
    let (integer, fraction) = text
        .split_once('.')
        .map_or((text, None), |(integer, fraction)| (integer, Some(fraction)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = integer.strip_prefix('-').unwrap_or(integer);
    let mut groups = unsigned.split(',');
    let first = groups.next().filter(|group| digits(group))?;
    let mut plain = String::from(if unsigned.len() == integer.len() { "" } else { "-" });
    plain.push_str(first);
    for group in groups {
        if first.len() > 3 || group.len() != 3 || !digits(group) {
            return None;
        }
        plain.push_str(group);
    }
    if let Some(fraction) = fraction {
        if !digits(fraction) {
            return None;
        }
        plain.push('.');
        plain.push_str(fraction);
    }
    Some(plain)
}

fn two_readings() -> FieldError {
    FieldError::new(
        "amount",
        "ambiguous_amount",
        "has two readings: write thousands without a point, and decimals with fewer than three digits",
    )
}

fn without_currency(text: &str, currency: Currency) -> &str {
    let strip = |mark: &str| text.strip_prefix(mark).or_else(|| text.strip_suffix(mark));
    strip(currency.symbol())
        .or_else(|| strip(currency.code()))
        .unwrap_or(text)
        .trim()
}

/// What stands before and behind the only mark there is.
fn single_mark(text: &str) -> Option<(&str, char, &str)> {
    let at = text.find(['.', ','])?;
    let (integer, rest) = text.split_at(at);
    let mark = rest.chars().next()?;
    let fraction = rest.get(1..)?;
    (!fraction.contains(['.', ','])).then_some((integer, mark, fraction))
}

/// `1.299,00` and `1.299.000,5`, not `1,299.00`.
fn has_decimal_comma(text: &str) -> bool {
    text.split_once(',')
        .is_some_and(|(integer, fraction)| in_thousands(integer) && fraction.len() != 3 && !fraction.contains(','))
}

/// Whether points part the digits in threes.
fn in_thousands(text: &str) -> bool {
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let (first, groups) = text.split_once('.').unwrap_or((text, ""));
    let first = first.trim_start_matches('-');
    (1..=3).contains(&first.len())
        && digits(first)
        && !first.starts_with('0')
        && groups.split('.').all(|group| group.len() == 3 && digits(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, currency: Currency) -> Option<i64> {
        Money::parse_typed(text, currency).ok().map(Money::minor)
    }

    #[test]
    fn marks_are_read_as_the_writer_means_them() {
        for (text, currency, minor) in [
            ("19.99", Currency::USD, 1_999),
            ("1299", Currency::USD, 129_900),
            ("1,299.00", Currency::USD, 129_900),
            ("1.299,00", Currency::EUR, 129_900),
            ("1.299.000,5", Currency::EUR, 129_900_050),
            ("1,299", Currency::USD, 129_900),
            ("12,5", Currency::EUR, 1_250),
            ("-12,50", Currency::EUR, -1_250),
            ("$ 5", Currency::USD, 500),
            ("5 USD", Currency::USD, 500),
            ("1.299.000", Currency::EUR, 129_900_000),
            ("150.000", Currency::IDR, 15_000_000),
            ("Rp\u{a0}150.000", Currency::IDR, 15_000_000),
            ("1.500.000", Currency::IDR, 150_000_000),
            ("150000.00", Currency::IDR, 15_000_000),
            ("150.000,50", Currency::IDR, 15_000_050),
            ("1.500", Currency::JPY, 1_500),
            ("1.500", Currency::KWD, 1_500),
            ("1,500", Currency::KWD, 1_500_000),
        ] {
            assert_eq!(read(text, currency), Some(minor), "{text} {currency}");
        }
    }

    #[test]
    fn what_has_two_readings_or_none_is_refused() {
        for (text, currency) in [
            ("12.500", Currency::USD),
            ("9.990", Currency::EUR),
            ("1.2.3", Currency::USD),
            ("1,29.00", Currency::USD),
            ("0.150", Currency::USD),
            ("0.150", Currency::JPY),
            ("0,150", Currency::USD),
            ("1500.000", Currency::IDR),
            (",", Currency::USD),
            (".", Currency::USD),
            ("", Currency::USD),
            ("1.299,000", Currency::EUR),
            ("twelve", Currency::USD),
        ] {
            assert_eq!(read(text, currency), None, "{text} {currency}");
        }
        let wrong = Money::parse_typed("12.500", Currency::USD).unwrap_err();
        assert_eq!(wrong.code, "ambiguous_amount");
    }

    #[test]
    fn what_a_form_shows_is_read_as_the_same() {
        for currency in [Currency::USD, Currency::IDR, Currency::JPY, Currency::KWD] {
            for minor in [0, 1, 99, 100, 1_500, 123_456, 15_000_000] {
                let shown = Money::new(minor, currency).to_decimal().to_string();
                assert_eq!(read(&shown, currency), Some(minor), "{shown} {currency}");
            }
        }
    }
}

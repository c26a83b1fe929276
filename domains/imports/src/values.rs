//! The values in cells: amounts, weights, counts, truths, dates, lists and addresses of pictures.

use catalog::Dimensions;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use kernel::{Currency, Money, Time, TimeZone};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive as _};

/// The most bytes of an address of a picture, which is part of an index.
const MAX_URL_BYTES: usize = 2_000;

/// An amount, and whether it had to be rounded to the currency's decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount {
    /// The amount.
    pub(crate) money: Money,
    /// Whether the text had more decimals.
    pub(crate) rounded: bool,
}

/// Reads an amount that is not negative, such as `19.99`, `1,299.00` or `$5`; `None` for an empty text. One with an
/// exponent is what a spreadsheet made of a number of an article, and `15.000` is fifteen here and fifteen thousand there.
pub(crate) fn amount(text: &str, currency: Currency) -> Result<Option<Amount>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let bare = without_currency(text, currency);
    if currency.decimals() != 3 && could_be_thousands(bare) {
        return Err(two_readings(text));
    }
    exact_amount(text, currency)
}

/// The same of a number whose point can only be a decimal point.
pub(crate) fn exact_amount(text: &str, currency: Currency) -> Result<Option<Amount>, String> {
    let bare = without_currency(text, currency);
    let exact = Some(bare).filter(|bare| !bare.contains(['e', 'E']));
    let exact = exact
        .and_then(decimal)
        .ok_or_else(|| format!("{text:?} is not an amount in {currency} such as 1,299.00"))?;
    if bare.trim_start().starts_with('-') {
        return Err(format!("{text:?} is below zero"));
    }
    let whole = exact.round_dp_with_strategy(currency.decimals(), RoundingStrategy::MidpointAwayFromZero);
    let money = Money::from_decimal(whole, currency).filter(|money| money.minor() <= catalog::HIGHEST_PRICE);
    Ok(Some(Amount {
        money: money.ok_or_else(|| format!("{text:?} is too large"))?,
        rounded: whole != exact,
    }))
}

fn without_currency(text: &str, currency: Currency) -> &str {
    let bare = text.strip_prefix(currency.symbol()).unwrap_or(text);
    bare.strip_prefix(currency.code())
        .or_else(|| bare.strip_suffix(currency.code()))
        .unwrap_or(bare)
}

/// Whether half the world would read the point as one between thousands: `15.000`, but not `15.00` or `0.125`.
fn could_be_thousands(number: &str) -> bool {
    let (integer, fraction) = number.trim().split_once('.').unwrap_or_default();
    let integer = integer.trim_start_matches(['-', '+']);
    fraction.len() == 3
        && (1..=3).contains(&integer.len())
        && integer != "0"
        && integer
            .bytes()
            .chain(fraction.bytes())
            .all(|byte| byte.is_ascii_digit())
}

fn two_readings(text: &str) -> String {
    format!(
        "{text:?} has two readings: write thousands without a point, and decimals with another number of digits than three"
    )
}

/// Reads a number as spreadsheets and shops write it: `.5`, `1,299.00`, `1.5e3`.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (integer, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.contains(',') {
        return None;
    }
    let mut groups = integer.trim_start_matches(['-', '+']).split(',');
    let first = groups.next().unwrap_or_default();
    let mut grouped = false;
    for group in groups {
        grouped = true;
        if group.len() != 3 || !group.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
    }
    if grouped && !(1..=3).contains(&first.len()) {
        return None;
    }
    let plain = text.replace(',', "");
    let plain = plain.strip_suffix('.').unwrap_or(&plain);
    if !plain.contains(|c: char| c.is_ascii_digit()) || plain.contains('_') {
        return None;
    }
    plain.parse().ok().or_else(|| Decimal::from_scientific(plain).ok())
}

/// Reads a number of pieces; shops also write `3.0`.
pub(crate) fn quantity(text: &str) -> Result<Option<i64>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let wrong = || format!("{text:?} is not a number of pieces");
    if could_be_thousands(text) && text.trim().ends_with(".000") {
        return Err(two_readings(text));
    }
    let exact = decimal(text).filter(|_| !text.contains(['e', 'E'])).ok_or_else(wrong)?;
    if exact.is_sign_negative() && !exact.is_zero() {
        return Err(format!("{text:?} is below zero"));
    }
    if !exact.is_integer() {
        return Err(format!("{text:?} is not a whole number of pieces"));
    }
    let pieces = exact.to_i64().filter(|pieces| *pieces < 1_000_000_000);
    pieces.map(Some).ok_or_else(wrong)
}

/// A unit of weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WeightUnit {
    /// Grams.
    Gram,
    /// Kilograms.
    Kilogram,
    /// Avoirdupois pounds.
    Pound,
    /// Avoirdupois ounces.
    Ounce,
}

impl WeightUnit {
    /// Reads `g`, `kg`, `lb`, `lbs`, `oz` and the words they stand for.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "g" | "gram" | "grams" => Some(Self::Gram),
            "kg" | "kgs" | "kilogram" | "kilograms" => Some(Self::Kilogram),
            "lb" | "lbs" | "pound" | "pounds" => Some(Self::Pound),
            "oz" | "ounce" | "ounces" => Some(Self::Ounce),
            _ => None,
        }
    }

    fn grams(self) -> Decimal {
        match self {
            Self::Gram => Decimal::ONE,
            Self::Kilogram => Decimal::ONE_THOUSAND,
            Self::Pound => Decimal::new(45_359_237, 5),
            Self::Ounce => Decimal::new(28_349_523_125, 9),
        }
    }
}

/// Reads a weight and turns it into whole grams; 0 for an empty text.
pub(crate) fn weight_grams(text: &str, unit: WeightUnit) -> Result<i64, String> {
    if text.trim().is_empty() {
        return Ok(0);
    }
    let wrong = || format!("{text:?} is not a weight");
    let grams = decimal(text)
        .and_then(|weight| weight.checked_mul(unit.grams()))
        .ok_or_else(wrong)?;
    let whole = grams.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    whole
        .to_i64()
        .filter(|grams| (0..1_000_000_000).contains(grams))
        .ok_or_else(wrong)
}

/// A unit of length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LengthUnit {
    /// Millimetres.
    Millimetre,
    /// Centimetres.
    Centimetre,
    /// Metres.
    Metre,
    /// Inches.
    Inch,
    /// Yards.
    Yard,
}

impl LengthUnit {
    /// Reads the units that shops set: `mm`, `cm`, `m`, `in` and `yd`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "mm" => Some(Self::Millimetre),
            "cm" => Some(Self::Centimetre),
            "m" => Some(Self::Metre),
            "in" => Some(Self::Inch),
            "yd" => Some(Self::Yard),
            _ => None,
        }
    }

    fn millimetres(self) -> Decimal {
        match self {
            Self::Millimetre => Decimal::ONE,
            Self::Centimetre => Decimal::TEN,
            Self::Metre => Decimal::ONE_THOUSAND,
            Self::Inch => Decimal::new(254, 1),
            Self::Yard => Decimal::new(9_144, 1),
        }
    }
}

/// Reads a length and turns it into whole millimetres; 0 for an empty text.
pub(crate) fn length_mm(text: &str, unit: LengthUnit) -> Result<i64, String> {
    if text.trim().is_empty() {
        return Ok(0);
    }
    let wrong = || format!("{text:?} is not a length");
    let length = decimal(text)
        .and_then(|length| length.checked_mul(unit.millimetres()))
        .ok_or_else(wrong)?;
    let whole = length.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    whole
        .to_i64()
        .filter(|length| (0..=Dimensions::LONGEST_MM).contains(length))
        .ok_or_else(wrong)
}

/// Reads a truth; an empty text gives the default.
pub(crate) fn truth(text: &str, default: bool) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "" => Ok(default),
        "true" | "1" | "yes" | "y" => Ok(true),
        "false" | "0" | "no" | "n" => Ok(false),
        _ => Err(format!("{text:?} is neither true nor false")),
    }
}

/// Reads a date or a date with a time; without a zone it is UTC. `None` for an empty text.
pub(crate) fn time(text: &str) -> Result<Option<Time>, String> {
    time_in(text, TimeZone::UTC)
}

/// Reads a date or a date with a time; without a zone it is what clocks in this one show. `None` for an empty text.
pub(crate) fn time_in(text: &str, zone: TimeZone) -> Result<Option<Time>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let (text, zone) = match text.strip_suffix(" UTC") {
        Some(text) => (text, TimeZone::UTC),
        None => (text, zone),
    };
    let zoned = DateTime::parse_from_rfc3339(text)
        .or_else(|_error| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S %z"))
        .ok()
        .map(|time| time.to_utc());
    let local = || {
        ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
            .or_else(|| {
                NaiveDate::parse_from_str(text, "%Y-%m-%d")
                    .ok()
                    .map(|date| date.and_time(NaiveTime::MIN))
            })
            .map(|time| zone.moment(time))
    };
    zoned
        .or_else(local)
        .map(Some)
        .ok_or_else(|| format!("{text:?} is not a date such as 2026-01-31"))
}

/// Reads a date from which something is sold.
pub(crate) fn time_of_sale(text: &str) -> Result<Option<Time>, String> {
    match time(text)? {
        Some(time) if !catalog::is_moment_of_sale(time) => {
            Err(format!("{text:?} does not lie in the years 1970 to 2199"))
        }
        read => Ok(read),
    }
}

/// The parts between the commas, without blanks, empty ones and repetitions; `\,` is a comma inside a part.
pub(crate) fn list(text: &str) -> Vec<String> {
    const STAND_IN: char = '\u{1}';
    let mut parts: Vec<String> = Vec::new();
    for part in text.replace("\\,", &STAND_IN.to_string()).split(',') {
        let part = part.replace(STAND_IN, ",").trim().to_owned();
        if !part.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

/// Reads the address of a picture; `None` for an empty text.
pub(crate) fn picture_url(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    let lower: String = text.chars().take(8).collect::<String>().to_ascii_lowercase();
    if text.is_empty() {
        Ok(None)
    } else if !(lower.starts_with("https://") || lower.starts_with("http://") || lower.starts_with("//")) {
        Err(format!("{text:?} is not the address of a picture"))
    } else if text.len() > MAX_URL_BYTES || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        Err("the address of the picture is too long or has blanks in it".to_owned())
    } else if text.starts_with("//") {
        Ok(Some(format!("https:{text}")))
    } else {
        Ok(Some(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_come_in_many_spellings() {
        for (text, minor, rounded) in [
            ("1,299.00", 129_900, false),
            ("50", 5_000, false),
            (".5", 50, false),
            ("5.", 500, false),
            ("$1,234,567.89", 123_456_789, false),
            ("19.99 USD", 1_999, false),
            ("19.9950", 2_000, true),
            ("0.995", 100, true),
        ] {
            let expected = Amount {
                money: Money::new(minor, Currency::USD),
                rounded,
            };
            assert_eq!(amount(text, Currency::USD), Ok(Some(expected)), "{text}");
        }
        assert_eq!(amount(" ", Currency::USD), Ok(None));
        for text in [
            "abc",
            "12,99",
            "1.299,00",
            "-5",
            "-0",
            "1,2,3",
            "--5",
            "£5",
            "99999999999999999999999",
            "10,000,000,000.01",
            "15.000",
            "$19.995",
            "1_000",
            "1e9",
            "1.5E3 USD",
        ] {
            assert!(amount(text, Currency::USD).is_err(), "{text}");
        }
    }

    #[test]
    fn a_point_that_could_part_thousands_is_read_only_where_it_cannot() {
        let read = |text, currency| amount(text, currency).ok().flatten().map(|amount| amount.money.minor());
        assert_eq!(read("Rp15.000", Currency::IDR), None);
        assert_eq!(read("15.000", Currency::KWD), Some(15_000));
        let exact = exact_amount("19.995", Currency::USD).ok().flatten();
        assert_eq!(exact.map(|amount| amount.money.minor()), Some(2_000));
        assert!(quantity("1.000").is_err() && quantity("1e3").is_err());
    }

    #[test]
    fn lengths_become_millimetres() {
        for (text, unit, length) in [
            ("12.5", LengthUnit::Centimetre, 125),
            ("1.2", LengthUnit::Metre, 1_200),
            ("10", LengthUnit::Inch, 254),
            ("0.25", LengthUnit::Yard, 229),
            ("3", LengthUnit::Millimetre, 3),
            ("", LengthUnit::Metre, 0),
        ] {
            assert_eq!(length_mm(text, unit), Ok(length), "{text}");
        }
        assert!(length_mm("-1", LengthUnit::Metre).is_err() && length_mm("101", LengthUnit::Metre).is_err());
    }

    #[test]
    fn weights_become_grams() {
        for (text, unit, grams) in [
            ("2.5", WeightUnit::Kilogram, 2_500),
            (".5", WeightUnit::Pound, 227),
            ("1", WeightUnit::Ounce, 28),
            ("453.592", WeightUnit::Gram, 454),
            ("", WeightUnit::Gram, 0),
        ] {
            assert_eq!(weight_grams(text, unit), Ok(grams), "{text}");
        }
        assert!(weight_grams("-1", WeightUnit::Gram).is_err() && weight_grams("heavy", WeightUnit::Gram).is_err());
    }

    #[test]
    fn the_rest_is_read_leniently_but_not_guessed() {
        assert_eq!(quantity("3.0"), Ok(Some(3)));
        for wrong in ["many", "-4", "19.999", "1e9", "99999999999999999999"] {
            assert!(quantity(wrong).is_err(), "{wrong}");
        }
        assert_eq!((truth("TRUE", false), truth("", true)), (Ok(true), Ok(true)));
        assert!(truth("maybe", true).is_err());
        assert_eq!(
            time("2026-01-31").unwrap().unwrap().to_rfc3339(),
            "2026-01-31T00:00:00+00:00"
        );
        assert_eq!(
            time("2026-01-31 12:00:00").unwrap().unwrap().timestamp() % 86_400,
            43_200
        );
        assert!(time("next week").is_err() && time("1960-01-31").is_ok());
        for wrong in ["next week", "9999-12-31", "1969-12-31"] {
            assert!(time_of_sale(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            list("Clothing > Tops, Salt\\, pepper, ,Clothing > Tops"),
            ["Clothing > Tops", "Salt, pepper"]
        );
        assert_eq!(picture_url("//a.b/c.jpg"), Ok(Some("https://a.b/c.jpg".to_owned())));
        assert!(picture_url("javascript:alert(1)").is_err() && picture_url("https://a b").is_err());
    }
}

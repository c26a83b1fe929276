//! Numbers that name a product all over the world.

/// Whether a text has the form of a GTIN (EAN, UPC, ISBN-13): 8, 12, 13 or 14 digits, the last of which checks the others.
pub fn is_gtin(text: &str) -> bool {
    check_digit(text).is_some_and(|digit| text.ends_with(digit))
}

/// The digit that would have to stand last in a text of as many digits as a GTIN has.
pub(crate) fn check_digit(text: &str) -> Option<char> {
    let digits: Vec<u32> = text
        .chars()
        .rev()
        .map(|letter| letter.to_digit(10))
        .collect::<Option<_>>()?;
    let weighed = digits.iter().skip(1).zip([3, 1].into_iter().cycle());
    let sum: u32 = weighed.map(|(digit, weight)| digit * weight).sum();
    let digit = sum.next_multiple_of(10) - sum;
    matches!(digits.len(), 8 | 12 | 13 | 14).then(|| char::from_digit(digit, 10))?
}

/// The barcode as a GTIN that means the same product everywhere: not of the ranges that every shop may use for itself.
pub fn gtin(barcode: &str) -> Option<&str> {
    let code = barcode.trim();
    let own = match code.len() {
        8 => code.starts_with(['0', '2']),
        12 => code.starts_with(['2', '4']),
        13 => code.starts_with('2') || code.starts_with("02") || code.starts_with("04"),
        _ => code.get(1..).is_some_and(|code| code.starts_with('2')),
    };
    (is_gtin(code) && !own).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_checks_and_is_unique_is_a_gtin() {
        for (barcode, unique) in [
            ("96385074", true),
            ("036000291452", true),
            (" 4006381333931 ", true),
            ("9780306406157", true),
            ("14006381333938", true),
            ("4006381333932", false),
            ("2012345678900", false),
            ("SKU-1", false),
            ("0", false),
            ("", false),
        ] {
            assert_eq!(gtin(barcode).is_some(), unique, "{barcode}");
        }
    }

    #[test]
    fn the_last_digit_checks_the_others() {
        for good in ["096009010836", "0884420736967", "96385074", "10614141000415"] {
            assert!(is_gtin(good), "{good}");
        }
        for bad in ["096009010837", "12345678901", "", "9638507x"] {
            assert!(!is_gtin(bad), "{bad}");
        }
    }
}

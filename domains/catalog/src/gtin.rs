//! Numbers that name a product all over the world.

/// The barcode as a GTIN (EAN, UPC, ISBN-13), if it is one: of 8, 12, 13 or 14 digits, the last of which checks the others,
/// and not of the ranges that every shop may use for itself.
pub fn gtin(barcode: &str) -> Option<&str> {
    let code = barcode.trim();
    let digits: Option<Vec<u32>> = code.chars().map(|letter| letter.to_digit(10)).collect();
    let digits = digits.filter(|digits| matches!(digits.len(), 8 | 12 | 13 | 14))?;
    let weighed = digits.iter().rev().zip([1, 3].into_iter().cycle());
    let checks = weighed.map(|(digit, weight)| digit * weight).sum::<u32>() % 10 == 0;
    let own = match code.len() {
        8 => code.starts_with(['0', '2']),
        12 => code.starts_with(['2', '4']),
        13 => code.starts_with('2') || code.starts_with("02") || code.starts_with("04"),
        _ => code.get(1..).is_some_and(|code| code.starts_with('2')),
    };
    (checks && !own).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_checks_and_is_unique_is_a_gtin() {
        for (barcode, is_gtin) in [
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
            assert_eq!(gtin(barcode).is_some(), is_gtin, "{barcode}");
        }
    }
}

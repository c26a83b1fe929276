//! The numbers by which others know a variant: under the bars, at customs, for the tax. Each may be missing.

use kernel::{FieldError, Invalid, plain_word};

use crate::{
    Variant,
    gtin::{check_digit, is_gtin},
};

/// The most characters of a barcode.
const BARCODE: usize = 100;

/// A barcode is free text, but digits as many as a GTIN has are one, and its last digit finds slips of the pen.
pub fn check_barcode(text: &str) -> Result<(), FieldError> {
    let wrong = |code, message: String| Err(FieldError::new("barcode", code, message));
    if text.chars().count() > BARCODE {
        wrong("too_long", format!("may have at most {BARCODE} characters"))
    } else if text.chars().any(char::is_control) {
        wrong("invalid_text", "may not hold control characters".to_owned())
    } else if is_rounded(text) {
        let message = "is what a spreadsheet shows of a longer number, whose last digits are lost";
        wrong("rounded_number", message.to_owned())
    } else if let Some(digit) = check_digit(text).filter(|_| !is_gtin(text)) {
        wrong(
            "check_digit",
            format!("is no GTIN, EAN or UPC: the last digit of such a number would be {digit}"),
        )
    } else {
        Ok(())
    }
}

/// Whether it is how spreadsheets write a long number in a narrow cell, such as `1.23457E+12`.
fn is_rounded(text: &str) -> bool {
    let Some((digits, power)) = text.trim().split_once(['E', 'e']) else {
        return false;
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (first, rest) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    first.len() == 1 && all_digits(first) && all_digits(rest) && power.strip_prefix('+').is_some_and(all_digits)
}

/// A customs tariff number: six digits are the same all over the world, countries add up to four.
pub fn check_hs_code(text: &str) -> Result<(), FieldError> {
    let digits: String = text.chars().filter(|letter| !matches!(letter, '.' | ' ')).collect();
    let good = (6..=10).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if text.is_empty() || good {
        Ok(())
    } else {
        let message = "must be 6 to 10 digits such as 6205.20";
        Err(FieldError::new("hs_code", "invalid_hs_code", message))
    }
}

/// The name of a tax code: one of the table, or one of the store's own, which may come after its products.
pub fn check_tax_category(text: &str) -> Result<(), FieldError> {
    if text.trim().is_empty() {
        return Err(FieldError::required("tax_category"));
    }
    plain_word(text).map(|_| ()).map_err(|error| FieldError {
        field: "tax_category".to_owned(),
        ..error
    })
}

/// Notes what is wrong with the codes of a variant. One that it had before stays: whoever changes a price need not mend it.
pub(crate) fn note(invalid: &mut Invalid, variant: &Variant, before: Option<&Variant>) {
    type Code = fn(&Variant) -> &str;
    type Check = fn(&str) -> Result<(), FieldError>;
    let codes: [(Code, Check); 3] = [
        (|variant| &variant.barcode, check_barcode),
        (|variant| &variant.hs_code, check_hs_code),
        (|variant| &variant.tax_category, check_tax_category),
    ];
    for (code, check) in codes {
        if before.is_none_or(|before| code(before) != code(variant)) {
            invalid.0.extend(check(code(variant)).err());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_barcode_is_free_unless_it_is_as_long_as_a_gtin() {
        for good in [
            "",
            "4006381333931",
            "96385074",
            "SHELF-12",
            "12345",
            "40063813339X1",
            "1E12",
            "SE+12",
            "12E+5",
        ] {
            assert_eq!(check_barcode(good), Ok(()), "{good}");
        }
        for (bad, code) in [
            ("4006381333932", "check_digit"),
            ("96385075", "check_digit"),
            ("1.23457E+12", "rounded_number"),
            ("4,00638e+12", "rounded_number"),
            ("5E+12", "rounded_number"),
            ("a\nb", "invalid_text"),
            (&"9".repeat(101), "too_long"),
        ] {
            assert_eq!(check_barcode(bad).unwrap_err().code, code, "{bad}");
        }
        let told = check_barcode("4006381333932").unwrap_err().message;
        assert!(told.ends_with("would be 1"), "{told}");
    }

    #[test]
    fn a_tariff_number_has_six_to_ten_digits() {
        for good in ["", "620520", "6205.20", "6205 20 00", "6205.20.0010"] {
            assert_eq!(check_hs_code(good), Ok(()), "{good}");
        }
        for bad in ["6205", "62052000101", "shirts", "6205-20"] {
            assert!(check_hs_code(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_tax_code_is_one_plain_word() {
        assert_eq!(check_tax_category("super_reduced"), Ok(()));
        for (bad, code) in [(" ", "required"), ("books & maps", "invalid_tax_code")] {
            let error = check_tax_category(bad).unwrap_err();
            assert_eq!((error.field.as_str(), error.code), ("tax_category", code));
        }
    }
}

//! What a store prints on its invoices, and how they are numbered.

use database::{Ctx, Error};
use kernel::{FieldError, Invalid};

use crate::store;

const MOST_TAX_NUMBERS: usize = 5;
const LONGEST_TAX_NUMBER: usize = 60;
const LONGEST_NAME: usize = 150;
const LONGEST_NOTE: usize = 1_000;
const LONGEST_PREFIX: usize = 20;

/// A store's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The name under which the business is known to the law; empty for the store's name.
    pub legal_name: String,
    /// Its tax numbers, each with what it is called, such as `VAT DE123456789`.
    pub tax_numbers: Vec<String>,
    /// What stands at the end of each document.
    pub note: String,
    /// What stands before the numbers of invoices.
    pub invoice_prefix: String,
    /// What stands before the numbers of credit notes.
    pub credit_note_prefix: String,
    /// Counts the changes; 0 until there was one.
    pub version: i64,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            legal_name: String::new(),
            tax_numbers: Vec::new(),
            note: String::new(),
            invoice_prefix: "INV-".to_owned(),
            credit_note_prefix: "CN-".to_owned(),
            version: 0,
        }
    }
}

impl Terms {
    /// Drops blanks around every text and empty tax numbers, and names everything that is wrong.
    pub(crate) fn checked(mut self) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        for text in [
            &mut self.legal_name,
            &mut self.note,
            &mut self.invoice_prefix,
            &mut self.credit_note_prefix,
        ] {
            *text = text.trim().to_owned();
        }
        self.tax_numbers = self
            .tax_numbers
            .iter()
            .map(|number| number.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|number| !number.is_empty())
            .collect();
        line(&mut invalid, "legal_name", &self.legal_name, LONGEST_NAME);
        if self.tax_numbers.len() > MOST_TAX_NUMBERS {
            let message = format!("may be at most {MOST_TAX_NUMBERS}");
            invalid.push(FieldError::new("tax_numbers", "too_many_tax_numbers", message));
        }
        for number in &self.tax_numbers {
            line(&mut invalid, "tax_numbers", number, LONGEST_TAX_NUMBER);
            if !number.chars().any(|letter| letter.is_ascii_digit()) {
                let message = "must each have a digit, such as `VAT DE123456789`";
                invalid.push(FieldError::new("tax_numbers", "tax_number_digit", message));
            }
        }
        if self.note.chars().count() > LONGEST_NOTE {
            invalid.push(too_long("note", LONGEST_NOTE));
        }
        for (field, text) in [
            ("invoice_prefix", &self.invoice_prefix),
            ("credit_note_prefix", &self.credit_note_prefix),
        ] {
            prefix(&mut invalid, field, text);
        }
        if self.invoice_prefix == self.credit_note_prefix {
            let message = "must differ from that of invoices";
            invalid.push(FieldError::new("credit_note_prefix", "same_prefix", message));
        }
        invalid.into_result()?;
        Ok(self)
    }
}

fn too_long(field: &str, longest: usize) -> FieldError {
    FieldError::new(field, "too_long", format!("may have at most {longest} characters"))
}

fn line(invalid: &mut Invalid, field: &str, text: &str, longest: usize) {
    if text.chars().count() > longest {
        invalid.push(too_long(field, longest));
    } else if text.chars().any(char::is_control) {
        invalid.push(FieldError::new(
            field,
            "invalid_text",
            "may not hold control characters",
        ));
    }
}

fn prefix(invalid: &mut Invalid, field: &str, text: &str) {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "#-_/.".contains(letter);
    if text.len() > LONGEST_PREFIX || !text.chars().all(fits) {
        let message = format!("may have at most {LONGEST_PREFIX} letters, digits and # - _ / .");
        invalid.push(FieldError::new(field, "invalid_prefix", message));
    } else if text.ends_with(|letter: char| letter.is_ascii_digit()) {
        invalid.push(FieldError::new(field, "prefix_digit", "may not end in a digit"));
    }
}

/// What the store decided, or what holds until it does.
pub async fn load_terms(ctx: &mut Ctx) -> Result<Terms, Error> {
    Ok(store::find_terms(ctx).await?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(change: fn(&mut Terms)) -> Vec<(String, &'static str)> {
        let mut terms = Terms::default();
        change(&mut terms);
        let Err(invalid) = terms.checked() else {
            return Vec::new();
        };
        invalid.0.into_iter().map(|error| (error.field, error.code)).collect()
    }

    #[test]
    fn good_terms_are_tidied() {
        let terms = Terms {
            legal_name: "  Tableware GmbH ".to_owned(),
            tax_numbers: vec!["VAT   DE123456789".to_owned(), "  ".to_owned()],
            invoice_prefix: " #2026/ ".to_owned(),
            ..Terms::default()
        };
        let checked = terms.checked().unwrap();
        assert_eq!(checked.legal_name, "Tableware GmbH");
        assert_eq!(checked.tax_numbers, ["VAT DE123456789"]);
        assert_eq!(checked.invoice_prefix, "#2026/");
    }

    #[test]
    fn what_is_wrong_is_named_at_its_field() {
        type Case<'a> = (fn(&mut Terms), &'a str, &'a str);
        let cases: [Case<'_>; 8] = [
            (|terms| terms.legal_name = "x".repeat(151), "legal_name", "too_long"),
            (
                |terms| terms.legal_name = "a\u{7}b".to_owned(),
                "legal_name",
                "invalid_text",
            ),
            (
                |terms| terms.tax_numbers = vec!["1".to_owned(); 6],
                "tax_numbers",
                "too_many_tax_numbers",
            ),
            (
                |terms| terms.tax_numbers = vec!["none".to_owned()],
                "tax_numbers",
                "tax_number_digit",
            ),
            (|terms| terms.note = "x".repeat(1_001), "note", "too_long"),
            (
                |terms| terms.invoice_prefix = "INV:".to_owned(),
                "invoice_prefix",
                "invalid_prefix",
            ),
            (
                |terms| terms.credit_note_prefix = "C1".to_owned(),
                "credit_note_prefix",
                "prefix_digit",
            ),
            (
                |terms| terms.credit_note_prefix = "INV-".to_owned(),
                "credit_note_prefix",
                "same_prefix",
            ),
        ];
        for (change, field, code) in cases {
            assert_eq!(wrong(change), [(field.to_owned(), code)], "{field} {code}");
        }
    }
}

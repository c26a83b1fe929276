//! What goods can be taxed as: the built-in categories and the store's own codes.

use tax::{OwnCode, TaxCategory, TaxCode};
use web::Visitor;

use crate::forms::{Choice, choices, word};

/// The choices of a select. A code that goods have and the store does not know stays a choice.
pub(crate) fn tax_choices(visitor: &Visitor, own: &[OwnCode], chosen: &str) -> Vec<Choice> {
    let mut all = choices(visitor, "admin-tax", TaxCategory::ALL.map(TaxCategory::as_str));
    all.extend(own.iter().map(|own| Choice {
        value: own.code.to_string(),
        label: own.name.clone(),
    }));
    if !chosen.is_empty() && !all.iter().any(|choice| choice.value == chosen) {
        all.push(Choice {
            value: chosen.to_owned(),
            label: chosen.to_owned(),
        });
    }
    all
}

/// What people call a code.
pub(crate) fn code_name(visitor: &Visitor, own: &[OwnCode], code: &TaxCode) -> String {
    let known = own.iter().find(|own| own.code == *code);
    known.map_or_else(|| word(visitor, "admin-tax", code.as_str()), |own| own.name.clone())
}

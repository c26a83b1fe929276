//! What few files say of a product beside the rest. What is `None` stays as it is.

use std::collections::HashSet;

use kernel::{Invalid, Slug};

use crate::{
    PersonalField, QuantityRule,
    input::{check_address, check_count, check_size_guide, repeated},
    personal::check_fields,
};

/// What few files say of a product beside the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpsertExtras {
    /// The address that search engines are to keep; empty means the product's own.
    pub canonical_url: Option<String>,
    /// How sizes are measured, already clean: see [`crate::sanitise_html`].
    pub size_guide_html: Option<String>,
    /// What shoppers fill in for it, in order.
    pub personal_fields: Option<Vec<PersonalField>>,
    /// How many of it are sold.
    pub quantity_rule: Option<QuantityRule>,
    /// What goes with it, by slugs, in order. One that no product has waits until there is one.
    pub related: Option<Vec<Slug>>,
}

impl UpsertExtras {
    /// What of it can be kept, and what is wrong with the rest.
    pub fn sifted(self) -> (Self, Invalid) {
        let mut invalid = Invalid::default();
        let kept = Self {
            canonical_url: sift(&mut invalid, self.canonical_url, |invalid, url| {
                if !url.is_empty() {
                    check_address(invalid, "canonical_url", url);
                }
            }),
            size_guide_html: sift(&mut invalid, self.size_guide_html, |invalid, html| {
                check_size_guide(invalid, html);
            }),
            personal_fields: sift(&mut invalid, self.personal_fields, |invalid, fields| {
                check_fields(invalid, fields);
            }),
            quantity_rule: sift(&mut invalid, self.quantity_rule, |invalid, rule| {
                rule.note(invalid, "quantity_rule");
            }),
            related: sift(&mut invalid, self.related, |invalid, slugs| {
                let mut seen = HashSet::new();
                check_count(invalid, "related_products", slugs.len());
                for (index, _) in slugs.iter().enumerate().filter(|(_, slug)| !seen.insert(*slug)) {
                    invalid.push(repeated(format!("related_products.{index}")));
                }
            }),
        };
        (kept, invalid)
    }

    pub(crate) fn are_given(&self) -> bool {
        *self != Self::default()
    }
}

fn sift<T>(invalid: &mut Invalid, value: Option<T>, check: fn(&mut Invalid, &T)) -> Option<T> {
    let before = invalid.0.len();
    if let Some(value) = &value {
        check(invalid, value);
    }
    value.filter(|_| invalid.0.len() == before)
}

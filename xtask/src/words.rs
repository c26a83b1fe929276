//! One word per thing, and no notes to ourselves.

use crate::{
    Finding,
    tree::{TextFile, Tree},
};

/// Words we do not use, and the one we do. GLOSSARY.md says what each means.
const SYNONYMS: &[(&str, &str)] = &[
    ("basket", "cart"),
    ("canceled", "cancelled"),
    ("fulfillment", "fulfilment"),
    ("lineitem", "line"),
    ("line_item", "line"),
    ("purchaser", "shopper or customer"),
    ("shopping bag", "cart"),
    ("voucher", "coupon"),
    ("warehouse_id", "location_id"),
];

/// Files that quote other people's words: the formats of other shops, product texts, the list above.
const QUOTING: &[&str] = &["domains/imports/", "demo/", "xtask/", "e2e/", "GLOSSARY.md", "STYLE.md"];

/// Notes that something is not done.
const UNFINISHED: &[&str] = &["TODO", "FIXME", "HACK"];

/// Looks at every text.
pub(crate) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for file in &tree.texts {
        if !file.path.starts_with("xtask/src/") {
            unfinished(file, findings);
        }
        if !QUOTING.iter().any(|prefix| file.path.starts_with(prefix)) && !file.path.ends_with(".csv") {
            synonyms(file, findings);
        }
    }
}

fn unfinished(file: &TextFile, findings: &mut Vec<Finding>) {
    for (index, line) in file.text.lines().enumerate() {
        let mut words = line.split(|character: char| !character.is_alphanumeric() && character != '_');
        if let Some(word) = words.find(|word| UNFINISHED.contains(word)) {
            let message = format!("`{word}`: finish it, or open an issue and leave no note here");
            findings.push(Finding {
                file: file.path.clone(),
                line: index + 1,
                message,
            });
        }
    }
}

fn synonyms(file: &TextFile, findings: &mut Vec<Finding>) {
    for (index, line) in file.text.lines().enumerate() {
        for (word, ours) in SYNONYMS {
            if says(line, word) {
                let message = format!("`{word}`: we say {ours}");
                findings.push(Finding {
                    file: file.path.clone(),
                    line: index + 1,
                    message,
                });
            }
        }
    }
}

/// Whether the line has the word, alone, as plural or as a part of a name, but not as the beginning of another word:
/// `Baskets` and `basket_id`, but not `basketball`.
fn says(line: &str, word: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    lower.match_indices(word).any(|(at, _word)| {
        let rest = line.get(at + word.len()..).unwrap_or_default();
        !rest
            .strip_prefix('s')
            .unwrap_or(rest)
            .starts_with(|next: char| next.is_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::sample;

    #[test]
    fn synonyms_and_notes_are_found() {
        for (path, text, expected) in [
            ("domains/cart/src/lib.rs", "struct Basket;", 1),
            ("themes/default/storefront/cart.html", "Your <b>basket</b>", 1),
            (
                "domains/imports/src/woocommerce.rs",
                "// the column Fulfillment service",
                0,
            ),
            ("app/src/main.rs", "// TODO later", 1),
            ("app/src/main.rs", "// the photos to do", 0),
            ("domains/cart/src/lib.rs", "struct Cart;", 0),
            ("domains/cart/src/lib.rs", "struct BasketLines;", 1),
            ("domains/catalog/src/lib.rs", "// a basketball", 0),
        ] {
            let mut findings = Vec::new();
            check(&sample(&[(path, text)]), &mut findings);
            assert_eq!(findings.len(), expected, "{path}: {text}: {findings:?}");
        }
    }
}

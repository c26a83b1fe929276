//! Handles for products whose file has none: the title's slug, with a suffix when an earlier product has it.

use std::collections::HashSet;

use kernel::{Slug, slugify};

use crate::skus::fingerprint;

const MAX_CHARS: usize = 200;

/// The handles given out so far.
#[derive(Debug, Default)]
pub(crate) struct Handles(HashSet<u64>);

impl Handles {
    /// No product gets a handle with one of these fingerprints.
    pub(crate) fn avoiding(taken: HashSet<u64>) -> Self {
        Self(taken)
    }

    /// The title's slug; when it is taken, with the external id's slug behind it, and then with a number. The same file
    /// gives the same handles each time.
    pub(crate) fn give(&mut self, title: &str, external_id: &str) -> Option<Slug> {
        let base = slugify(title);
        let id = slugify(external_id);
        let numbers = (2_u32..).map(|number| number.to_string());
        let suffixes = [String::new()]
            .into_iter()
            .chain([id].into_iter().filter(|id| !id.is_empty()))
            .chain(numbers);
        for suffix in suffixes.take(100_000) {
            let Ok(handle) = Slug::parse(&joined(&base, &suffix)) else {
                continue;
            };
            if self.0.insert(fingerprint(handle.as_str())) {
                return Some(handle);
            }
        }
        None
    }
}

fn joined(base: &str, suffix: &str) -> String {
    let room = MAX_CHARS.saturating_sub(suffix.chars().count().saturating_add(1));
    let cut: String = if suffix.is_empty() {
        base.to_owned()
    } else {
        base.chars().take(room).collect()
    };
    match (cut.trim_end_matches('-'), suffix) {
        (base, "") => base.to_owned(),
        ("", suffix) => suffix
            .chars()
            .take(MAX_CHARS)
            .collect::<String>()
            .trim_end_matches('-')
            .to_owned(),
        (base, suffix) => format!("{base}-{suffix}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_titles_get_their_id_behind_them() {
        let mut handles = Handles::default();
        let long = "x".repeat(300);
        for (title, id, handle) in [
            ("CD", "shop:1", Some("cd")),
            ("CD", "shop:2", Some("cd-shop-2")),
            ("CD", "shop:2", Some("cd-2")),
            ("***", "shop:3", Some("shop-3")),
            ("CD", "", Some("cd-3")),
        ] {
            assert_eq!(handles.give(title, id).as_ref().map(Slug::as_str), handle);
        }
        assert_eq!(handles.give(&long, "a").unwrap().as_str().len(), 200);
        assert!(handles.give(&long, "a").unwrap().as_str().ends_with("x-a"));
    }
}

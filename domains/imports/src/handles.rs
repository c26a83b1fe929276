//! Handles for products whose file has none: the title's slug, with a suffix when an earlier product has it.

use std::collections::{HashMap, HashSet};

use kernel::{Slug, slugify};

use crate::skus::fingerprint;

const MAX_CHARS: usize = 200;

/// The handles given out so far.
#[derive(Debug, Default)]
pub(crate) struct Handles {
    taken: HashSet<u64>,
    /// The last number behind each repeated slug, so that thousands of products of one name are not counted through.
    numbers: HashMap<u64, u32>,
}

impl Handles {
    /// No product gets a handle with one of these fingerprints.
    pub(crate) fn avoiding(taken: HashSet<u64>) -> Self {
        Self {
            taken,
            numbers: HashMap::new(),
        }
    }

    /// The title's slug; when it is taken, with the external id's slug behind it, and then with a number. The same file
    /// gives the same handles each time. `None` when neither title nor id has letters or digits.
    pub(crate) fn give(&mut self, title: &str, external_id: &str) -> Option<Slug> {
        let base = slugify(title);
        let id = slugify(external_id);
        let plain = self.take(&joined(&base, ""));
        let slug = plain.or_else(|| {
            if id.is_empty() {
                None
            } else {
                self.take(&joined(&base, &id))
            }
        });
        if slug.is_some() || (base.is_empty() && id.is_empty()) {
            return slug;
        }
        let last = self.numbers.get(&fingerprint(&base)).copied().unwrap_or(1);
        let (number, slug) = (last.saturating_add(1)..).find_map(|number| {
            self.take(&joined(&base, &number.to_string()))
                .map(|slug| (number, slug))
        })?;
        self.numbers.insert(fingerprint(&base), number);
        Some(slug)
    }

    /// The handle itself, if it is one and no earlier product has it.
    pub(crate) fn take(&mut self, handle: &str) -> Option<Slug> {
        let slug = Slug::parse(handle).ok()?;
        if self.taken.insert(fingerprint(slug.as_str())) {
            Some(slug)
        } else {
            None
        }
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

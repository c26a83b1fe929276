//! What makes a review suspicious. A suspicion publishes nothing and rejects nothing: it asks somebody to look, with a reason
//! that names what to look for. That is why the limits below may err on the side of caution.

use sha2::{Digest as _, Sha256};

use crate::{Draft, Suspicion};

/// How often one character may follow itself: `!!!!!` and `sooooo good` are enthusiasm, more is a key that was leant on.
const LONGEST_RUN: usize = 8;
/// From how many words on it is looked for the same ones: short texts repeat words by chance.
const MANY_WORDS: usize = 12;
/// How many words stand for each different one in a text that says nothing else; ordinary prose of a page has about two.
const WORDS_PER_DIFFERENT: usize = 4;
/// How many other reviews somebody may have begun shortly before, within [`FAST_MINUTES`]: a parcel of ten things takes
/// longer than that to review with thought.
const MOST_AT_ONCE: i64 = 5;
/// How long shortly before is.
pub(crate) const FAST_MINUTES: i64 = 10;
/// From how many words on two people who say the same copied it: `Very good, thank you!` is said by many.
const WORDS_OF_ONES_OWN: usize = 8;
/// How many others may have said the same: one may be the same person with another address.
const MOST_OF_THE_SAME: i64 = 1;

/// What is known of a review beside its words.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Surroundings {
    /// How many other reviews the author began shortly before.
    pub(crate) recent: i64,
    /// How many others wrote the same words.
    pub(crate) same: i64,
}

/// Every reason to look at a review first, in the order they are listed.
pub(crate) fn suspicions(draft: &Draft, bad_words: &[String], around: Surroundings) -> Vec<Suspicion> {
    let whole = format!("{}\n{}\n{}", draft.author, draft.title, draft.body);
    let words = words(&whole);
    let holds = |suspicion: &Suspicion| match suspicion {
        Suspicion::Links => has_link(&whole),
        Suspicion::Repeated => is_repeated(&whole, &words),
        Suspicion::BadWords => has_bad_word(&words, bad_words),
        Suspicion::TooFast => around.recent > MOST_AT_ONCE,
        Suspicion::SameText => around.same > MOST_OF_THE_SAME,
    };
    Suspicion::ALL.iter().copied().filter(holds).collect()
}

/// Words in lower case, without what stands between them.
pub(crate) fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// What the same words have in common however they are written; none when they are too few to be somebody's own.
pub(crate) fn fingerprint(body: &str) -> Option<Vec<u8>> {
    let words = words(body);
    (words.len() >= WORDS_OF_ONES_OWN).then(|| Sha256::digest(words.join(" ")).to_vec())
}

/// A scheme, or a host that begins as hosts do.
fn has_link(text: &str) -> bool {
    let text = text.to_lowercase();
    ["://", "www.", "mailto:", "[url"]
        .iter()
        .any(|mark| text.contains(mark))
}

fn is_repeated(text: &str, words: &[String]) -> bool {
    let mut run = 0;
    let mut before = None;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        run = if before == Some(c) { run + 1 } else { 1 };
        before = Some(c);
        if run > LONGEST_RUN {
            return true;
        }
    }
    let different: std::collections::HashSet<&String> = words.iter().collect();
    words.len() >= MANY_WORDS && different.len() * WORDS_PER_DIFFERENT <= words.len()
}

/// Whether a bad word, or all words of a bad phrase in a row, are among the words.
fn has_bad_word(words: &[String], bad_words: &[String]) -> bool {
    let text = format!(" {} ", words.join(" "));
    bad_words.iter().any(|bad| text.contains(&format!(" {bad} ")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(body: &str) -> Vec<Suspicion> {
        let draft = Draft::parse("Ann", "5", "", body, Vec::new()).unwrap();
        suspicions(
            &draft,
            &["viagra".to_owned(), "hot deals".to_owned()],
            Surroundings::default(),
        )
    }

    #[test]
    fn each_suspicion_has_its_reason() {
        let verse = "buy now ".repeat(12);
        for (body, expected) in [
            ("Sturdy, and the lid closes well. I would buy it again.", vec![]),
            ("Sooooo good!!!!! I love it, love it, love it.", vec![]),
            ("The scunthorpe of viagrants: words inside of words.", vec![]),
            ("See https://example.com", vec![Suspicion::Links]),
            ("cheaper at WWW.EXAMPLE.COM", vec![Suspicion::Links]),
            ("aaaaaaaaa", vec![Suspicion::Repeated]),
            (verse.as_str(), vec![Suspicion::Repeated]),
            ("Viagra!", vec![Suspicion::BadWords]),
            ("Look: hot, deals.", vec![Suspicion::BadWords]),
            ("viagra http://x.example", vec![Suspicion::Links, Suspicion::BadWords]),
        ] {
            assert_eq!(of(body), expected, "{body}");
        }
    }

    #[test]
    fn what_others_wrote_counts() {
        let draft = Draft::parse("Ann", "5", "", "Good", Vec::new()).unwrap();
        for (recent, same, expected) in [
            (5, 1, vec![]),
            (6, 1, vec![Suspicion::TooFast]),
            (0, 2, vec![Suspicion::SameText]),
        ] {
            assert_eq!(suspicions(&draft, &[], Surroundings { recent, same }), expected);
        }
    }

    #[test]
    fn the_same_words_have_the_same_fingerprint() {
        let one = fingerprint("This is the very best mug I ever had!");
        assert_eq!(one, fingerprint("this is THE very best... mug i ever had"));
        assert_ne!(one, fingerprint("This is the very best cup I ever had!"));
        assert_eq!(fingerprint("Very good, thank you!"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_looked_at(body in "\\PC{1,400}") {
            if let Ok(draft) = Draft::parse("Ann", "3", "", &body, Vec::new()) {
                suspicions(&draft, &["bad".to_owned()], Surroundings::default());
                fingerprint(&body);
            }
        }
    }
}

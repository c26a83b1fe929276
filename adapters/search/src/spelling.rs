//! Words that the shop knows: to complete one that is being typed, and to replace one that it does not know.

use tantivy::{Searcher, Term, query::FuzzyTermQuery, schema::Field};

/// How many words are looked at to complete a beginning; a single letter begins thousands.
const MOST_COMPLETIONS_SEEN: usize = 20_000;

/// The known words that begin so, the most frequent first.
pub(crate) fn completions(
    searcher: &Searcher,
    words: Field,
    beginning: &str,
    limit: usize,
) -> tantivy::Result<Vec<String>> {
    let mut found: Vec<(String, u32)> = Vec::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(words)?;
        let mut stream = index.terms().range().ge(beginning).into_stream()?;
        let mut seen = 0;
        while let Some((word, info)) = stream.next() {
            seen += 1;
            if seen > MOST_COMPLETIONS_SEEN || !word.starts_with(beginning.as_bytes()) {
                break;
            }
            if let Ok(word) = str::from_utf8(word) {
                found.push((word.to_owned(), info.doc_freq));
            }
        }
    }
    Ok(most_frequent(found, limit))
}

/// The known words nearest to one that is not known: one letter off in a short word, two in a long one.
pub(crate) fn corrections(
    searcher: &Searcher,
    words: Field,
    typed: &str,
    limit: usize,
) -> tantivy::Result<Vec<String>> {
    let letters = typed.chars().count();
    let has_digit = typed.chars().any(|c| c.is_ascii_digit());
    // Another number is another thing, and a short word is near to everything.
    if letters < 4 || has_digit {
        return Ok(Vec::new());
    }
    let distances: &[u8] = if letters < 8 { &[1] } else { &[1, 2] };
    for distance in distances {
        let near = within(searcher, words, typed, *distance)?;
        if !near.is_empty() {
            return Ok(most_frequent(near, limit));
        }
    }
    Ok(Vec::new())
}

fn within(searcher: &Searcher, words: Field, typed: &str, distance: u8) -> tantivy::Result<Vec<(String, u32)>> {
    let query = FuzzyTermQuery::new(Term::from_field_text(words, typed), distance, true);
    let mut found = Vec::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(words)?;
        let mut stream = index.terms().search(query.automaton()?).into_stream()?;
        while let Some((word, info)) = stream.next() {
            if let Ok(word) = str::from_utf8(word) {
                found.push((word.to_owned(), info.doc_freq));
            }
        }
    }
    Ok(found)
}

/// Frequencies of the segments summed up, the largest first.
fn most_frequent(mut found: Vec<(String, u32)>, limit: usize) -> Vec<String> {
    found.sort_unstable();
    let mut summed: Vec<(String, u32)> = Vec::new();
    for (word, frequency) in found {
        match summed.last_mut() {
            Some((last, sum)) if *last == word => *sum += frequency,
            _ => summed.push((word, frequency)),
        }
    }
    summed.sort_by_key(|(_, frequency)| std::cmp::Reverse(*frequency));
    summed.into_iter().take(limit).map(|(word, _)| word).collect()
}

//! Guesses what somebody is typing.

use kernel::Time;
use search::{ProductQuery, Suggestions};
use tantivy::{
    DocAddress, DocSet as _, TERMINATED,
    collector::TopDocs,
    query::{BooleanQuery, EnableScoring, Occur, Query},
};

use crate::{
    matching::{Matching, Reading},
    spelling,
    tantivy_engine::{ids, ranked},
};

/// Words to go on with, and the products that what is typed leads to.
pub(crate) fn suggest(matching: &Matching<'_>, typed: &str, now: Time, limit: usize) -> tantivy::Result<Suggestions> {
    let tokens = matching.analyzer.tokens(typed);
    let Some((last, before)) = tokens.split_last() else {
        return Ok(Suggestions::default());
    };
    let reading = matching.read(typed, true)?;
    let query = ProductQuery {
        words: typed.to_owned(),
        now,
        limit,
        ..ProductQuery::default()
    };
    let matches = matching.query(&reading, &query, reading.len());
    let page = first(matching, &reading, Box::new(matches), limit)?;
    let mut words = Vec::new();
    for word in spelling::completions(matching.searcher, matching.fields.words, &last.word, 4 * limit)? {
        let typed: Vec<&str> = before
            .iter()
            .map(|token| token.word.as_str())
            .chain([word.as_str()])
            .collect();
        let whole = typed.join(" ");
        if words.len() < limit && (before.is_empty() || leads_somewhere(matching, &whole, now)?) {
            words.push(whole);
        }
    }
    Ok(Suggestions {
        words,
        products: ids(matching.searcher, &page)?,
    })
}

/// The best of the matches, those first that are named so. Nothing is counted: somebody waits for it at each letter.
fn first(
    matching: &Matching<'_>,
    reading: &Reading,
    matches: Box<dyn Query>,
    limit: usize,
) -> tantivy::Result<Vec<DocAddress>> {
    let mut clauses = vec![(Occur::Must, matches)];
    clauses.extend(matching.named_so(reading)?.map(|named_so| (Occur::Should, named_so)));
    let best = TopDocs::with_limit(limit.max(1)).tweak_score(ranked);
    let page = matching.searcher.search(&BooleanQuery::new(clauses), &best)?;
    Ok(page.into_iter().map(|(_, address)| address).collect())
}

fn leads_somewhere(matching: &Matching<'_>, words: &str, now: Time) -> tantivy::Result<bool> {
    let reading = matching.read(words, false)?;
    let anywhere = ProductQuery {
        now,
        ..ProductQuery::default()
    };
    let query = matching.query(&reading, &anywhere, reading.len());
    is_met(matching, &query)
}

/// Whether any product meets the query. It is looked for up to the first, and nothing is weighed.
fn is_met(matching: &Matching<'_>, query: &dyn Query) -> tantivy::Result<bool> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(matching.searcher))?;
    for segment in matching.searcher.segment_readers() {
        let mut found = weight.scorer(segment, 1.0)?;
        while found.doc() != TERMINATED {
            if segment.alive_bitset().is_none_or(|alive| alive.is_alive(found.doc())) {
                return Ok(true);
            }
            found.advance();
        }
    }
    Ok(false)
}

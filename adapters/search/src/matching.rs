//! From a search to a query of the engine. The weights were found on judged searches; see `souk search-quality`.

use std::ops::Bound;

use kernel::Locale;
use search::{Analyzer, ProductQuery, Token, code, synonyms};
use tantivy::{
    Score, Searcher, Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, PhraseQuery,
        Query, RangeQuery, TermQuery,
    },
    schema::{Field, IndexRecordOption},
};

use crate::{
    coverage::CoverageQuery,
    schema::{Fields, micros, whole},
    spelling,
};

/// What a word counts for in each field.
const TITLE: Score = 2.0;
const SUMMARY: Score = 2.0;
const KINDS: Score = 2.0;
const BRAND: Score = 0.5;
const DETAILS: Score = 0.3;
/// What the other fields add to the best one.
const TIE: Score = 0.1;
/// What a word counts for that stands for the one typed.
const SYNONYM: Score = 0.2;
const CORRECTION: Score = 0.5;
const COMPLETION: Score = 0.5;
/// `smartwatch` in a text for `smart watch` in the search, and the other way round.
const JOINED: Score = 0.3;
const SPLIT: Score = 0.3;
/// Two words that stand together.
const NEIGHBOURS: Score = 0.2;
/// The search is the name of a kind.
const KIND: Score = 4.0;
/// The search is a code.
const CODE: Score = 1000.0;
/// The title has a word that begins as the one that is being typed: more than everything but a code comes to.
const NAMED_SO: Score = 300.0;

/// How many words a beginning stands for.
const COMPLETIONS: usize = 12;
/// More words are not looked at.
const MOST_WORDS: usize = 16;

/// What is needed to read a search.
pub(crate) struct Matching<'a> {
    pub(crate) searcher: &'a Searcher,
    pub(crate) fields: &'a Fields,
    pub(crate) analyzer: &'a Analyzer,
    pub(crate) locale: Locale,
}

/// A search, read: its words with their alternatives.
pub(crate) struct Reading {
    text: String,
    tokens: Vec<Token>,
    words: Vec<Box<dyn Query>>,
    phrases: Vec<Box<dyn Query>>,
    /// The search with words that the shop knows, if it had others.
    pub(crate) corrected: Option<String>,
}

impl Reading {
    /// How many words there are to be found.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }
}

impl Matching<'_> {
    /// Reads what was typed. The last word may be the beginning of one when somebody is still typing.
    pub(crate) fn read(&self, typed: &str, is_typing: bool) -> tantivy::Result<Reading> {
        let (text, quoted) = split_quoted(typed);
        let mut tokens = self.analyzer.tokens(&text);
        tokens.truncate(MOST_WORDS);
        let mut reading = Reading {
            phrases: quoted.iter().filter_map(|phrase| self.phrase(phrase)).collect(),
            words: Vec::new(),
            corrected: None,
            text,
            tokens,
        };
        let mut corrected = Vec::new();
        for (at, token) in reading.tokens.iter().enumerate() {
            let is_last = at + 1 == reading.tokens.len();
            let before = at.checked_sub(1).and_then(|before| reading.tokens.get(before));
            let after = reading.tokens.get(at + 1);
            let mut ways = self.ways(token, before, after);
            let mut shown = token.word.clone();
            let completes = is_last && is_typing;
            if completes {
                for word in spelling::completions(self.searcher, self.fields.words, &token.word, COMPLETIONS)? {
                    self.push_word(&mut ways, &word, COMPLETION);
                }
            }
            if !self.knows(token, before, after)? {
                if !completes && is_last {
                    for word in spelling::completions(self.searcher, self.fields.words, &token.word, 6)? {
                        self.push_word(&mut ways, &word, COMPLETION);
                    }
                }
                let nearest = spelling::corrections(self.searcher, self.fields.words, &token.word, 3)?;
                for word in &nearest {
                    self.push_word(&mut ways, word, CORRECTION);
                }
                if let Some(word) = nearest.into_iter().next() {
                    shown = word;
                }
            }
            corrected.push(shown);
            reading
                .words
                .push(Box::new(DisjunctionMaxQuery::with_tie_breaker(ways, TIE)));
        }
        let is_corrected = corrected
            .iter()
            .zip(&reading.tokens)
            .any(|(word, token)| *word != token.word);
        reading.corrected = is_corrected.then(|| corrected.join(" "));
        Ok(reading)
    }

    /// The query of a search: so many of its words must be found, and everything it is narrowed to.
    pub(crate) fn query(&self, reading: &Reading, narrowed: &ProductQuery, at_least: usize) -> BooleanQuery {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = self.filters(narrowed);
        for phrase in &reading.phrases {
            clauses.push((Occur::Must, phrase.box_clone()));
        }
        if reading.words.is_empty() {
            let is_all = reading.text.trim().is_empty();
            let everything: Box<dyn Query> = if is_all || !reading.phrases.is_empty() {
                Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))
            } else {
                Box::new(EmptyQuery)
            };
            clauses.push((Occur::Must, everything));
            return BooleanQuery::new(clauses);
        }
        let words = reading.words.iter().map(|word| word.box_clone()).collect();
        let code = Term::from_field_text(self.fields.codes, &code(&reading.text));
        let matches: Vec<(Occur, Box<dyn Query>)> = vec![
            (Occur::Should, Box::new(CoverageQuery::new(words, at_least))),
            (Occur::Should, Box::new(ConstScoreQuery::new(term(code, false), CODE))),
        ];
        clauses.push((Occur::Must, Box::new(BooleanQuery::new(matches))));
        for pair in Analyzer::pairs(&reading.tokens) {
            for (field, weight) in [(self.fields.title_pairs, TITLE), (self.fields.summary_pairs, SUMMARY)] {
                let together = boosted(term(Term::from_field_text(field, &pair), true), neighbours(weight));
                clauses.push((Occur::Should, together));
            }
        }
        let kind = Term::from_field_text(self.fields.whole_kinds, &whole(&reading.tokens));
        clauses.push((Occur::Should, Box::new(ConstScoreQuery::new(term(kind, false), KIND))));
        BooleanQuery::new(clauses)
    }

    /// Products whose title has a word that begins as the last word typed. Somebody who is still typing means a thing by its
    /// name, not one whose text happens to have a word that begins so.
    pub(crate) fn named_so(&self, reading: &Reading) -> tantivy::Result<Option<Box<dyn Query>>> {
        let Some(token) = reading.tokens.last() else {
            return Ok(None);
        };
        let mut words = spelling::completions(self.searcher, self.fields.words, &token.word, COMPLETIONS)?;
        words.push(token.word.clone());
        let titles = words.iter().filter_map(|word| {
            let token = self.analyzer.tokens(word).into_iter().next()?;
            let word: Box<dyn Query> = term(Term::from_field_text(self.fields.title, token.term()), false);
            Some((Occur::Should, word))
        });
        let titles = BooleanQuery::new(titles.collect());
        Ok(Some(Box::new(ConstScoreQuery::new(Box::new(titles), NAMED_SO))))
    }

    fn filters(&self, narrowed: &ProductQuery) -> Vec<(Occur, Box<dyn Query>)> {
        let now = Term::from_field_date(self.fields.published_at, micros(narrowed.now));
        let published = RangeQuery::new(Bound::Unbounded, Bound::Included(now));
        let mut filters: Vec<Box<dyn Query>> = vec![Box::new(published)];
        if let Some(category) = narrowed.category {
            let category = Term::from_field_text(self.fields.categories, &category.to_string());
            filters.push(term(category, false));
        }
        if let Some(brand) = &narrowed.brand {
            filters.push(term(Term::from_field_text(self.fields.brand, brand), false));
        }
        if narrowed.price_min.is_some() || narrowed.price_max.is_some() {
            // One variant has to lie within both ends.
            let end = |price: Option<i64>| {
                let term = price.map(|price| Term::from_field_i64(self.fields.pays, price));
                term.map_or(Bound::Unbounded, Bound::Included)
            };
            filters.push(Box::new(RangeQuery::new(
                end(narrowed.price_min),
                end(narrowed.price_max),
            )));
        }
        if narrowed.in_stock {
            filters.push(term(Term::from_field_bool(self.fields.in_stock, true), false));
        }
        if let Some(stars) = narrowed.stars_min {
            let stars = Term::from_field_u64(self.fields.stars, stars);
            filters.push(Box::new(RangeQuery::new(Bound::Included(stars), Bound::Unbounded)));
        }
        for (_, codes) in &narrowed.choices {
            let any = codes.iter().map(|code| -> (Occur, Box<dyn Query>) {
                let code = Term::from_field_text(self.fields.choice_codes, code);
                (Occur::Should, term(code, false))
            });
            filters.push(Box::new(BooleanQuery::new(any.collect())));
        }
        let unscored =
            |filter| -> (Occur, Box<dyn Query>) { (Occur::Must, Box::new(ConstScoreQuery::new(filter, 0.0))) };
        filters.into_iter().map(unscored).collect()
    }

    /// Every way in which a word of the search can stand in a product.
    fn ways(&self, token: &Token, before: Option<&Token>, after: Option<&Token>) -> Vec<Box<dyn Query>> {
        let mut ways: Vec<Box<dyn Query>> = Vec::new();
        for text in &token.terms {
            self.push_term(&mut ways, text, 1.0);
        }
        // `smart watch` for `smartwatch`, at both of its words.
        for (first, second) in [(before, Some(token)), (Some(token), after)] {
            if let Some((first, second)) = first.zip(second) {
                self.push_term(&mut ways, &format!("{}{}", first.word, second.term()), JOINED);
            }
        }
        // `smartwatch` for `smart watch`.
        for (field, weight) in [(self.fields.title_pairs, TITLE), (self.fields.summary_pairs, SUMMARY)] {
            ways.push(boosted(
                term(Term::from_field_text(field, token.term()), true),
                split(weight),
            ));
        }
        for synonym in self.synonyms_of(token) {
            self.push_term(&mut ways, &synonym, SYNONYM);
        }
        ways
    }

    fn synonyms_of(&self, token: &Token) -> Vec<String> {
        let mut found = Vec::new();
        for group in synonyms(self.locale) {
            let terms: Vec<String> = group.iter().map(|word| whole(&self.analyzer.tokens(word))).collect();
            if terms.iter().any(|text| text == token.term()) {
                found.extend(terms.into_iter().filter(|text| text != token.term()));
            }
        }
        found
    }

    fn push_word(&self, ways: &mut Vec<Box<dyn Query>>, word: &str, weight: Score) {
        if let Some(token) = self.analyzer.tokens(word).first() {
            self.push_term(ways, token.term(), weight);
        }
    }

    fn push_term(&self, ways: &mut Vec<Box<dyn Query>>, text: &str, weight: Score) {
        for (field, counts) in self.weighted() {
            ways.push(boosted(
                term(Term::from_field_text(field, text), true),
                times(counts, weight),
            ));
        }
    }

    fn weighted(&self) -> [(Field, Score); 5] {
        [
            (self.fields.title, TITLE),
            (self.fields.summary, SUMMARY),
            (self.fields.kinds, KINDS),
            (self.fields.brand_words, BRAND),
            (self.fields.details, DETAILS),
        ]
    }

    /// Whether any product has the word, alone or written as one with a neighbour.
    fn knows(&self, token: &Token, before: Option<&Token>, after: Option<&Token>) -> tantivy::Result<bool> {
        let mut texts = token.terms.clone();
        texts.extend(before.map(|before| format!("{}{}", before.word, token.term())));
        texts.extend(after.map(|after| format!("{}{}", token.word, after.term())));
        for text in &texts {
            for (field, _) in self.weighted() {
                if self.searcher.doc_freq(&Term::from_field_text(field, text))? > 0 {
                    return Ok(true);
                }
            }
        }
        for field in [self.fields.title_pairs, self.fields.summary_pairs] {
            if self.searcher.doc_freq(&Term::from_field_text(field, token.term()))? > 0 {
                return Ok(true);
            }
        }
        let typed = Term::from_field_text(self.fields.codes, &code(&token.word));
        Ok(self.searcher.doc_freq(&typed)? > 0)
    }

    /// Words in quotation marks, which must stand together.
    fn phrase(&self, text: &str) -> Option<Box<dyn Query>> {
        let tokens = self.analyzer.tokens(text);
        let fields = [self.fields.title, self.fields.summary, self.fields.details];
        let ways = fields.map(|field| -> (Occur, Box<dyn Query>) {
            let terms: Vec<Term> = tokens
                .iter()
                .map(|token| Term::from_field_text(field, token.term()))
                .collect();
            let together: Box<dyn Query> = match terms.as_slice() {
                [single] => term(single.clone(), true),
                _ => Box::new(PhraseQuery::new(terms)),
            };
            (Occur::Should, together)
        });
        (!tokens.is_empty()).then(|| -> Box<dyn Query> { Box::new(BooleanQuery::new(ways.into())) })
    }
}

/// The words as they are, and again those that stand in a pair of quotation marks. A mark behind a digit is inches.
fn split_quoted(typed: &str) -> (String, Vec<String>) {
    let mut quoted = Vec::new();
    let mut open: Option<String> = None;
    let mut last = ' ';
    for c in typed.chars() {
        match (c, open.as_mut()) {
            ('"', Some(_)) => quoted.extend(open.take()),
            ('"', None) if !last.is_ascii_digit() => open = Some(String::new()),
            (c, Some(phrase)) => phrase.push(c),
            _ => {}
        }
        last = c;
    }
    (typed.to_owned(), quoted)
}

fn term(term: Term, is_ranked: bool) -> Box<dyn Query> {
    let record = if is_ranked {
        IndexRecordOption::WithFreqs
    } else {
        IndexRecordOption::Basic
    };
    Box::new(TermQuery::new(term, record))
}

fn boosted(query: Box<dyn Query>, weight: Score) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, weight))
}

#[expect(clippy::float_arithmetic, reason = "a score is a measure, not an amount")]
fn times(field: Score, weight: Score) -> Score {
    field * weight
}

fn split(field: Score) -> Score {
    times(field, SPLIT)
}

fn neighbours(field: Score) -> Score {
    times(field, NEIGHBOURS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_words_belong_together() {
        for (typed, wanted) in [
            ("red \"low water\" lp", vec!["low water"]),
            ("27\" monitor 24\"", vec![]),
            ("\"open", vec![]),
        ] {
            assert_eq!(
                split_quoted(typed),
                (typed.to_owned(), wanted.into_iter().map(str::to_owned).collect())
            );
        }
    }
}

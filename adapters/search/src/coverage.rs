//! A union that prefers documents with more of the words: their sum of scores, times the square of the share of words found.

use tantivy::{
    DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term,
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
};

/// Documents that match at least some of the queries.
#[derive(Debug)]
pub(crate) struct CoverageQuery {
    words: Vec<Box<dyn Query>>,
    /// How many of the words must be there.
    at_least: usize,
}

impl CoverageQuery {
    pub(crate) fn new(words: Vec<Box<dyn Query>>, at_least: usize) -> Self {
        Self { words, at_least }
    }
}

impl Clone for CoverageQuery {
    fn clone(&self) -> Self {
        Self {
            words: self.words.iter().map(|word| word.box_clone()).collect(),
            at_least: self.at_least,
        }
    }
}

impl Query for CoverageQuery {
    fn weight(&self, enable_scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let words = self.words.iter().map(|word| word.weight(enable_scoring));
        Ok(Box::new(CoverageWeight {
            words: words.collect::<tantivy::Result<_>>()?,
            at_least: self.at_least,
        }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        for word in &self.words {
            word.query_terms(visitor);
        }
    }
}

struct CoverageWeight {
    words: Vec<Box<dyn Weight>>,
    at_least: usize,
}

impl Weight for CoverageWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let words = self.words.iter().map(|word| word.scorer(reader, boost));
        Ok(Box::new(CoverageScorer::new(
            words.collect::<tantivy::Result<_>>()?,
            self.at_least,
        )))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        }
        Ok(Explanation::new("coverage", scorer.score()))
    }
}

struct CoverageScorer {
    words: Vec<Box<dyn Scorer>>,
    at_least: usize,
    doc: DocId,
}

impl CoverageScorer {
    fn new(words: Vec<Box<dyn Scorer>>, at_least: usize) -> Self {
        let mut scorer = Self {
            words,
            at_least,
            doc: 0,
        };
        scorer.doc = scorer.next_match();
        scorer
    }

    /// The first document, from where the words stand, that has enough of them.
    fn next_match(&mut self) -> DocId {
        loop {
            let next = self.words.iter().map(|word| word.doc()).min().unwrap_or(TERMINATED);
            if next == TERMINATED || self.found(next) >= self.at_least {
                return next;
            }
            self.pass(next);
        }
    }

    fn found(&self, doc: DocId) -> usize {
        self.words.iter().filter(|word| word.doc() == doc).count()
    }

    fn pass(&mut self, doc: DocId) {
        for word in self.words.iter_mut().filter(|word| word.doc() == doc) {
            word.advance();
        }
    }
}

impl DocSet for CoverageScorer {
    fn advance(&mut self) -> DocId {
        if self.doc != TERMINATED {
            self.pass(self.doc);
            self.doc = self.next_match();
        }
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            for word in self.words.iter_mut().filter(|word| word.doc() < target) {
                word.seek(target);
            }
            self.doc = self.next_match();
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.words.iter().map(|word| word.size_hint()).max().unwrap_or_default()
    }
}

impl Scorer for CoverageScorer {
    #[expect(clippy::float_arithmetic, reason = "a score is a measure, not an amount")]
    fn score(&mut self) -> Score {
        let (mut sum, mut found, all) = (0.0, 0.0, float(self.words.len()));
        for word in self.words.iter_mut().filter(|word| word.doc() == self.doc) {
            sum += word.score();
            found += 1.0;
        }
        let share = found / all;
        sum * share * share
    }
}

/// A small count as a score.
pub(crate) fn float(count: usize) -> Score {
    u16::try_from(count).map_or(Score::from(u16::MAX), Score::from)
}

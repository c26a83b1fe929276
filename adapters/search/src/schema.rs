//! The fields of the index, and how a product fills them.

use std::collections::BTreeSet;

use kernel::Time;
use search::{Analyzer, Choice, ProductDocument, Token, code, fold};
use tantivy::{
    DateTime, TantivyDocument,
    schema::{FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{PreTokenizedString, Token as IndexedToken},
};
use uuid::Uuid;

/// The fields by name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// The product's id: what a change replaces.
    pub(crate) id: Field,
    id_high: Field,
    id_low: Field,
    pub(crate) title: Field,
    pub(crate) summary: Field,
    pub(crate) kinds: Field,
    pub(crate) brand_words: Field,
    pub(crate) details: Field,
    /// Neighbours in the title and in the summary, written as one.
    pub(crate) title_pairs: Field,
    pub(crate) summary_pairs: Field,
    /// Each kind as a whole.
    pub(crate) whole_kinds: Field,
    pub(crate) codes: Field,
    /// Words as they are written, to complete and to correct what is typed.
    pub(crate) words: Field,
    pub(crate) categories: Field,
    pub(crate) brand: Field,
    /// What each variant costs.
    pub(crate) pays: Field,
    pay_min: Field,
    pay_max: Field,
    pub(crate) in_stock: Field,
    pub(crate) published_at: Field,
    pub(crate) stars: Field,
    /// Choices by their codes.
    pub(crate) choice_codes: Field,
    /// Choices with their codes, as they are written.
    choices: Field,
    popularity: Field,
    rated: Field,
    sort_title: Field,
}

/// The schema of every index.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let text = |record| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(record);
        TextOptions::default().set_indexing_options(indexing)
    };
    let (ranked, phrases) = (IndexRecordOption::WithFreqs, IndexRecordOption::WithFreqsAndPositions);
    let number = || NumericOptions::from(FAST);
    let fields = Fields {
        id: schema.add_text_field("id", STRING),
        id_high: schema.add_u64_field("id_high", number()),
        id_low: schema.add_u64_field("id_low", number()),
        title: schema.add_text_field("title", text(phrases)),
        summary: schema.add_text_field("summary", text(phrases)),
        kinds: schema.add_text_field("kinds", text(ranked)),
        brand_words: schema.add_text_field("brand_words", text(ranked)),
        details: schema.add_text_field("details", text(phrases)),
        title_pairs: schema.add_text_field("title_pairs", text(ranked)),
        summary_pairs: schema.add_text_field("summary_pairs", text(ranked)),
        whole_kinds: schema.add_text_field("whole_kinds", STRING),
        codes: schema.add_text_field("codes", STRING),
        words: schema.add_text_field("words", text(IndexRecordOption::Basic)),
        categories: schema.add_text_field("categories", STRING | FAST),
        brand: schema.add_text_field("brand", STRING | FAST),
        pays: schema.add_i64_field("pays", number()),
        pay_min: schema.add_i64_field("pay_min", number()),
        pay_max: schema.add_i64_field("pay_max", number()),
        in_stock: schema.add_bool_field("in_stock", FAST | INDEXED),
        published_at: schema.add_date_field("published_at", FAST),
        stars: schema.add_u64_field("stars", FAST | INDEXED),
        choice_codes: schema.add_text_field("choice_codes", STRING),
        choices: schema.add_text_field("choices", TextOptions::default().set_fast("raw")),
        popularity: schema.add_u64_field("popularity", number()),
        rated: schema.add_u64_field("rated", number()),
        sort_title: schema.add_text_field("sort_title", TextOptions::default().set_fast("raw")),
    };
    (schema.build(), fields)
}

impl Fields {
    /// A product as the index takes it.
    pub(crate) fn document(&self, analyzer: &Analyzer, product: &ProductDocument) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        let (high, low) = Uuid::from(product.id).as_u64_pair();
        document.add_text(self.id, product.id.to_string());
        document.add_u64(self.id_high, high);
        document.add_u64(self.id_low, low);
        let title = analyzer.tokens(&product.title);
        let summary = analyzer.tokens(&product.summary);
        let brand = analyzer.tokens(&product.brand);
        add_tokens(&mut document, self.title, &title);
        add_tokens(&mut document, self.summary, &summary);
        add_tokens(&mut document, self.brand_words, &brand);
        add_terms(&mut document, self.title_pairs, Analyzer::pairs(&title));
        add_terms(&mut document, self.summary_pairs, Analyzer::pairs(&summary));
        for details in &product.details {
            add_tokens(&mut document, self.details, &analyzer.tokens(details));
        }
        let mut known: Vec<&Token> = title.iter().chain(&summary).chain(&brand).collect();
        let kinds: Vec<Vec<Token>> = product.kinds.iter().map(|kind| analyzer.tokens(kind)).collect();
        for kind in &kinds {
            add_tokens(&mut document, self.kinds, kind);
            document.add_text(self.whole_kinds, whole(kind));
            known.extend(kind);
        }
        add_terms(&mut document, self.words, distinct(known));
        for written in &product.codes {
            document.add_text(self.codes, code(written));
        }
        for category in &product.categories {
            document.add_text(self.categories, category.to_string());
        }
        if !product.brand.is_empty() {
            document.add_text(self.brand, &product.brand);
        }
        for price in &product.prices {
            document.add_i64(self.pays, *price);
        }
        if let (Some(lowest), Some(highest)) = (product.prices.first(), product.prices.last()) {
            document.add_i64(self.pay_min, *lowest);
            document.add_i64(self.pay_max, *highest);
        }
        document.add_bool(self.in_stock, product.in_stock);
        document.add_date(self.published_at, micros(product.published_at));
        document.add_u64(self.popularity, product.popularity);
        document.add_u64(self.stars, product.stars);
        document.add_u64(self.rated, product.rated);
        self.add_choices(&mut document, &product.choices);
        document.add_text(self.sort_title, fold(&product.title));
        document
    }

    /// What differs only in how it is written is taken once.
    fn add_choices(&self, document: &mut TantivyDocument, choices: &[Choice]) {
        let mut codes = BTreeSet::new();
        for choice in choices {
            let code = choice.code();
            if !codes.contains(&code) {
                document.add_text(self.choices, format!("{}\u{1f}{}", choice.name, choice.value));
                document.add_text(self.choice_codes, &code);
                codes.insert(code);
            }
        }
    }
}

/// A moment as the index takes it: in nanoseconds, which reach from 1677 to 2262. What lies beyond is at that end.
pub(crate) fn micros(moment: Time) -> DateTime {
    let end = if moment < Time::UNIX_EPOCH {
        DateTime::MIN
    } else {
        DateTime::MAX
    };
    let nanos = moment.timestamp_nanos_opt();
    nanos.map_or(end, DateTime::from_timestamp_nanos)
}

/// The terms of a few words as one, in order.
pub(crate) fn whole(tokens: &[Token]) -> String {
    let terms: Vec<&str> = tokens.iter().map(Token::term).collect();
    terms.join(" ")
}

fn distinct(tokens: Vec<&Token>) -> Vec<String> {
    let mut words: Vec<String> = tokens.into_iter().map(|token| token.word.clone()).collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn add_tokens(document: &mut TantivyDocument, field: Field, tokens: &[Token]) {
    let terms = tokens
        .iter()
        .enumerate()
        .flat_map(|(position, token)| token.terms.iter().map(move |term| indexed(position, term.clone())));
    add(document, field, terms.collect());
}

fn add_terms(document: &mut TantivyDocument, field: Field, terms: Vec<String>) {
    let tokens = terms
        .into_iter()
        .enumerate()
        .map(|(position, term)| indexed(position, term));
    add(document, field, tokens.collect());
}

fn add(document: &mut TantivyDocument, field: Field, tokens: Vec<IndexedToken>) {
    if !tokens.is_empty() {
        let text = String::new();
        document.add_pre_tokenized_text(field, PreTokenizedString { text, tokens });
    }
}

fn indexed(position: usize, text: String) -> IndexedToken {
    IndexedToken {
        offset_from: 0,
        offset_to: 0,
        position,
        text,
        position_length: 1,
    }
}

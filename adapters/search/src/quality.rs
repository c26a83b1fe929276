//! How good the ranking is: nDCG@10 on judged searches, beside plain BM25 over title and description on the same products.

pub mod icecat;

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use kernel::{Locale, ProductId, StoreId, Time};
use search::{Engine as _, EngineError, IndexKey, ProductDocument, ProductQuery};
use tantivy::{
    Index, TantivyDocument, TantivyError,
    collector::TopDocs,
    query::QueryParser,
    schema::{STORED, STRING, Schema, TEXT, Value as _},
};

use crate::TantivyEngine;

/// How many results of a search are looked at.
const DEPTH: usize = 10;

/// For each search, what was said of each product: 0 for useless to 3 for perfect.
pub type Judgments = BTreeMap<String, HashMap<ProductId, u8>>;

/// What each of the two reached on a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The search.
    pub words: String,
    /// nDCG@10 of plain BM25.
    pub plain: f64,
    /// nDCG@10 of the engine.
    pub souk: f64,
}

/// Puts the products into a fresh index below a folder, and asks every judged search that has anything useful to find.
pub fn measure(
    folder: &Path,
    products: &[ProductDocument],
    judgments: &Judgments,
) -> Result<Vec<Measured>, EngineError> {
    let engine = TantivyEngine::new(folder.join("souk"));
    let index = IndexKey {
        store_id: StoreId::from(uuid::Uuid::nil()),
        locale: Locale::EN,
    };
    let mut rebuild = engine.rebuild(index)?;
    rebuild.add(products)?;
    rebuild.finish("")?;
    let plain = Plain::new(products).map_err(|error| EngineError(error.into()))?;
    let mut measured = Vec::new();
    for (words, judged) in judgments {
        if judged.values().all(|rating| *rating == 0) {
            continue;
        }
        let query = ProductQuery {
            words: words.clone(),
            now: Time::UNIX_EPOCH,
            limit: DEPTH,
            ..ProductQuery::default()
        };
        let found = engine.search(index, &query)?.unwrap_or_default().products;
        let plainly = plain.search(words).map_err(|error| EngineError(error.into()))?;
        measured.push(Measured {
            words: words.clone(),
            plain: ndcg(&plainly, judged),
            souk: ndcg(&found, judged),
        });
    }
    Ok(measured)
}

/// What plain BM25 and the engine reached over all searches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Means {
    /// The mean of plain BM25.
    pub plain: f64,
    /// The mean of the engine.
    pub souk: f64,
    /// How many times as much the engine reached.
    pub times: f64,
}

/// The means over the searches.
#[expect(clippy::float_arithmetic, reason = "a measure of quality, not an amount")]
pub fn means(measured: &[Measured]) -> Means {
    let count = f64::from(u32::try_from(measured.len().max(1)).unwrap_or(u32::MAX));
    let plain = measured.iter().map(|one| one.plain).sum::<f64>() / count;
    let souk = measured.iter().map(|one| one.souk).sum::<f64>() / count;
    Means {
        plain,
        souk,
        times: souk / plain,
    }
}

/// Discounted gain of the first ten, as a share of the best possible: a rating r gains 2^r − 1 (Järvelin and Kekäläinen,
/// in the form of Burges and others), and what was not judged gains nothing.
fn ndcg(found: &[ProductId], judged: &HashMap<ProductId, u8>) -> f64 {
    let mut best: Vec<u8> = judged.values().copied().collect();
    best.sort_unstable_by_key(|rating| std::cmp::Reverse(*rating));
    let reached = found.iter().map(|id| judged.get(id).copied().unwrap_or_default());
    #[expect(clippy::float_arithmetic, reason = "a measure of quality, not an amount")]
    let share = gain(reached) / gain(best.into_iter());
    share
}

#[expect(clippy::float_arithmetic, reason = "a measure of quality, not an amount")]
fn gain(ratings: impl Iterator<Item = u8>) -> f64 {
    let discounted = (2_u32..)
        .zip(ratings.take(DEPTH))
        .map(|(place, rating)| (f64::from(rating).exp2() - 1.0) / f64::from(place).log2());
    discounted.sum()
}

/// BM25 as it comes: words in lower case, title and description alike.
struct Plain {
    index: Index,
}

impl Plain {
    fn new(products: &[ProductDocument]) -> Result<Self, TantivyError> {
        let mut schema = Schema::builder();
        let id = schema.add_text_field("id", STRING | STORED);
        let title = schema.add_text_field("title", TEXT);
        let description = schema.add_text_field("description", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 64 * 1024 * 1024)?;
        for product in products {
            let mut document = TantivyDocument::default();
            document.add_text(id, product.id.to_string());
            document.add_text(title, &product.title);
            document.add_text(description, &product.summary);
            writer.add_document(document)?;
        }
        writer.commit()?;
        Ok(Self { index })
    }

    fn search(&self, words: &str) -> Result<Vec<ProductId>, TantivyError> {
        let schema = self.index.schema();
        let fields = vec![schema.get_field("title")?, schema.get_field("description")?];
        let (query, _) = QueryParser::for_index(&self.index, fields).parse_query_lenient(words);
        let searcher = self.index.reader()?.searcher();
        let mut found = Vec::new();
        for (_, address) in searcher.search(&query, &TopDocs::with_limit(DEPTH).order_by_score())? {
            let document: TantivyDocument = searcher.doc(address)?;
            let id = document.get_first(schema.get_field("id")?);
            found.extend(id.and_then(|id| id.as_str()?.parse::<ProductId>().ok()));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_order_is_one_and_the_worst_is_less() {
        let id = |n: u128| ProductId::from(uuid::Uuid::from_u128(n));
        let judged = HashMap::from([(id(1), 3), (id(2), 1), (id(3), 0)]);
        assert!((ndcg(&[id(1), id(2)], &judged) - 1.0).abs() < 1e-9);
        assert!((ndcg(&[id(9), id(3), id(1)], &judged) - 0.4586).abs() < 1e-3);
        assert!(ndcg(&[id(3)], &judged).abs() < 1e-9);
    }
}

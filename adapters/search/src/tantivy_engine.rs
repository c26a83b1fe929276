//! The engine: which index answers, searches in it, and changes of it.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use kernel::{Locale, ProductId, Time};
use search::{
    Analyzer, Engine, EngineError, Found, IndexKey, Order as ListOrder, ProductDocument, ProductQuery, Rebuild, Seen,
    Suggestions,
};
use tantivy::{
    DocAddress, DocId, IndexWriter, Order, Score, Searcher, SegmentReader, TantivyError, Term,
    collector::{Collector, TopDocs},
    query::Query,
};
use uuid::Uuid;

use crate::{
    coverage::float,
    facets::{Counted, FacetCollector},
    generations::{self, Live},
    matching::{Matching, Reading},
    suggest,
};

/// Fewer results than this are filled up with products that have only some of the words.
const FEW: usize = 3;
/// How many brands a list offers.
const MOST_BRANDS: usize = 20;
/// What is sold out stands behind what can be bought.
const SOLD_OUT: Score = 0.7;
/// How much a product gains that sells better than all others.
const BEST_SELLER: Score = 0.2;

/// Indexes below one folder.
pub struct TantivyEngine {
    root: PathBuf,
    english: Arc<Analyzer>,
    indonesian: Arc<Analyzer>,
    live: Arc<RwLock<HashMap<IndexKey, Arc<Live>>>>,
    /// One change at a time.
    changing: Mutex<()>,
}

impl std::fmt::Debug for TantivyEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TantivyEngine")
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> EngineError {
    EngineError(error.into())
}

impl TantivyEngine {
    /// An engine that keeps its indexes in this folder.
    pub fn new(root: PathBuf) -> Self {
        Self {
            root,
            english: Arc::new(Analyzer::new(Locale::EN)),
            indonesian: Arc::new(Analyzer::new(Locale::ID)),
            live: Arc::default(),
            changing: Mutex::new(()),
        }
    }

    fn analyzer(&self, locale: Locale) -> &Arc<Analyzer> {
        match locale {
            Locale::EN => &self.english,
            Locale::ID => &self.indonesian,
        }
    }

    /// The index that answers now.
    fn find(&self, key: IndexKey) -> Result<Option<Arc<Live>>, EngineError> {
        let known = self
            .live
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        if known.is_some() {
            return Ok(known);
        }
        let opened = generations::open(&generations::folder(&self.root, key)).map_err(failed)?;
        if let Some(opened) = &opened {
            let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
            return Ok(Some(Arc::clone(live.entry(key).or_insert_with(|| Arc::clone(opened)))));
        }
        Ok(None)
    }

    /// Leaves a generation that another process has replaced, or that cannot be read any more; whether it was left.
    fn follow(&self, key: IndexKey) -> Result<bool, EngineError> {
        let current = generations::current(&generations::folder(&self.root, key)).map_err(failed)?;
        let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
        let is_left = live.get(&key).is_some_and(|live| {
            Some(&live.folder) != current.as_ref()
                || live.seen().is_err_and(|error| {
                    tracing::warn!(%error, generation = %live.folder.display(), "a search index cannot be read");
                    true
                })
        });
        if is_left {
            live.remove(&key);
        }
        Ok(is_left)
    }

    fn get(&self, key: IndexKey) -> Result<Arc<Live>, EngineError> {
        self.find(key)?.ok_or_else(|| failed("there is no index yet"))
    }
}

impl Engine for TantivyEngine {
    fn seen(&self, index: IndexKey) -> Result<Option<Seen>, EngineError> {
        let is_replaced = self.follow(index)?;
        let Some(live) = self.find(index)? else {
            return Ok(None);
        };
        let is_news = live.catch_up().map_err(failed)? || is_replaced;
        let seen = live.seen().map_err(failed)?;
        Ok(seen.map(|seen| Seen { seen, is_news }))
    }

    fn rebuild(&self, index: IndexKey) -> Result<Box<dyn Rebuild>, EngineError> {
        let live = generations::create(&generations::folder(&self.root, index)).map_err(failed)?;
        let writer = live.writer().map_err(failed)?;
        Ok(Box::new(Fresh {
            key: index,
            analyzer: Arc::clone(self.analyzer(index.locale)),
            answering: Arc::clone(&self.live),
            live: Arc::new(live),
            writer,
        }))
    }

    fn change(
        &self,
        index: IndexKey,
        products: &[ProductDocument],
        gone: &[ProductId],
        seen: &str,
    ) -> Result<(), EngineError> {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let live = self.get(index)?;
        let analyzer = self.analyzer(index.locale);
        let mut writer: IndexWriter = live.writer().map_err(failed)?;
        for id in products.iter().map(|product| product.id).chain(gone.iter().copied()) {
            writer.delete_term(Term::from_field_text(live.fields.id, &id.to_string()));
        }
        for product in products {
            let document = live.fields.document(analyzer, product);
            writer.add_document(document).map_err(failed)?;
        }
        live.commit(&mut writer, seen).map_err(failed)?;
        writer.wait_merging_threads().map_err(failed)
    }

    fn search(&self, index: IndexKey, query: &ProductQuery) -> Result<Option<Found>, EngineError> {
        let Some(live) = self.find(index)? else {
            return Ok(None);
        };
        let searcher = live.reader.searcher();
        let matching = Matching {
            searcher: &searcher,
            fields: &live.fields,
            analyzer: self.analyzer(index.locale),
            locale: index.locale,
        };
        let reading = matching.read(&query.words, false).map_err(failed)?;
        let (page, counted) = find_enough(&matching, &reading, query).map_err(failed)?;
        Ok(Some(Found {
            products: ids(&searcher, &page).map_err(failed)?,
            total: counted.total,
            facets: counted.into_facets(MOST_BRANDS),
            corrected: reading.corrected,
        }))
    }

    fn suggest(
        &self,
        index: IndexKey,
        typed: &str,
        now: Time,
        limit: usize,
    ) -> Result<Option<Suggestions>, EngineError> {
        let Some(live) = self.find(index)? else {
            return Ok(None);
        };
        let searcher = live.reader.searcher();
        let matching = Matching {
            searcher: &searcher,
            fields: &live.fields,
            analyzer: self.analyzer(index.locale),
            locale: index.locale,
        };
        suggest::suggest(&matching, typed, now, limit).map(Some).map_err(failed)
    }
}

/// Products with all of the words; when these are few, also those with one word less, and so on.
fn find_enough(
    matching: &Matching<'_>,
    reading: &Reading,
    query: &ProductQuery,
) -> tantivy::Result<(Vec<DocAddress>, Counted)> {
    let mut at_least = reading.len();
    loop {
        let matches = matching.query(reading, query, at_least);
        let (page, mut counted) = collect(matching.searcher, &matches, query)?;
        if counted.total >= FEW || at_least <= 1 {
            count_wider(matching, reading, query, at_least, &mut counted)?;
            return Ok((page, counted));
        }
        at_least -= 1;
    }
}

/// Counts what was narrowed by as if it were not: what else could be chosen.
fn count_wider(
    matching: &Matching<'_>,
    reading: &Reading,
    query: &ProductQuery,
    at_least: usize,
    counted: &mut Counted,
) -> tantivy::Result<()> {
    let count = |widen: &dyn Fn(&mut ProductQuery)| {
        let mut wider = query.clone();
        widen(&mut wider);
        let matches = matching.query(reading, &wider, at_least);
        matching.searcher.search(&matches, &FacetCollector)
    };
    if query.brand.is_some() {
        counted.brands = count(&|wider| wider.brand = None)?.brands;
    }
    if query.stars_min.is_some() {
        counted.ratings = count(&|wider| wider.stars_min = None)?.ratings;
    }
    for (name, _) in &query.choices {
        counted.replace_choices(name, count(&|wider| wider.choices.retain(|(other, _)| other != name))?);
    }
    Ok(())
}

fn collect(
    searcher: &Searcher,
    matches: &dyn Query,
    query: &ProductQuery,
) -> tantivy::Result<(Vec<DocAddress>, Counted)> {
    // The collector makes room for all before the page at once, so nobody may name more than there are.
    let offset = query
        .offset
        .min(usize::try_from(searcher.num_docs()).unwrap_or_default());
    let top = || TopDocs::with_limit(query.limit.max(1)).and_offset(offset);
    let by = |field: &'static str, order| top().order_by_fast_field::<i64>(field, order);
    let (page, counted) = match query.order {
        ListOrder::Relevance if !query.words.trim().is_empty() => both(searcher, matches, top().tweak_score(ranked))?,
        ListOrder::Relevance | ListOrder::Newest => {
            let newest = top().order_by_fast_field::<tantivy::DateTime>("published_at", Order::Desc);
            both(searcher, matches, newest)?
        }
        ListOrder::PriceAsc => both(searcher, matches, by("pay_min", Order::Asc))?,
        ListOrder::PriceDesc => both(searcher, matches, by("pay_min", Order::Desc))?,
        ListOrder::BestSelling => {
            let sold = top().order_by_fast_field::<u64>("popularity", Order::Desc);
            both(searcher, matches, sold)?
        }
        ListOrder::Rating => {
            let rated = top().order_by_fast_field::<u64>("rated", Order::Desc);
            both(searcher, matches, rated)?
        }
        ListOrder::Title => both(
            searcher,
            matches,
            top().order_by_string_fast_field("sort_title", Order::Asc),
        )?,
    };
    Ok((page.into_iter().take(query.limit).collect(), counted))
}

/// A page and the counts, in one pass over the matches.
fn both<K: tantivy::collector::Fruit>(
    searcher: &Searcher,
    matches: &dyn Query,
    page: impl Collector<Fruit = Vec<(K, DocAddress)>>,
) -> tantivy::Result<(Vec<DocAddress>, Counted)> {
    let (page, counted) = searcher.search(matches, &(page, FacetCollector))?;
    Ok((page.into_iter().map(|(_, address)| address).collect(), counted))
}

/// The score with what sells and what can be bought.
#[expect(clippy::float_arithmetic, reason = "a score is a measure, not an amount")]
pub(crate) fn ranked(segment: &SegmentReader) -> impl Fn(DocId, Score) -> Score + use<> {
    let columns = segment.fast_fields();
    let stock = columns.bool("in_stock").ok();
    let popularity = columns.u64("popularity").ok();
    move |doc, score| {
        let is_sold_out = stock.as_ref().and_then(|stock| stock.first(doc)) == Some(false);
        let sold = popularity.as_ref().and_then(|sold| sold.first(doc)).unwrap_or_default();
        let sold = float(usize::try_from(sold).unwrap_or(usize::MAX));
        // Half of the gain at ten pieces, almost all of it at a few hundred.
        let gain = 1.0 + BEST_SELLER * sold / (sold + 10.0);
        score * gain * if is_sold_out { SOLD_OUT } else { 1.0 }
    }
}

pub(crate) fn ids(searcher: &Searcher, page: &[DocAddress]) -> tantivy::Result<Vec<ProductId>> {
    let mut ids = Vec::with_capacity(page.len());
    for address in page {
        let columns = searcher.segment_reader(address.segment_ord).fast_fields();
        let (high, low) = (columns.u64("id_high")?, columns.u64("id_low")?);
        let halves = high.first(address.doc_id).zip(low.first(address.doc_id));
        let (high, low) = halves.ok_or_else(|| TantivyError::InternalError("a product without its id".to_owned()))?;
        ids.push(ProductId::from(Uuid::from_u64_pair(high, low)));
    }
    Ok(ids)
}

/// An index that is being made.
struct Fresh {
    key: IndexKey,
    analyzer: Arc<Analyzer>,
    answering: Arc<RwLock<HashMap<IndexKey, Arc<Live>>>>,
    live: Arc<Live>,
    writer: IndexWriter,
}

impl Rebuild for Fresh {
    fn add(&mut self, products: &[ProductDocument]) -> Result<(), EngineError> {
        for product in products {
            let document = self.live.fields.document(&self.analyzer, product);
            self.writer.add_document(document).map_err(failed)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, seen: &str) -> Result<(), EngineError> {
        self.live.commit(&mut self.writer, seen).map_err(failed)?;
        self.writer.wait_merging_threads().map_err(failed)?;
        self.live.reader.reload().map_err(failed)?;
        let mut answering = self.answering.write().unwrap_or_else(PoisonError::into_inner);
        self.live.take_over().map_err(failed)?;
        answering.insert(self.key, Arc::clone(&self.live));
        Ok(())
    }
}

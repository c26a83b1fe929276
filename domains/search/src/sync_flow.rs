//! Keeps a store's index in step with its catalogue. A flow: the index lies outside of the database, and knows by itself
//! how much of the outbox it has seen.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use catalog::{
    CategoryNode, ProductDescription,
    events::{
        AttributeShownChanged, CategoriesChanged, PopularityChanged, PricesTurned, ProductChanged, ProductsImported,
        ProductsInStockChanged, RatingsChanged,
    },
};
use database::{
    Event as _, Work,
    outbox::{self, StoredEvent},
};
use kernel::{CategoryId, Money, ProductId};

use crate::{Engine, EngineError, IndexKey, ProductDocument, Seen, list_products::index_tag};

/// How many products are read and indexed at a time.
const BATCH: i64 = 1_000;

/// The events that an index follows.
const FOLLOWED: [&str; 8] = [
    ProductChanged::KIND,
    ProductsImported::KIND,
    ProductsInStockChanged::KIND,
    PopularityChanged::KIND,
    PricesTurned::KIND,
    RatingsChanged::KIND,
    CategoriesChanged::KIND,
    AttributeShownChanged::KIND,
];

/// Why an index is not in step.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The engine could not do it.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synced {
    /// Nothing had happened.
    Idle,
    /// So many products were taken in or forgotten.
    Changed(usize),
    /// The index was made anew, with so many products.
    Rebuilt(usize),
}

/// Takes in what happened since the last time; makes the index when there is none, or when the tree of categories changed
/// or which attributes shoppers see, which any product in it shows.
pub async fn sync_flow(work: &Work, engine: &Arc<dyn Engine>) -> Result<Synced, SyncError> {
    let index = index_of(work);
    let asked = Arc::clone(engine);
    let Some(Seen { seen, is_news }) = blocking(move || asked.seen(index)).await? else {
        return rebuild_flow(work, engine).await;
    };
    if is_news {
        drop_found(work);
    }
    let mut ctx = work.read();
    let changes = outbox::changes_since(&mut ctx, &seen, &FOLLOWED).await?;
    let is_of_products =
        |event: &StoredEvent| event.kind != CategoriesChanged::KIND && event.kind != AttributeShownChanged::KIND;
    let Some(changes) = changes.filter(|changes| changes.events.iter().all(is_of_products)) else {
        ctx.rollback().await;
        return rebuild_flow(work, engine).await;
    };
    let mut ids = BTreeSet::new();
    for event in &changes.events {
        match event.kind.as_str() {
            ProductChanged::KIND => drop(ids.insert(event.read::<ProductChanged>()?.product_id)),
            PopularityChanged::KIND => ids.extend(event.read::<PopularityChanged>()?.product_ids),
            PricesTurned::KIND => ids.extend(event.read::<PricesTurned>()?.product_ids),
            RatingsChanged::KIND => ids.extend(event.read::<RatingsChanged>()?.product_ids),
            ProductsImported::KIND => ids.extend(event.read::<ProductsImported>()?.product_ids),
            _ => ids.extend(event.read::<ProductsInStockChanged>()?.product_ids),
        }
    }
    if ids.is_empty() {
        ctx.rollback().await;
        return Ok(Synced::Idle);
    }
    let ids: Vec<ProductId> = ids.into_iter().collect();
    let tree = Tree::new(catalog::list_categories(&mut ctx).await?);
    let described = catalog::describe_products(&mut ctx, &ids).await?;
    ctx.rollback().await;
    let products: Vec<ProductDocument> = described.into_iter().map(|product| tree.document(product)).collect();
    let known: BTreeSet<ProductId> = products.iter().map(|product| product.id).collect();
    let gone: Vec<ProductId> = ids.iter().copied().filter(|id| !known.contains(id)).collect();
    let engine = Arc::clone(engine);
    blocking(move || engine.change(index, &products, &gone, &changes.seen)).await?;
    drop_found(work);
    Ok(Synced::Changed(ids.len()))
}

/// Makes the index anew beside the one that answers, which goes on until the new one is complete.
pub async fn rebuild_flow(work: &Work, engine: &Arc<dyn Engine>) -> Result<Synced, SyncError> {
    let index = index_of(work);
    let mut ctx = work.read();
    // What happens from here on is taken in afterwards; seeing a product twice does no harm.
    let seen = outbox::seen(&mut ctx).await?;
    let tree = Tree::new(catalog::list_categories(&mut ctx).await?);
    ctx.rollback().await;
    let making = Arc::clone(engine);
    let mut rebuild = blocking(move || making.rebuild(index)).await?;
    let (mut after, mut count) = (None, 0);
    loop {
        let mut ctx = work.read();
        let described = catalog::describe_products_after(&mut ctx, after, BATCH).await?;
        ctx.rollback().await;
        let Some(last) = described.last() else {
            break;
        };
        after = Some(last.id);
        count += described.len();
        let products: Vec<ProductDocument> = described.into_iter().map(|product| tree.document(product)).collect();
        rebuild = blocking(move || rebuild.add(&products).map(|()| rebuild)).await?;
    }
    blocking(move || rebuild.finish(&seen)).await?;
    drop_found(work);
    Ok(Synced::Rebuilt(count))
}

/// What this process keeps of earlier searches was found in the index as it was.
fn drop_found(work: &Work) {
    work.database().cache().drop_tags(&[index_tag(work.store().id)]);
}

/// The index of a store: its texts are in the store's language, whatever the reader's is.
pub(crate) fn index_of(work: &Work) -> IndexKey {
    IndexKey {
        store_id: work.store().id,
        locale: work.store().locale,
    }
}

/// The engine computes and waits for the disk; the threads that answer requests must not.
pub(crate) async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, EngineError> + Send + 'static,
) -> Result<T, EngineError> {
    match tokio::task::spawn_blocking(call).await {
        Ok(answer) => answer,
        Err(error) => Err(EngineError(error.into())),
    }
}

/// The categories, to say what lies in which.
struct Tree {
    by_id: HashMap<CategoryId, CategoryNode>,
}

impl Tree {
    fn new(categories: Vec<CategoryNode>) -> Self {
        let by_id = categories.into_iter().map(|category| (category.id, category));
        Self { by_id: by_id.collect() }
    }

    /// A category and those above it.
    fn path(&self, id: CategoryId) -> Vec<&CategoryNode> {
        let above = |category: &&CategoryNode| category.parent_id.and_then(|parent| self.by_id.get(&parent));
        std::iter::successors(self.by_id.get(&id), above).collect()
    }

    fn document(&self, product: ProductDescription) -> ProductDocument {
        let mut categories = BTreeSet::new();
        let mut kinds = BTreeSet::new();
        for id in &product.categories {
            for (distance, category) in self.path(*id).into_iter().enumerate() {
                categories.insert(category.id);
                // The nearest name says what it is; `Home & Living` above it does not.
                if distance == 0 {
                    kinds.insert(category.name.clone());
                }
            }
        }
        if !product.product_type.is_empty() {
            kinds.insert(product.product_type);
        }
        let mut details = product.details;
        details.push(catalog::plain_text(&product.description_html));
        ProductDocument {
            id: product.id,
            title: product.title,
            summary: product.short_description,
            kinds: kinds.into_iter().collect(),
            brand: product.brand,
            details,
            codes: product.codes,
            categories: categories.into_iter().collect(),
            prices: product.prices.into_iter().map(Money::minor).collect(),
            in_stock: product.in_stock,
            published_at: product.published_at,
            popularity: u64::try_from(product.sold).unwrap_or_default(),
            stars: u64::try_from(product.rating.tenths()).unwrap_or_default(),
            rated: u64::try_from(product.rating.score()).unwrap_or_default(),
            choices: product.choices,
        }
    }
}

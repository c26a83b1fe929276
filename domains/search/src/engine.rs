//! The port that a search engine fills.

use kernel::{Locale, ProductId, StoreId};

use crate::{Found, ProductDocument, ProductQuery, Suggestions};

/// The engine could not do it.
#[derive(Debug, thiserror::Error)]
#[error("the search engine failed")]
pub struct EngineError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// The index that is asked: one store in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IndexKey {
    /// The store.
    pub store_id: StoreId,
    /// The language its texts are in.
    pub locale: Locale,
}

/// A search engine. Its calls use the processor and the disk, not the network, and return soon.
pub trait Engine: Send + Sync + std::fmt::Debug {
    /// The outbox position up to which the index knows what happened; `None` when there is no index yet.
    fn position(&self, index: IndexKey) -> Result<Option<i64>, EngineError>;

    /// Begins an index beside the one that answers; it takes its place when it is finished.
    fn rebuild(&self, index: IndexKey) -> Result<Box<dyn Rebuild>, EngineError>;

    /// Takes products in, in place of what it knew of them, and forgets others; from now on it knows of this position.
    fn change(
        &self,
        index: IndexKey,
        products: &[ProductDocument],
        gone: &[ProductId],
        position: i64,
    ) -> Result<(), EngineError>;

    /// Finds products.
    fn search(&self, index: IndexKey, query: &ProductQuery) -> Result<Found, EngineError>;

    /// Guesses what somebody is typing.
    fn suggest(&self, index: IndexKey, typed: &str, limit: usize) -> Result<Suggestions, EngineError>;
}

/// An index that is being made.
pub trait Rebuild: Send {
    /// Takes products in.
    fn add(&mut self, products: &[ProductDocument]) -> Result<(), EngineError>;

    /// Lets it answer, in place of the one before; it knows of everything up to this position.
    fn finish(self: Box<Self>, position: i64) -> Result<(), EngineError>;
}

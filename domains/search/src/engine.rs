//! The port that a search engine fills.

use kernel::{Locale, ProductId, StoreId, Time};

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

/// What an index has seen of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// As the outbox told it.
    pub seen: String,
    /// Another process has changed the index since it was last asked here.
    pub is_news: bool,
}

/// A search engine. Its calls use the processor and the disk, not the network, and return soon.
pub trait Engine: Send + Sync + std::fmt::Debug {
    /// What the index has seen of the outbox; `None` when there is no index yet, or none that can be read. From here on
    /// searches see what another process wrote into it.
    fn seen(&self, index: IndexKey) -> Result<Option<Seen>, EngineError>;

    /// Begins an index beside the one that answers; it takes its place when it is finished.
    fn rebuild(&self, index: IndexKey) -> Result<Box<dyn Rebuild>, EngineError>;

    /// Takes products in, in place of what it knew of them, and forgets others; from now on it has seen that much.
    fn change(
        &self,
        index: IndexKey,
        products: &[ProductDocument],
        gone: &[ProductId],
        seen: &str,
    ) -> Result<(), EngineError>;

    /// Finds products; `None` when there is no index yet.
    fn search(&self, index: IndexKey, query: &ProductQuery) -> Result<Option<Found>, EngineError>;

    /// Guesses what somebody is typing; `None` when there is no index yet.
    fn suggest(
        &self,
        index: IndexKey,
        typed: &str,
        now: Time,
        limit: usize,
    ) -> Result<Option<Suggestions>, EngineError>;
}

/// An index that is being made.
pub trait Rebuild: Send {
    /// Takes products in.
    fn add(&mut self, products: &[ProductDocument]) -> Result<(), EngineError>;

    /// Lets it answer, in place of the one before; it has seen that much of the outbox.
    fn finish(self: Box<Self>, seen: &str) -> Result<(), EngineError>;
}

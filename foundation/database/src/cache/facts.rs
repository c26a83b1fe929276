//! Facts of a store that reading units of work load once and share.

use std::sync::Arc;

use kernel::Actor;

use super::{Key, Needs, Reads};
use crate::Ctx;

/// Something that is being loaded to be kept.
#[derive(Debug)]
pub struct Making {
    key: Key,
    reads: Reads,
    is_kept: bool,
}

impl Ctx {
    /// The fact of that name if it is kept, else the right to keep it.
    ///
    /// Whoever may write decides by what is in the database: a transaction that may write neither takes anything out of the
    /// cache nor keeps what it sees, which may be what it changed itself. So an order is charged what the tables say in its
    /// own transaction, and when that is not what the shopper saw, the shopper is asked again. What a change answers with is
    /// a look again ([`Ctx::only_shows`]). Staff and API keys see things as they are too.
    pub fn kept<T: Send + Sync + 'static>(&self, kind: &'static str, name: &str) -> Result<Arc<T>, Making> {
        let key = Key::new(self.store_id(), kind, name);
        let cache = self.database().cache();
        let decides = self.may_decide() || matches!(self.actor(), Actor::Staff { .. } | Actor::ApiKey { .. });
        if !decides && let Some((fact, needs)) = cache.get::<T>(&key, self.now()) {
            self.note(&needs);
            return Ok(fact);
        }
        Err(Making {
            key,
            reads: cache.begin(),
            is_kept: !decides,
        })
    }

    /// Keeps a fact of about that many bytes that was loaded after [`Ctx::kept`] had none.
    pub fn keep<T: Send + Sync + 'static>(&self, making: Making, fact: T, needs: &Needs, bytes: usize) -> Arc<T> {
        let fact = Arc::new(fact);
        self.note(needs);
        making.reads.note(needs);
        if making.is_kept {
            let cache = self.database().cache();
            cache.keep(making.key, Arc::clone(&fact), &making.reads, bytes);
        }
        fact
    }
}

//! Whom a unit of work is for.

use std::sync::Arc;

use kernel::{Actor, Locale, Store};

/// Who does something, for which store, in which language.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The store (tenant).
    pub store: Arc<Store>,
    /// Who is acting.
    pub actor: Actor,
    /// The language texts are made in.
    pub locale: Locale,
}

impl Scope {
    /// Souk itself, acting for a store in the store's own language.
    pub fn system(store: Arc<Store>) -> Self {
        let locale = store.locale;
        Self {
            store,
            actor: Actor::System,
            locale,
        }
    }
}

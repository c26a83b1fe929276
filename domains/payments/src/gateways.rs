//! The gateways that this program was started with.

use std::{collections::BTreeMap, fmt, sync::Arc};

use crate::Gateway;

/// Gateways by name. Cheap to clone.
#[derive(Clone, Default)]
pub struct Gateways(Arc<BTreeMap<&'static str, Arc<dyn Gateway>>>);

impl Gateways {
    /// A registry of these gateways; of two with one name the later counts.
    pub fn new(gateways: impl IntoIterator<Item = Arc<dyn Gateway>>) -> Self {
        Self(Arc::new(
            gateways.into_iter().map(|gateway| (gateway.name(), gateway)).collect(),
        ))
    }

    /// The gateway of that name.
    pub fn get(&self, name: &str) -> Option<&dyn Gateway> {
        self.0.get(name).map(AsRef::as_ref)
    }

    /// Every name, sorted.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }
}

impl fmt::Debug for Gateways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gateways").field(&self.names()).finish()
    }
}

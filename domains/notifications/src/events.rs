//! What notifications tells itself: a mail is written about each.

use kernel::{StockAlertId, StoreId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A guest wants to hear when a variant is back, and has to confirm it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockAlertAsked {
    /// The alert.
    pub alert_id: StockAlertId,
}

impl database::Event for StockAlertAsked {
    const KIND: &'static str = "notifications.stock_alert_asked";

    fn aggregate(&self) -> Uuid {
        self.alert_id.into()
    }
}

/// A store decided something about its texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextsChanged {
    /// The store.
    pub store_id: StoreId,
}

impl database::Event for TextsChanged {
    const KIND: &'static str = "notifications.texts_changed";

    fn aggregate(&self) -> Uuid {
        self.store_id.into()
    }
}

/// A store decided something about its pushes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushesChanged {
    /// The store.
    pub store_id: StoreId,
}

impl database::Event for PushesChanged {
    const KIND: &'static str = "notifications.pushes_changed";

    fn aggregate(&self) -> Uuid {
        self.store_id.into()
    }
}

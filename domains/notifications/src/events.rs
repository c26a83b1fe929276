//! What notifications tells itself: a mail is written about each.

use kernel::StockAlertId;
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

//! What the queue tells the other domains.

use kernel::StoreId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A store decided something about its waiting room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomChanged {
    /// The store.
    pub store_id: StoreId,
}

impl database::Event for RoomChanged {
    const KIND: &'static str = "queue.room_changed";

    fn aggregate(&self) -> Uuid {
        self.store_id.into()
    }
}

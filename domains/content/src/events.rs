//! What content tells the other domains.

use kernel::{PageId, StoreId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A page was made, changed or deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageChanged {
    /// The page.
    pub page_id: PageId,
}

impl database::Event for PageChanged {
    const KIND: &'static str = "content.page_changed";

    fn aggregate(&self) -> Uuid {
        self.page_id.into()
    }
}

/// The menus are others now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenusChanged {
    /// The store whose they are.
    pub store_id: StoreId,
}

impl database::Event for MenusChanged {
    const KIND: &'static str = "content.menus_changed";

    fn aggregate(&self) -> Uuid {
        self.store_id.into()
    }
}

/// The home page is composed of something else now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeChanged {
    /// The store whose it is.
    pub store_id: StoreId,
}

impl database::Event for HomeChanged {
    const KIND: &'static str = "content.home_changed";

    fn aggregate(&self) -> Uuid {
        self.store_id.into()
    }
}

/// What the store says above every page is another now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncementChanged {
    /// The store whose it is.
    pub store_id: StoreId,
}

impl database::Event for AnnouncementChanged {
    const KIND: &'static str = "content.announcement_changed";

    fn aggregate(&self) -> Uuid {
        self.store_id.into()
    }
}

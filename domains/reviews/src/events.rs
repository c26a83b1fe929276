//! What reviews tell the other domains.

use database::{Ctx, Error};
use kernel::{EventId, ProductId, StoreId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What shoppers see of the reviews of products changed: a review came, went, says something else, was answered or was found
/// helpful.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewsChanged {
    /// Each change is a thing of its own, so that two who change something at once do not wait for each other.
    pub change: EventId,
    /// The products.
    pub product_ids: Vec<ProductId>,
}

impl database::Event for ReviewsChanged {
    const KIND: &'static str = "reviews.changed";

    fn aggregate(&self) -> Uuid {
        self.change.into()
    }

    fn touched(&self) -> Vec<Uuid> {
        self.product_ids.iter().copied().map(Uuid::from).collect()
    }
}

/// A store decided something about reviews.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsChanged {
    /// The store.
    pub store_id: StoreId,
}

impl database::Event for SettingsChanged {
    const KIND: &'static str = "reviews.settings_changed";

    fn aggregate(&self) -> Uuid {
        self.store_id.into()
    }
}

/// Tells that reviews of these products changed, if there are any.
pub(crate) async fn tell_changed(ctx: &mut Ctx, mut product_ids: Vec<ProductId>) -> Result<(), Error> {
    product_ids.sort_unstable();
    product_ids.dedup();
    if !product_ids.is_empty() {
        let change = ctx.new_id();
        ctx.publish(&ReviewsChanged { change, product_ids }).await?;
    }
    Ok(())
}

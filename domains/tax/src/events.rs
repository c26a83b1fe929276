//! What tax tells the other domains.

use database::{Ctx, Error};
use kernel::EventId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something that decides rates changed: where the merchant collects tax, or a rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxChanged {
    /// Each change is a thing of its own, so that two who change something at once do not wait for each other.
    pub change: EventId,
}

impl database::Event for TaxChanged {
    const KIND: &'static str = "tax.changed";

    fn aggregate(&self) -> Uuid {
        self.change.into()
    }
}

/// Tells it, in the transaction of the change.
pub(crate) async fn tell_changed(ctx: &mut Ctx) -> Result<(), Error> {
    let change = ctx.new_id();
    ctx.publish(&TaxChanged { change }).await?;
    Ok(())
}

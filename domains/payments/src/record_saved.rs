//! Records what a gateway kept of what an attempt was paid with, from whichever side it is heard.

use database::{Ctx, Error};
use kernel::{AttemptId, CustomerId};

use crate::{KeptMethod, store::methods};

/// What the gateway keeps is the customer's from here on; `None` when it keeps nothing. Whoever comes second with the news
/// changes nothing, also when the customer has removed the card meanwhile.
pub async fn record_saved(ctx: &mut Ctx, attempt: AttemptId, kept: Option<&KeptMethod>) -> Result<(), Error> {
    let saving = methods::finish_saving(ctx, attempt, kept.map(|kept| &kept.card)).await?;
    match (saving, kept) {
        (Some(saving), Some(kept)) => put(ctx, saving.customer_id, &saving.gateway, kept).await,
        (_, _) => Ok(()),
    }
}

/// A card that is saved again takes the place of the one before, which the gateway is to forget: each has a name of its own
/// there. The first is the default.
pub(crate) async fn put(ctx: &mut Ctx, customer: CustomerId, gateway: &str, kept: &KeptMethod) -> Result<(), Error> {
    methods::lock_customer(ctx, customer).await?;
    let before = methods::list(ctx, customer).await?;
    let same = before
        .iter()
        .find(|method| method.gateway == gateway && method.fingerprint == kept.fingerprint);
    if let Some(same) = same {
        let now = ctx.now();
        methods::update_removed(ctx, same.id, now).await?;
    }
    let is_default = before.is_empty() || same.is_some_and(|same| same.is_default);
    methods::insert(ctx, customer, gateway, kept, is_default).await
}

//! What must hold in the customer tables beyond what constraints can say.

use database::{Ctx, Error};

use crate::{MAX_ADDRESSES, store};

/// One sentence for each customer whose address book has no default or too many entries, for `souk check`.
pub async fn check(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    store::list_broken(ctx, MAX_ADDRESSES).await
}

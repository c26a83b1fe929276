//! What must hold in the identity tables beyond what constraints can say.

use database::{Ctx, Error};

use crate::store;

/// One sentence for each row that breaks an invariant, for `souk check`.
pub async fn check(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    store::list_broken(ctx).await
}

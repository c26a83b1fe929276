//! What must hold in the identity tables beyond what constraints can say.

use database::{Ctx, Error};

use crate::store;

/// One sentence for each row that breaks an invariant, for `souk check`.
pub async fn check(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    store::list_broken(ctx).await
}

/// How many of the staff may do everything; a store without one cannot be put in order from its desk.
pub async fn count_owners(ctx: &mut Ctx) -> Result<i64, Error> {
    store::count_owners(ctx).await
}

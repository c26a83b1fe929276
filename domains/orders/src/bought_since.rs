//! Whether somebody has bought since a moment.

use database::{Ctx, Error};
use kernel::{EmailAddress, Time};

use crate::store;

/// Whether an order was placed with that address since then, by whomever, and stands. One that is still to be paid stands.
pub async fn has_bought_since(ctx: &mut Ctx, email: &EmailAddress, since: Time) -> Result<bool, Error> {
    store::has_bought_since(ctx, email, since).await
}

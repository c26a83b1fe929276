//! Counts what became of the carts of a period.

use kernel::{Forbidden, Permission, Time};

use crate::store;

/// What became of carts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// How many were made. One that went into another at sign-in is not counted beside it.
    pub made: i64,
    /// How many of them are orders by now.
    pub ordered: i64,
}

/// Why carts cannot be counted.
#[derive(Debug, thiserror::Error)]
pub enum OutcomesError {
    /// The actor may not know.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// What became of the carts made from one moment up to another, which is not included.
pub async fn outcomes(ctx: &mut database::Ctx, period: (Time, Time)) -> Result<Outcomes, OutcomesError> {
    ctx.require(Permission::ReadOrders)?;
    let (made, ordered) = store::outcomes(ctx, period).await?;
    Ok(Outcomes { made, ordered })
}

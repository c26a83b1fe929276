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

/// What became of the carts made between each two neighbours of `boundaries`, the later one not included. The boundaries
/// rise; one answer for each gap between them.
pub async fn outcomes(ctx: &mut database::Ctx, boundaries: &[Time]) -> Result<Vec<Outcomes>, OutcomesError> {
    ctx.require(Permission::ReadOrders)?;
    let mut periods = vec![Outcomes::default(); boundaries.len().saturating_sub(1)];
    for (period, made, ordered) in store::outcomes(ctx, boundaries).await? {
        let place = usize::try_from(period).ok().and_then(|period| period.checked_sub(1));
        if let Some(period) = place.and_then(|place| periods.get_mut(place)) {
            *period = Outcomes { made, ordered };
        }
    }
    Ok(periods)
}

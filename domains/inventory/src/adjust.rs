//! Staff correct the count of a variant by a difference.

use database::{Ctx, OnConstraint as _};
use kernel::{LocationId, Permission, VariantId};

use crate::{
    Level, MovementKind, default_location,
    held::Held,
    movement::{Cause, Change},
    store::{self, LevelChange},
};

/// A correction of a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjust {
    /// The variant. If it was not counted yet, it is from now on.
    pub variant_id: VariantId,
    /// Where; `None` is the default location.
    pub location_id: Option<LocationId>,
    /// By how much what lies there changes.
    pub change: i64,
    /// Why, in the actor's words.
    pub reason: String,
}

/// Why a count is not corrected.
#[derive(Debug, thiserror::Error)]
pub enum AdjustError {
    /// The actor may not change stock.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// Less would lie there than is promised to orders.
    #[error("less would lie there than is promised to orders")]
    BelowReserved,
    /// Less than nothing would lie there.
    #[error("only {on_hand} lie there")]
    BelowZero {
        /// What lies there.
        on_hand: i64,
    },
    /// There is no such variant or location.
    #[error("there is no such variant or location")]
    NotFound,
    /// The change is zero or beyond all measure, or nobody says why.
    #[error(transparent)]
    Invalid(#[from] kernel::FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// The most a count can be changed by at once.
const MOST: i64 = 1_000_000_000;

/// Changes what lies at a location, and answers with the variant's levels after it.
pub async fn adjust(ctx: &mut Ctx, adjust: Adjust) -> Result<Vec<Level>, AdjustError> {
    ctx.require(Permission::AdjustStock)?;
    if adjust.change == 0 || !(-MOST..=MOST).contains(&adjust.change) {
        let message = "must be a whole number between -1000000000 and 1000000000, and not zero";
        return Err(kernel::FieldError::new("change", "invalid_change", message).into());
    }
    let reason = adjust.reason.trim();
    if reason.is_empty() {
        return Err(kernel::FieldError::required("reason").into());
    }
    let location_id = match adjust.location_id {
        Some(location) => location,
        None => default_location(ctx).await?,
    };
    let variant_id = adjust.variant_id;
    let locked = store::lock_levels(ctx, &[variant_id]).await?;
    let mut held = Held::new(ctx, locked).await?;
    let cause = Cause {
        kind: MovementKind::Adjust,
        reference: "",
        reason,
    };
    let level = held.levels.iter().find(|level| level.location_id == location_id);
    let (exists, backorder) = (level.is_some(), level.is_some_and(|level| level.backorder));
    let on_hand = level.map_or(0, |level| level.on_hand);
    if adjust.change < 0 && !backorder && on_hand.saturating_add(adjust.change) < 0 {
        return Err(AdjustError::BelowZero { on_hand });
    }
    let written = if exists {
        let change = Change {
            variant_id,
            location_id,
            on_hand: adjust.change,
            reserved: 0,
        };
        held.note(&[change]);
        store::apply(ctx, &[change], cause).await
    } else {
        let change = LevelChange {
            variant_id,
            on_hand: adjust.change,
            backorder: false,
        };
        store::set_levels(ctx, location_id, &[change], cause).await
    };
    written.or_else(|error| match error.constraint() {
        Some("levels_variant_fk" | "levels_location_fk") => Err(AdjustError::NotFound),
        Some(_) | None => Err(error).on_constraint("levels_reserved_check", || AdjustError::BelowReserved),
    })?;
    if !exists {
        held.levels = store::levels(ctx, &[variant_id], None).await?;
    }
    held.publish(ctx).await?;
    Ok(store::levels(ctx, &[variant_id], None).await?)
}

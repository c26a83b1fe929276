//! Says how a level is looked after: what is kept back, when to order more, what is on its way.

use database::Ctx;
use kernel::{FieldError, Forbidden, Invalid, LocationId, Permission, VariantId};

use crate::{
    BookError, Level,
    book::{MOST_PIECES, hold},
    store,
};

/// What a merchant plans for a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LevelPlan {
    /// What is kept back from sale.
    pub safety_stock: i64,
    /// At or below that many that can be sold the level is low; `None` when nobody watches.
    pub reorder_point: Option<i64>,
    /// How many to order then.
    pub reorder_quantity: i64,
    /// What is on its way there.
    pub incoming: i64,
    /// Whether more may be sold than lies there.
    pub backorder: bool,
}

/// Why the plan is as it was.
#[derive(Debug, thiserror::Error)]
pub enum PlanLevelError {
    /// The actor may not change stock.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Some fields hold what they cannot.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// More is promised than lies there, so that back-orders cannot end.
    #[error("more is promised to orders than lies there")]
    Oversold,
    /// There is no such variant or location.
    #[error("there is no such variant or location")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Keeps the plan. A variant that was not counted at the location is from now on, at none.
pub async fn plan_level(
    ctx: &mut Ctx,
    variant: VariantId,
    location: LocationId,
    plan: &LevelPlan,
) -> Result<Level, PlanLevelError> {
    ctx.require(Permission::AdjustStock)?;
    check(plan)?;
    let mut held = match hold(ctx, &[(variant, location)]).await {
        Ok(held) => held,
        Err(BookError::Internal(error)) => return Err(error.into()),
        Err(_) => return Err(PlanLevelError::NotFound),
    };
    let level = held
        .levels
        .iter_mut()
        .find(|level| level.location_id == location)
        .ok_or(PlanLevelError::NotFound)?;
    if !plan.backorder && level.reserved > level.on_hand {
        return Err(PlanLevelError::Oversold);
    }
    level.safety_stock = plan.safety_stock;
    level.reorder_point = plan.reorder_point;
    level.reorder_quantity = plan.reorder_quantity;
    level.incoming = plan.incoming;
    level.backorder = plan.backorder;
    let planned = level.clone();
    store::lists::plan(ctx, &planned).await?;
    held.publish(ctx).await?;
    Ok(planned)
}

fn check(plan: &LevelPlan) -> Result<(), Invalid> {
    let mut invalid = Invalid::default();
    for (field, number) in [
        ("safety_stock", plan.safety_stock),
        ("reorder_point", plan.reorder_point.unwrap_or_default()),
        ("reorder_quantity", plan.reorder_quantity),
        ("incoming", plan.incoming),
    ] {
        if !(0..=MOST_PIECES).contains(&number) {
            let message = format!("must be from 0 to {MOST_PIECES}");
            invalid.push(FieldError::new(field, "out_of_range", message));
        }
    }
    invalid.into_result()
}

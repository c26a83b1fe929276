//! Whether a store writes to shoppers who left a cart behind, and after how long.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::{FieldError, Forbidden, Invalid, Permission};

use crate::store::cart_reminders;

/// The longest that a store may wait: a week.
const MOST_HOURS: i64 = 168;

/// What a store decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CartReminders {
    /// After how many hours it writes; none while it does not.
    pub hours: Option<i32>,
    /// After how many it does or did; none while nobody ever said.
    pub last_hours: Option<i32>,
    /// How often it was saved; zero before the first time.
    pub version: i64,
}

/// What a store decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecideCartReminders {
    /// Whether it writes.
    pub active: bool,
    /// After how many hours. Who stops may leave it out, and finds those from before.
    pub hours: Option<i64>,
}

/// Why it stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum UpdateCartRemindersError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A field breaks its rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Somebody else changed it meanwhile.
    #[error("it was changed in the meantime")]
    VersionConflict,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// What the store decided; that it does not write as long as it decided nothing.
pub async fn load_cart_reminders(ctx: &mut Ctx) -> Result<CartReminders, UpdateCartRemindersError> {
    ctx.require(Permission::ManageSettings)?;
    Ok(cart_reminders::find(ctx).await?.unwrap_or_default())
}

/// Decides anew, if it is still as it was seen. Whoever begins to write writes about the carts whose time is still to come.
pub async fn update_cart_reminders(
    ctx: &mut Ctx,
    decided: DecideCartReminders,
    expected_version: i64,
) -> Result<(), UpdateCartRemindersError> {
    ctx.require(Permission::ManageSettings)?;
    let last_hours = decided.hours.map(checked).transpose()?;
    if decided.active && last_hours.is_none() {
        return Err(Invalid::from(FieldError::required("hours")).into());
    }
    let hours = last_hours.filter(|_| decided.active);
    let since = ctx.now() - TimeDelta::hours(hours.unwrap_or_default().into());
    if !cart_reminders::put(ctx, (hours, last_hours), since, expected_version).await? {
        return Err(UpdateCartRemindersError::VersionConflict);
    }
    Ok(())
}

fn checked(hours: i64) -> Result<i32, Invalid> {
    let in_range = i32::try_from(hours).ok().filter(|_| (1..=MOST_HOURS).contains(&hours));
    in_range.ok_or_else(|| {
        let message = format!("must be 1 to {MOST_HOURS} hours");
        FieldError::new("hours", "out_of_range", message).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_waits_an_hour_to_a_week() {
        for (hours, taken) in [
            (-1, None),
            (0, None),
            (1, Some(1)),
            (168, Some(168)),
            (169, None),
            (i64::MAX, None),
        ] {
            assert_eq!(checked(hours).ok(), taken, "{hours}");
        }
    }
}

//! A store sets up its waiting room.

use database::{Ctx, Error};
use kernel::{Forbidden, Invalid, Permission};

use crate::{Before, Pace, Room, RoomTerms, events::RoomChanged, store};

/// Why the room is as it was.
#[derive(Debug, thiserror::Error)]
pub enum UpdateRoomError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A field is not valid.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Somebody changed it in the meantime; this is how it is.
    #[error("the waiting room was changed in the meantime")]
    VersionConflict(Box<Room>),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Replaces what was decided, if it is still at that version. Those who wait keep their places and move on at the new pace. A
/// room that is closed sends everybody on; opened again it begins with an empty queue, and so does one
/// whose pace began at a moment that is still to come, because the clock was set back.
pub async fn update_room(ctx: &mut Ctx, terms: RoomTerms, expected: Option<i64>) -> Result<Room, UpdateRoomError> {
    ctx.require(Permission::ManageSettings)?;
    let terms = terms.checked()?;
    let tail = store::lock_tail(ctx).await?;
    let before = store::find(ctx).await?;
    if expected.is_some_and(|expected| expected != before.version) {
        return Err(UpdateRoomError::VersionConflict(Box::new(before)));
    }
    let now = ctx.now();
    let (per_minute, minutes) = (terms.per_minute, terms.admission_minutes);
    let pace = match before.open_pace().filter(|pace| !pace.is_ahead(now)) {
        Some(pace) if pace.per_minute == per_minute && pace.admission_minutes == minutes => pace,
        Some(pace) => pace.changed(per_minute, minutes, now),
        None => Pace::after(tail, per_minute, minutes, now),
    };
    let room = Room {
        pace: Some(pace.clone()),
        terms,
        version: before.version + 1,
    };
    store::upsert(ctx, &room.terms, &pace).await?;
    let is_open = room.terms.before != Before::Nothing;
    if is_open != before.open_pace().is_some() {
        database::stores::switch_waiting_room(ctx, is_open).await?;
    }
    let store_id = ctx.store_id();
    ctx.publish(&RoomChanged { store_id }).await?;
    Ok(room)
}

//! Looks at the waiting room.

use std::sync::Arc;

use database::{Ctx, Error, cache::Needs};

use crate::{Room, events::RoomChanged, pace::ONE, store};

/// About how many bytes a room takes.
const ROOM_BYTES: usize = 1024;

/// The waiting room as shoppers meet it; kept between requests. How many are let in a minute may follow a change some moments
/// later in another process, which a queue can bear.
pub async fn find_room(ctx: &mut Ctx) -> Result<Arc<Room>, Error> {
    let making = match ctx.kept::<Room>("queue.room", "") {
        Ok(room) => return Ok(room),
        Err(making) => making,
    };
    let needs = Needs::default().any::<RoomChanged>(ctx.store_id());
    let room = store::find(ctx).await?;
    Ok(ctx.keep(making, room, &needs, ROOM_BYTES))
}

/// The waiting room as it is in the database.
pub async fn load_room(ctx: &mut Ctx) -> Result<Room, Error> {
    store::find(ctx).await
}

/// How many wait in it.
pub async fn count_waiting(ctx: &mut Ctx, room: &Room) -> Result<i64, Error> {
    let Some(pace) = room.open_pace() else { return Ok(0) };
    let tail = store::tail(ctx).await?;
    let ahead = tail.saturating_sub(pace.served(ctx.now())).max(0);
    Ok(ahead.saturating_add(ONE - 1) / ONE)
}

//! All SQL of the queue.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{CartId, ProductId, Time};

use crate::{
    Before, Pace, Room, RoomTerms,
    pace::{ONE, Stretch},
};

database::statements! {
    FIND = "SELECT stands_before, product_ids, per_minute, admission_minutes, message, since_ms, base, void_below, past, version \
        FROM queue.rooms WHERE store_id = $1";
    UPSERT = "INSERT INTO queue.rooms (store_id, stands_before, product_ids, per_minute, admission_minutes, message, since_ms, \
          base, void_below, past, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1) \
        ON CONFLICT ON CONSTRAINT rooms_pk DO UPDATE SET stands_before = EXCLUDED.stands_before, \
          product_ids = EXCLUDED.product_ids, per_minute = EXCLUDED.per_minute, \
          admission_minutes = EXCLUDED.admission_minutes, message = EXCLUDED.message, since_ms = EXCLUDED.since_ms, \
          base = EXCLUDED.base, void_below = EXCLUDED.void_below, past = EXCLUDED.past, version = rooms.version + 1";
    /// Whoever changes the room waits for those who are joining, and they for the change.
    LOCK_TAIL = "INSERT INTO queue.tails AS t (store_id, place) VALUES ($1, 0) \
        ON CONFLICT ON CONSTRAINT tails_pk DO UPDATE SET place = t.place RETURNING place";
    TAIL = "SELECT place FROM queue.tails WHERE store_id = $1";
    /// The next places: after everybody's, and none that was admitted while nobody came. Answers with the last of them.
    APPEND = "UPDATE queue.tails t \
        SET place = greatest(t.place + $3, r.base + r.per_minute * greatest($2 - r.since_ms, 0)) + ($4 - 1) * $3 \
        FROM queue.rooms r WHERE t.store_id = $1 AND r.store_id = t.store_id AND r.stands_before <> 'nothing' \
        RETURNING t.place";
    /// Answers with the cart whose each is. In the order of their places, so that two transactions never wait for each other.
    CLAIM = "INSERT INTO queue.admissions AS a (store_id, place, cart_id, claimed_at) \
        SELECT $1, n.place, n.cart_id, $4 FROM unnest($2::bigint[], $3::uuid[]) AS n (place, cart_id) ORDER BY n.place \
        ON CONFLICT ON CONSTRAINT admissions_pk DO UPDATE SET claimed_at = a.claimed_at RETURNING place, cart_id";
    CLAIMANT = "SELECT cart_id FROM queue.admissions WHERE store_id = $1 AND place = $2";
    /// From one cart to another, unless somebody else was faster.
    PASS_ON = "UPDATE queue.admissions SET cart_id = $4 WHERE store_id = $1 AND place = $2 AND cart_id = $3";
    DELETE_OLD = "DELETE FROM queue.admissions WHERE store_id = $1 AND claimed_at < $2";
}

#[derive(sqlx::FromRow)]
struct RoomRow {
    stands_before: String,
    product_ids: Vec<ProductId>,
    per_minute: i32,
    admission_minutes: i32,
    message: String,
    since_ms: i64,
    base: i64,
    void_below: i64,
    past: Vec<i64>,
    version: i64,
}

impl TryFrom<RoomRow> for Room {
    type Error = Error;

    fn try_from(row: RoomRow) -> Result<Self, Error> {
        let before = Before::parse(&row.stands_before);
        Ok(Self {
            terms: RoomTerms {
                before: before.ok_or_else(|| Error::corrupt("rooms.stands_before", &row.stands_before))?,
                product_ids: row.product_ids,
                per_minute: row.per_minute,
                admission_minutes: row.admission_minutes,
                message: row.message,
            },
            pace: Some(Pace {
                per_minute: row.per_minute,
                admission_minutes: row.admission_minutes,
                since_ms: row.since_ms,
                base: row.base,
                void_below: row.void_below,
                past: Stretch::read_all(&row.past)?,
            }),
            version: row.version,
        })
    }
}

/// What the store decided; a room before nothing where it decided nothing.
pub(crate) async fn find(ctx: &mut Ctx) -> Result<Room, Error> {
    let store_id = ctx.store_id();
    let row: Option<RoomRow> = sqlx::query_as(FIND)
        .bind(store_id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    match row {
        Some(row) => Room::try_from(row),
        None => Ok(Room {
            terms: RoomTerms::default(),
            pace: None,
            version: 0,
        }),
    }
}

pub(crate) async fn upsert(ctx: &mut Ctx, terms: &RoomTerms, pace: &Pace) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPSERT)
        .bind(store_id)
        .bind(terms.before.as_str())
        .bind(&terms.product_ids)
        .bind(terms.per_minute)
        .bind(terms.admission_minutes)
        .bind(&terms.message)
        .bind(pace.since_ms)
        .bind(pace.base)
        .bind(pace.void_below)
        .bind(Stretch::write_all(&pace.past))
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn lock_tail(ctx: &mut Ctx) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(LOCK_TAIL).bind(store_id);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn tail(ctx: &mut Ctx) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(TAIL).bind(store_id);
    let tail: Option<i64> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(tail.unwrap_or_default())
}

/// So many places at the end, in their order; none where nobody waits.
pub(crate) async fn append(ctx: &mut Ctx, count: usize) -> Result<Vec<i64>, Error> {
    let (store_id, now_ms) = (ctx.store_id(), ctx.now().timestamp_millis());
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let last: Option<i64> = sqlx::query_scalar(APPEND)
        .bind(store_id)
        .bind(now_ms)
        .bind(ONE)
        .bind(count)
        .fetch_optional(ctx.sql().await?)
        .await?;
    let places = last.map(|last| (0..count).rev().map(move |before_last| last - before_last * ONE));
    Ok(places.into_iter().flatten().collect())
}

/// The carts whose these admissions are, by place.
pub(crate) async fn claim(ctx: &mut Ctx, claims: &[(i64, CartId)]) -> Result<HashMap<i64, CartId>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let (places, carts): (Vec<i64>, Vec<CartId>) = claims.iter().copied().unzip();
    let claimants: Vec<(i64, CartId)> = sqlx::query_as(CLAIM)
        .bind(store_id)
        .bind(places)
        .bind(carts)
        .bind(now)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(claimants.into_iter().collect())
}

pub(crate) async fn claimant(ctx: &mut Ctx, place: i64) -> Result<Option<CartId>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(CLAIMANT).bind(store_id).bind(place);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn pass_on(ctx: &mut Ctx, place: i64, from: CartId, to: CartId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(PASS_ON).bind(store_id).bind(place).bind(from).bind(to);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn delete_old(ctx: &mut Ctx, before: Time) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_OLD).bind(store_id).bind(before);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use database::testing::{TestDatabase, prepare_all};

    #[tokio::test]
    async fn postgresql_takes_every_statement() {
        prepare_all(&TestDatabase::new().await, super::STATEMENTS).await;
    }
}

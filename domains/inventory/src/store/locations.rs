//! Locations.

use database::{Ctx, Error, OnConstraint as _};
use kernel::{Address, LocationId, VariantId};
use sqlx::types::Json;

use crate::{CreateLocationError, Location, LocationTerms, OpeningHours};

database::statements! {
    LIST = "SELECT * FROM inventory.locations WHERE store_id = $1 ORDER BY NOT active, priority, name, id";
    /// So many of them, behind a place in that order and who has it.
    LIST_AFTER = "SELECT * FROM inventory.locations WHERE store_id = $1 \
           AND ($2::boolean IS NULL OR (NOT active, priority, name, id) > ($2, $3::int, $4::text, $5::uuid)) \
         ORDER BY NOT active, priority, name, id LIMIT $6";
    COUNT = "SELECT count(*) FROM inventory.locations WHERE store_id = $1";
    HAS_PICKUP = "SELECT EXISTS (SELECT FROM inventory.locations WHERE store_id = $1 AND active AND pickup AND address IS NOT NULL)";
    FIND = "SELECT * FROM inventory.locations WHERE store_id = $1 AND id = $2";
    INSERT = "INSERT INTO inventory.locations (store_id, id, name, address, active, priority, capacity, pickup, hours) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *";
    UPDATE = "UPDATE inventory.locations SET name = $4, address = $5, active = $6, priority = $7, capacity = $8, pickup = $9, \
           hours = $10, version = version + 1 WHERE store_id = $1 AND id = $2 AND version = $3 RETURNING *";
    /// The open ones, locked, so that no two people close the last two at once.
    LOCK_ACTIVE = "SELECT id FROM inventory.locations WHERE store_id = $1 AND active ORDER BY id FOR UPDATE";
    VARIANTS_AT = "SELECT variant_id FROM inventory.levels WHERE store_id = $1 AND location_id = $2 ORDER BY variant_id";
    PIECES = "SELECT location_id, sum(on_hand)::bigint FROM inventory.levels WHERE store_id = $1 AND on_hand > 0 GROUP BY location_id";
}

#[derive(sqlx::FromRow)]
struct LocationRow {
    id: LocationId,
    name: String,
    address: Option<Json<Address>>,
    active: bool,
    priority: i32,
    capacity: Option<i64>,
    pickup: bool,
    hours: Json<OpeningHours>,
    version: i64,
}

impl From<LocationRow> for Location {
    fn from(row: LocationRow) -> Self {
        Self {
            id: row.id,
            version: row.version,
            terms: LocationTerms {
                name: row.name,
                address: row.address.map(|Json(address)| address),
                active: row.active,
                priority: row.priority,
                capacity: row.capacity,
                pickup: row.pickup,
                hours: row.hours.0,
            },
        }
    }
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<Vec<Location>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<LocationRow> = sqlx::query_as(LIST).bind(store_id).fetch_all(ctx.sql().await?).await?;
    Ok(rows.into_iter().map(Location::from).collect())
}

/// Where a location stands in the list: whether it is closed, its priority, its name and its id.
pub(crate) type Place = (bool, i32, String, LocationId);

/// So many of them in their order, behind one.
pub(crate) async fn list_after(ctx: &mut Ctx, after: Option<Place>, limit: i64) -> Result<Vec<Location>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_AFTER)
        .bind(store_id)
        .bind(after.as_ref().map(|(closed, ..)| *closed))
        .bind(after.as_ref().map(|(_, priority, ..)| *priority))
        .bind(after.as_ref().map(|(_, _, name, _)| name.as_str()))
        .bind(after.as_ref().map(|(.., id)| *id));
    let rows: Vec<LocationRow> = query.bind(limit).fetch_all(ctx.sql().await?).await?;
    Ok(rows.into_iter().map(Location::from).collect())
}

pub(crate) async fn count(ctx: &mut Ctx) -> Result<i64, Error> {
    let query = sqlx::query_scalar(COUNT).bind(ctx.store_id());
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn find(ctx: &mut Ctx, id: LocationId) -> Result<Option<Location>, Error> {
    let store_id = ctx.store_id();
    let row: Option<LocationRow> = sqlx::query_as(FIND)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    Ok(row.map(Location::from))
}

pub(crate) async fn has_pickup(ctx: &mut Ctx) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(HAS_PICKUP)
        .bind(store_id)
        .fetch_one(ctx.sql().await?)
        .await?)
}

pub(crate) async fn insert(ctx: &mut Ctx, terms: &LocationTerms) -> Result<Location, CreateLocationError> {
    let (store_id, id): (_, LocationId) = (ctx.store_id(), ctx.new_id());
    let row: Result<LocationRow, Error> = sqlx::query_as(INSERT)
        .bind(store_id)
        .bind(id)
        .bind(&terms.name)
        .bind(terms.address.as_ref().map(Json))
        .bind(terms.active)
        .bind(terms.priority)
        .bind(terms.capacity)
        .bind(terms.pickup)
        .bind(Json(&terms.hours))
        .fetch_one(ctx.sql().await?)
        .await
        .map_err(Error::from);
    let row = row.on_constraint("locations_name_key", || CreateLocationError::NameTaken)?;
    Ok(row.into())
}

/// `None` when there is no such location of that version.
pub(crate) async fn update(
    ctx: &mut Ctx,
    id: LocationId,
    version: i64,
    terms: &LocationTerms,
) -> Result<Option<Location>, Error> {
    let store_id = ctx.store_id();
    let row: Option<LocationRow> = sqlx::query_as(UPDATE)
        .bind(store_id)
        .bind(id)
        .bind(version)
        .bind(&terms.name)
        .bind(terms.address.as_ref().map(Json))
        .bind(terms.active)
        .bind(terms.priority)
        .bind(terms.capacity)
        .bind(terms.pickup)
        .bind(Json(&terms.hours))
        .fetch_optional(ctx.sql().await?)
        .await?;
    Ok(row.map(Location::from))
}

pub(crate) async fn lock_active(ctx: &mut Ctx) -> Result<Vec<LocationId>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_scalar(LOCK_ACTIVE).bind(store_id);
    Ok(sql.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn variants_at(ctx: &mut Ctx, location: LocationId) -> Result<Vec<VariantId>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_scalar(VARIANTS_AT).bind(store_id).bind(location);
    Ok(sql.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn pieces(ctx: &mut Ctx) -> Result<Vec<(LocationId, i64)>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(PIECES)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?)
}

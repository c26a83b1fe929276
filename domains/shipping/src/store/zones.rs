//! Zones and their methods.

use database::{Ctx, Error};
use kernel::{Currency, LocationId, Money, ProfileId, ShippingMethodId, ZoneId};
use sqlx::types::Json;

use super::{read_regions, region_texts};
use crate::{Method, MethodTerms, PostcodeRange, RateKind, SetupError, Step, TableRow, Zone, ZoneTerms};

/// Zones, oldest first, each once for every method in the merchant's order, or once without any.
macro_rules! zones {
    ($from:literal) => {
        concat!(
            "SELECT z.id AS zone_id, z.name AS zone_name, z.places, z.version AS zone_version, m.id, m.code, m.name, \
               m.profile_id, m.kind, m.currency, m.steps, m.free_from, m.days_min, m.days_max, m.location_id, \
               m.volumetric_divisor, m.date_choices, m.active, m.version \
             FROM ",
            $from,
            " AS z LEFT JOIN shipping.methods m ON m.store_id = z.store_id AND m.zone_id = z.id \
             WHERE z.store_id = $1 ORDER BY z.id, m.position, m.id"
        )
    };
}

database::statements! {
    LIST = zones!("shipping.zones");
    /// So many of them, behind one.
    LIST_AFTER = zones!("(SELECT o.* FROM shipping.zones o WHERE o.store_id = $1 AND ($2::uuid IS NULL OR o.id > $2) \
            ORDER BY o.id LIMIT $3)");
    COUNT = "SELECT count(*) FROM shipping.zones WHERE store_id = $1";
    INSERT_ZONE = "INSERT INTO shipping.zones (store_id, id, name, places) VALUES ($1, $2, $3, $4)";
    /// The version of a zone, which is locked until its change is committed.
    LOCK_ZONE = "SELECT version FROM shipping.zones WHERE store_id = $1 AND id = $2 FOR UPDATE";
    UPDATE_ZONE = "UPDATE shipping.zones SET name = $3, places = $4, version = version + 1 WHERE store_id = $1 AND id = $2";
    DELETE_METHODS = "DELETE FROM shipping.methods WHERE store_id = $1 AND zone_id = $2";
    DELETE_ZONE = "DELETE FROM shipping.zones WHERE store_id = $1 AND id = $2";
    INSERT_METHOD = "INSERT INTO shipping.methods (store_id, id, zone_id, code, name, profile_id, kind, currency, steps, \
            free_from, days_min, days_max, location_id, volumetric_divisor, date_choices, position) \
            SELECT $1, $2, $15, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, coalesce(max(other.position) + 1, 0) \
            FROM shipping.methods other WHERE other.store_id = $1 AND other.zone_id = $15";
    /// The version of a method, which is locked until its change is committed.
    LOCK_METHOD = "SELECT version FROM shipping.methods WHERE store_id = $1 AND id = $2 FOR UPDATE";
    UPDATE_METHOD = "UPDATE shipping.methods SET code = $3, name = $4, profile_id = $5, kind = $6, currency = $7, steps = $8, \
            free_from = $9, days_min = $10, days_max = $11, location_id = $12, volumetric_divisor = $13, date_choices = $14, \
            version = version + 1 WHERE store_id = $1 AND id = $2";
    UPDATE_ACTIVE = "UPDATE shipping.methods SET active = $3, version = version + 1 WHERE store_id = $1 AND id = $2";
    /// All methods of the zone are numbered anew, with the one that moves a place and a half further.
    MOVE_METHOD = "WITH numbered AS ( \
            SELECT m.id, row_number() OVER (ORDER BY m.position, m.id) AS place FROM shipping.methods m \
            WHERE m.store_id = $1 AND m.zone_id = (SELECT o.zone_id FROM shipping.methods o WHERE o.store_id = $1 AND o.id = $2) \
        ), moved AS ( \
            SELECT id, row_number() OVER (ORDER BY place * 2 + CASE WHEN id <> $2 THEN 0 WHEN $3 THEN -3 ELSE 3 END) AS place \
            FROM numbered \
        ) UPDATE shipping.methods m SET position = moved.place FROM moved WHERE m.store_id = $1 AND m.id = moved.id";
    DELETE_METHOD = "DELETE FROM shipping.methods WHERE store_id = $1 AND id = $2";
}

#[derive(sqlx::FromRow)]
struct Row {
    zone_id: ZoneId,
    zone_name: String,
    places: Vec<String>,
    zone_version: i64,
    id: Option<ShippingMethodId>,
    code: Option<String>,
    name: Option<String>,
    profile_id: Option<ProfileId>,
    kind: Option<String>,
    currency: Option<String>,
    steps: Option<Json<Vec<StepRow>>>,
    free_from: Option<i64>,
    days_min: Option<i32>,
    days_max: Option<i32>,
    location_id: Option<LocationId>,
    volumetric_divisor: Option<i64>,
    date_choices: Option<i32>,
    active: Option<bool>,
    version: Option<i64>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct StepRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    postcodes: Option<String>,
    from: i64,
    price: i64,
}

impl StepRow {
    fn of(step: &Step) -> Self {
        Self {
            postcodes: None,
            from: step.from,
            price: step.price.minor(),
        }
    }

    fn of_table(row: &TableRow) -> Self {
        Self {
            postcodes: row.postcodes.as_ref().map(ToString::to_string),
            from: row.from,
            price: row.price.minor(),
        }
    }

    fn step(&self, currency: Currency) -> Step {
        Step {
            from: self.from,
            price: Money::new(self.price, currency),
        }
    }

    fn table_row(&self, currency: Currency) -> Result<TableRow, Error> {
        let range = self.postcodes.as_deref().map(PostcodeRange::parse).transpose();
        Ok(TableRow {
            postcodes: range.map_err(|error| Error::corrupt("methods.steps", error.to_string()))?,
            from: self.from,
            price: Money::new(self.price, currency),
        })
    }
}

impl Row {
    fn zone(&self) -> Result<Zone, Error> {
        Ok(Zone {
            id: self.zone_id,
            name: self.zone_name.clone(),
            regions: read_regions(&self.places, "zones.places")?,
            methods: Vec::new(),
            version: self.zone_version,
        })
    }

    /// The row's method; `None` for a zone that has none.
    fn method(self) -> Result<Option<Method>, Error> {
        let Some(id) = self.id else { return Ok(None) };
        let currency = self.currency.clone().unwrap_or_default();
        let currency: Currency = currency
            .parse()
            .map_err(|_not_a_code| Error::corrupt("methods.currency", &currency))?;
        let kind = self.rates(currency)?;
        let terms = MethodTerms {
            kind,
            code: self.code.unwrap_or_default(),
            name: self.name.unwrap_or_default(),
            profile_id: self.profile_id,
            free_from: self.free_from.map(|minor| Money::new(minor, currency)),
            days_min: self.days_min.unwrap_or_default(),
            days_max: self.days_max.unwrap_or_default(),
            volumetric_divisor: self.volumetric_divisor,
            date_choices: self.date_choices.unwrap_or_default(),
        };
        Ok(Some(Method {
            id,
            terms,
            active: self.active.unwrap_or_default(),
            version: self.version.unwrap_or_default(),
        }))
    }

    fn rates(&self, currency: Currency) -> Result<RateKind, Error> {
        let rows: &[StepRow] = self
            .steps
            .as_ref()
            .map(|Json(rows)| rows.as_slice())
            .unwrap_or_default();
        let steps = || rows.iter().map(|row| row.step(currency)).collect();
        let table = || rows.iter().map(|row| row.table_row(currency)).collect::<Result<_, _>>();
        let kind = self.kind.as_deref().unwrap_or_default();
        Ok(match (kind, rows, self.location_id) {
            ("flat", [row], _) => RateKind::Flat(row.step(currency).price),
            ("pickup", [row], Some(location_id)) => RateKind::Pickup {
                location_id,
                price: row.step(currency).price,
            },
            ("by_weight", ..) => RateKind::ByWeight(steps()),
            ("by_price", ..) => RateKind::ByPrice(steps()),
            ("by_quantity", ..) => RateKind::ByQuantity(steps()),
            ("table_by_weight", ..) => RateKind::TableByWeight(table()?),
            ("table_by_price", ..) => RateKind::TableByPrice(table()?),
            (other, ..) => return Err(Error::corrupt("methods.kind", other)),
        })
    }
}

fn step_rows(kind: &RateKind) -> Vec<StepRow> {
    match kind {
        RateKind::Flat(price) | RateKind::Pickup { price, .. } => vec![StepRow {
            postcodes: None,
            from: 0,
            price: price.minor(),
        }],
        RateKind::ByWeight(steps) | RateKind::ByPrice(steps) | RateKind::ByQuantity(steps) => {
            steps.iter().map(StepRow::of).collect()
        }
        RateKind::TableByWeight(rows) | RateKind::TableByPrice(rows) => rows.iter().map(StepRow::of_table).collect(),
    }
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<Vec<Zone>, Error> {
    let store = ctx.store_id();
    let rows: Vec<Row> = sqlx::query_as(LIST).bind(store).fetch_all(ctx.sql().await?).await?;
    gathered(rows)
}

/// So many of them, behind one.
pub(crate) async fn list_after(ctx: &mut Ctx, after: Option<ZoneId>, limit: i64) -> Result<Vec<Zone>, Error> {
    let query = sqlx::query_as(LIST_AFTER).bind(ctx.store_id()).bind(after).bind(limit);
    gathered(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn count(ctx: &mut Ctx) -> Result<i64, Error> {
    let query = sqlx::query_scalar(COUNT).bind(ctx.store_id());
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

/// The zones of rows, each with its methods.
fn gathered(rows: Vec<Row>) -> Result<Vec<Zone>, Error> {
    let mut zones: Vec<Zone> = Vec::new();
    for row in rows {
        if zones.last().is_none_or(|zone| zone.id != row.zone_id) {
            zones.push(row.zone()?);
        }
        if let (Some(zone), Some(method)) = (zones.last_mut(), row.method()?) {
            zone.methods.push(method);
        }
    }
    Ok(zones)
}

pub(crate) async fn insert_zone(ctx: &mut Ctx, terms: &ZoneTerms) -> Result<ZoneId, SetupError> {
    let (store, id) = (ctx.store_id(), ctx.new_id::<ZoneId>());
    let insert = sqlx::query(INSERT_ZONE)
        .bind(store)
        .bind(id)
        .bind(&terms.name)
        .bind(region_texts(&terms.regions));
    let inserted = insert.execute(ctx.sql().await?).await;
    inserted.map_err(|error| SetupError::of(error.into()))?;
    Ok(id)
}

/// The version of a zone, which is locked from here on.
pub(crate) async fn lock_zone(ctx: &mut Ctx, id: ZoneId) -> Result<Option<i64>, Error> {
    let store = ctx.store_id();
    let lock = sqlx::query_scalar(LOCK_ZONE).bind(store).bind(id);
    Ok(lock.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn update_zone(ctx: &mut Ctx, id: ZoneId, terms: &ZoneTerms) -> Result<bool, SetupError> {
    let store = ctx.store_id();
    let update = sqlx::query(UPDATE_ZONE)
        .bind(store)
        .bind(id)
        .bind(&terms.name)
        .bind(region_texts(&terms.regions));
    let updated = update.execute(ctx.sql().await?).await;
    let updated = updated.map_err(|error| SetupError::of(error.into()))?;
    Ok(updated.rows_affected() > 0)
}

pub(crate) async fn delete_zone(ctx: &mut Ctx, id: ZoneId) -> Result<bool, Error> {
    let store = ctx.store_id();
    let methods = sqlx::query(DELETE_METHODS).bind(store).bind(id);
    methods.execute(ctx.sql().await?).await?;
    let delete = sqlx::query(DELETE_ZONE).bind(store).bind(id);
    Ok(delete.execute(ctx.sql().await?).await?.rows_affected() > 0)
}

pub(crate) async fn insert_method(
    ctx: &mut Ctx,
    zone_id: ZoneId,
    terms: &MethodTerms,
) -> Result<ShippingMethodId, SetupError> {
    let id = ctx.new_id::<ShippingMethodId>();
    let insert = bound(INSERT_METHOD, ctx, id, terms).bind(zone_id);
    let inserted = insert.execute(ctx.sql().await?).await;
    inserted.map_err(|error| SetupError::of(error.into()))?;
    Ok(id)
}

/// The version of a method, which is locked from here on.
pub(crate) async fn lock_method(ctx: &mut Ctx, id: ShippingMethodId) -> Result<Option<i64>, Error> {
    let store = ctx.store_id();
    let lock = sqlx::query_scalar(LOCK_METHOD).bind(store).bind(id);
    Ok(lock.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn update_method(
    ctx: &mut Ctx,
    id: ShippingMethodId,
    terms: &MethodTerms,
) -> Result<bool, SetupError> {
    let update = bound(UPDATE_METHOD, ctx, id, terms);
    let updated = update.execute(ctx.sql().await?).await;
    let updated = updated.map_err(|error| SetupError::of(error.into()))?;
    Ok(updated.rows_affected() > 0)
}

/// The statement with the parameters that making and changing a method share.
fn bound<'t>(
    sql: &'static str,
    ctx: &Ctx,
    id: ShippingMethodId,
    terms: &'t MethodTerms,
) -> sqlx::query::Query<'t, sqlx::Postgres, sqlx::postgres::PgArguments> {
    sqlx::query(sql)
        .bind(ctx.store_id())
        .bind(id)
        .bind(&terms.code)
        .bind(&terms.name)
        .bind(terms.profile_id)
        .bind(terms.kind.as_str())
        .bind(ctx.currency().code())
        .bind(Json(step_rows(&terms.kind)))
        .bind(terms.free_from.map(Money::minor))
        .bind(terms.days_min)
        .bind(terms.days_max)
        .bind(terms.kind.pickup())
        .bind(terms.volumetric_divisor)
        .bind(terms.date_choices)
}

/// Whether there is such a method.
pub(crate) async fn update_active(ctx: &mut Ctx, id: ShippingMethodId, active: bool) -> Result<bool, Error> {
    let store = ctx.store_id();
    let update = sqlx::query(UPDATE_ACTIVE).bind(store).bind(id).bind(active);
    Ok(update.execute(ctx.sql().await?).await?.rows_affected() > 0)
}

pub(crate) async fn move_method(ctx: &mut Ctx, id: ShippingMethodId, up: bool) -> Result<bool, Error> {
    let store = ctx.store_id();
    let update = sqlx::query(MOVE_METHOD).bind(store).bind(id).bind(up);
    Ok(update.execute(ctx.sql().await?).await?.rows_affected() > 0)
}

pub(crate) async fn delete_method(ctx: &mut Ctx, id: ShippingMethodId) -> Result<bool, Error> {
    let store = ctx.store_id();
    let delete = sqlx::query(DELETE_METHOD).bind(store).bind(id);
    Ok(delete.execute(ctx.sql().await?).await?.rows_affected() > 0)
}

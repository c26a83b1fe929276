//! The SQL of this domain.

use database::{Ctx, Error, OnConstraint as _};
use kernel::{Currency, Money, ShippingMethodId, ZoneId};
use sqlx::types::Json;

use crate::{CreateMethod, CreateMethodError, CreateZone, CreateZoneError, Method, RateKind, Region, Step, Zone};

database::statements! {
    /// Zones, oldest first, each once for every method in the merchant's order, or once without any.
    LIST_ZONES = "SELECT z.id AS zone_id, z.name AS zone_name, z.places, m.id, m.code, m.name, m.kind, m.currency, m.steps, \
            m.free_from, m.days_min, m.days_max, m.position, m.active FROM shipping.zones z \
            LEFT JOIN shipping.methods m ON m.store_id = z.store_id AND m.zone_id = z.id \
            WHERE z.store_id = $1 ORDER BY z.id, m.position, m.id";
    INSERT_ZONE = "INSERT INTO shipping.zones (store_id, id, name, places) VALUES ($1, $2, $3, $4)";
    INSERT_METHOD = "INSERT INTO shipping.methods (store_id, id, zone_id, code, name, kind, currency, steps, free_from, days_min, \
            days_max, position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    UPDATE_ACTIVE = "UPDATE shipping.methods SET active = $3 WHERE store_id = $1 AND id = $2";
}

#[derive(sqlx::FromRow)]
struct Row {
    zone_id: ZoneId,
    zone_name: String,
    places: Vec<String>,
    id: Option<ShippingMethodId>,
    code: Option<String>,
    name: Option<String>,
    kind: Option<String>,
    currency: Option<String>,
    steps: Option<Json<Vec<StepRow>>>,
    free_from: Option<i64>,
    days_min: Option<i32>,
    days_max: Option<i32>,
    position: Option<i32>,
    active: Option<bool>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct StepRow {
    from: i64,
    price: i64,
}

impl Row {
    fn zone(&self) -> Result<Zone, Error> {
        let region = |place: &String| Region::parse(place).map_err(|_error| Error::corrupt("zones.places", place));
        Ok(Zone {
            id: self.zone_id,
            name: self.zone_name.clone(),
            regions: self.places.iter().map(region).collect::<Result<_, _>>()?,
            methods: Vec::new(),
        })
    }

    /// The row's method; `None` for a zone that has none.
    fn method(self) -> Result<Option<Method>, Error> {
        let Some(id) = self.id else { return Ok(None) };
        let currency = self.currency.unwrap_or_default();
        let currency: Currency = currency
            .parse()
            .map_err(|_not_a_code| Error::corrupt("methods.currency", &currency))?;
        let steps = self.steps.map(|Json(steps)| steps).unwrap_or_default();
        let step = |step: StepRow| Step {
            from: step.from,
            price: Money::new(step.price, currency),
        };
        let steps: Vec<Step> = steps.into_iter().map(step).collect();
        let kind = match (self.kind.as_deref().unwrap_or_default(), steps.as_slice()) {
            ("flat", [step]) => RateKind::Flat(step.price),
            ("by_weight", _) => RateKind::ByWeight(steps),
            ("by_price", _) => RateKind::ByPrice(steps),
            (other, _) => return Err(Error::corrupt("methods.kind", other)),
        };
        Ok(Some(Method {
            id,
            kind,
            code: self.code.unwrap_or_default(),
            name: self.name.unwrap_or_default(),
            free_from: self.free_from.map(|minor| Money::new(minor, currency)),
            days_min: self.days_min.unwrap_or_default(),
            days_max: self.days_max.unwrap_or_default(),
            position: self.position.unwrap_or_default(),
            active: self.active.unwrap_or_default(),
        }))
    }
}

pub(crate) async fn list_zones(ctx: &mut Ctx) -> Result<Vec<Zone>, Error> {
    let store = ctx.store_id();
    let rows: Vec<Row> = sqlx::query_as(LIST_ZONES)
        .bind(store)
        .fetch_all(ctx.sql().await?)
        .await?;
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

pub(crate) async fn insert_zone(ctx: &mut Ctx, new: &CreateZone) -> Result<ZoneId, CreateZoneError> {
    let (store, id) = (ctx.store_id(), ctx.new_id::<ZoneId>());
    let places: Vec<String> = new.regions.iter().map(Region::to_string).collect();
    let insert = sqlx::query(INSERT_ZONE)
        .bind(store)
        .bind(id)
        .bind(new.name.trim())
        .bind(places);
    let done = insert.execute(ctx.sql().await?).await.map_err(Error::from);
    done.on_constraint("zones_name_key", || CreateZoneError::NameTaken)?;
    Ok(id)
}

pub(crate) async fn insert_method(ctx: &mut Ctx, new: &CreateMethod) -> Result<ShippingMethodId, CreateMethodError> {
    let (store, id, currency) = (ctx.store_id(), ctx.new_id::<ShippingMethodId>(), ctx.currency());
    let row = |step: &Step| StepRow {
        from: step.from,
        price: step.price.minor(),
    };
    let (kind, steps) = match &new.kind {
        RateKind::Flat(price) => (
            "flat",
            vec![StepRow {
                from: 0,
                price: price.minor(),
            }],
        ),
        RateKind::ByWeight(steps) => ("by_weight", steps.iter().map(row).collect()),
        RateKind::ByPrice(steps) => ("by_price", steps.iter().map(row).collect()),
    };
    let insert = sqlx::query(INSERT_METHOD)
        .bind(store)
        .bind(id)
        .bind(new.zone_id)
        .bind(&new.code)
        .bind(new.name.trim())
        .bind(kind)
        .bind(currency.code())
        .bind(Json(steps))
        .bind(new.free_from.map(Money::minor))
        .bind(new.days_min)
        .bind(new.days_max)
        .bind(new.position);
    match insert.execute(ctx.sql().await?).await.map_err(Error::from) {
        Ok(_) => Ok(id),
        Err(error) => Err(match error.constraint() {
            Some("methods_zone_fk") => CreateMethodError::ZoneNotFound,
            Some("methods_code_key") => CreateMethodError::CodeTaken,
            Some(_) | None => CreateMethodError::Internal(error),
        }),
    }
}

/// Whether there is such a method.
pub(crate) async fn update_active(ctx: &mut Ctx, id: ShippingMethodId, active: bool) -> Result<bool, Error> {
    let store = ctx.store_id();
    let update = sqlx::query(UPDATE_ACTIVE).bind(store).bind(id).bind(active);
    Ok(update.execute(ctx.sql().await?).await?.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use database::testing::{TestDatabase, prepare_all};

    #[tokio::test]
    async fn postgresql_accepts_every_statement() {
        prepare_all(&TestDatabase::new().await, super::STATEMENTS).await;
    }
}

//! What decides deliveries besides the zones, in one statement.

use database::{Ctx, Error};
use kernel::{ProductId, ProfileId};
use sqlx::types::Json;
use uuid::Uuid;

use super::{boxes::BoxRow, restrictions::RestrictionRow};
use crate::{Calendar, ParcelBox, Restriction, ShippingFacts, Zone};

database::statements! {
    LOAD = "SELECT (SELECT jsonb_build_object('handling_days', s.handling_days, 'working_days', s.working_days) \
                FROM shipping.settings s WHERE s.store_id = $1) AS calendar, \
            (SELECT coalesce(jsonb_agg(to_jsonb(b) ORDER BY b.id), '[]') FROM shipping.boxes b WHERE b.store_id = $1) AS boxes, \
            (SELECT coalesce(jsonb_agg(to_jsonb(p)), '[]') FROM shipping.profile_products p \
                WHERE p.store_id = $1 AND p.product_id = ANY ($2)) AS profiles, \
            (SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.id), '[]') FROM shipping.restrictions r \
                WHERE r.store_id = $1 AND r.product_id = ANY ($2)) AS restrictions";
    PUT_CALENDAR = "INSERT INTO shipping.settings (store_id, handling_days, working_days) VALUES ($1, $2, $3) \
            ON CONFLICT ON CONSTRAINT settings_pk DO UPDATE SET handling_days = EXCLUDED.handling_days, \
                working_days = EXCLUDED.working_days";
}

#[derive(sqlx::FromRow)]
struct Row {
    calendar: Option<Json<CalendarJson>>,
    boxes: Json<Vec<BoxJson>>,
    profiles: Json<Vec<ProfileJson>>,
    restrictions: Json<Vec<RestrictionJson>>,
}

#[derive(serde::Deserialize)]
struct CalendarJson {
    handling_days: i32,
    working_days: Vec<i16>,
}

#[derive(serde::Deserialize)]
struct BoxJson {
    id: Uuid,
    name: String,
    length_mm: i64,
    width_mm: i64,
    height_mm: i64,
    tare_grams: i64,
    max_weight_grams: i64,
}

#[derive(serde::Deserialize)]
struct ProfileJson {
    product_id: Uuid,
    profile_id: Uuid,
}

#[derive(serde::Deserialize)]
struct RestrictionJson {
    id: Uuid,
    product_id: Uuid,
    variant_id: Option<Uuid>,
    kind: String,
    places: Vec<String>,
}

impl TryFrom<BoxJson> for ParcelBox {
    type Error = Error;

    fn try_from(json: BoxJson) -> Result<Self, Error> {
        let row = BoxRow {
            id: json.id.into(),
            name: json.name,
            length_mm: json.length_mm,
            width_mm: json.width_mm,
            height_mm: json.height_mm,
            tare_grams: json.tare_grams,
            max_weight_grams: json.max_weight_grams,
        };
        row.try_into()
    }
}

impl TryFrom<RestrictionJson> for Restriction {
    type Error = Error;

    fn try_from(json: RestrictionJson) -> Result<Self, Error> {
        let row = RestrictionRow {
            id: json.id.into(),
            product_id: json.product_id.into(),
            variant_id: json.variant_id.map(Into::into),
            kind: json.kind,
            places: json.places,
        };
        row.try_into()
    }
}

pub(crate) async fn load(ctx: &mut Ctx, products: &[ProductId], zones: Vec<Zone>) -> Result<ShippingFacts, Error> {
    let store = ctx.store_id();
    let load = sqlx::query_as(LOAD).bind(store).bind(products);
    let row: Row = load.fetch_one(ctx.sql().await?).await?;
    let calendar = match row.calendar {
        Some(Json(calendar)) => Calendar::new(calendar.handling_days, calendar.working_days)
            .map_err(|_invalid| Error::corrupt("shipping.settings", store.to_string()))?,
        None => Calendar::default(),
    };
    let profile = |json: &ProfileJson| (ProductId::from(json.product_id), ProfileId::from(json.profile_id));
    Ok(ShippingFacts {
        zones,
        calendar,
        boxes: row
            .boxes
            .0
            .into_iter()
            .map(ParcelBox::try_from)
            .collect::<Result<_, _>>()?,
        profiles: row.profiles.0.iter().map(profile).collect(),
        restrictions: row
            .restrictions
            .0
            .into_iter()
            .map(Restriction::try_from)
            .collect::<Result<_, _>>()?,
    })
}

pub(crate) async fn put_calendar(ctx: &mut Ctx, calendar: &Calendar) -> Result<(), Error> {
    let store = ctx.store_id();
    let put = sqlx::query(PUT_CALENDAR)
        .bind(store)
        .bind(calendar.handling_days())
        .bind(calendar.working_days());
    put.execute(ctx.sql().await?).await?;
    Ok(())
}

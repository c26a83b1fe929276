//! The SQL of this domain.

pub(crate) mod codes;
pub(crate) mod exemptions;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use database::{Ctx, Error};
use kernel::{CountryCode, TaxRateId};
use rust_decimal::Decimal;

use crate::{Destination, Nexus, OwnRate, OwnRates, Place, PutRate, Rate, Scope, TableRate, TaxCategory, TaxCode};

/// The columns of `RateRow`.
macro_rules! rate_columns {
    () => {
        "id, country, state, county, city, postcode_from, postcode_to, category, name, rate, compound, on_shipping, valid_from, \
         valid_until"
    };
}

/// The rates in $2 to $14, by place.
macro_rules! insert_rates {
    () => {
        "INSERT INTO tax.rates (store_id, id, country, state, county, city, postcode_from, postcode_to, category, name, rate, \
           compound, on_shipping, valid_from, valid_until) \
         SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], \
           $10::text[], $11::numeric[], $12::boolean[], $13::boolean[], $14::date[], $15::date[]) \
         ON CONFLICT ON CONSTRAINT rates_scope_key DO UPDATE SET rate = EXCLUDED.rate, compound = EXCLUDED.compound, \
           on_shipping = EXCLUDED.on_shipping, valid_until = EXCLUDED.valid_until"
    };
}

database::statements! {
    NEXUS = "SELECT country, state FROM tax.nexus WHERE store_id = $1 ORDER BY country, state";
    /// So many of these places, behind one.
    NEXUS_AFTER = "SELECT country, state FROM tax.nexus WHERE store_id = $1 \
            AND ($2::text IS NULL OR (country, state) > ($2, $3::text)) ORDER BY country, state LIMIT $4";
    COUNT_NEXUS = "SELECT count(*) FROM tax.nexus WHERE store_id = $1";
    /// Nexus, the codes of the store's own, and the rates that could hold at one of the destinations. Only a rate has an id, and only a
    /// row of nexus has no category.
    LOAD = concat!("SELECT NULL::uuid AS id, country, state, '' AS county, '' AS city, '' AS postcode_from, '' AS postcode_to, \
              '' AS category, '' AS name, 0::numeric AS rate, false AS compound, false AS on_shipping, \
              NULL::date AS valid_from, NULL::date AS valid_until FROM tax.nexus WHERE store_id = $1 \
            UNION ALL SELECT NULL, '', '', '', '', '', '', category, code, 0, false, false, NULL, NULL FROM tax.codes \
              WHERE store_id = $1 \
            UNION ALL SELECT ", rate_columns!(), " FROM tax.rates WHERE store_id = $1 AND city = '' AND postcode_from = '' \
            UNION ALL SELECT DISTINCT ", rate_columns!(), " \
              FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS d (there, there_state, there_city, there_postcode) \
              JOIN tax.rates ON store_id = $1 AND (city <> '' OR postcode_from <> '') \
              AND country = there AND state IN ('', there_state) AND (city = '' OR lower(city) = lower(there_city)) \
              AND (postcode_from = '' OR (postcode_from <= there_postcode AND postcode_to >= there_postcode)) \
            ORDER BY country, state, name, id");
    LIST_RATES = concat!("SELECT ", rate_columns!(), ", count(*) OVER () AS total FROM tax.rates WHERE store_id = $1 AND ($2::text IS NULL \
              OR starts_with(lower(state), lower($2)) OR starts_with(lower(city), lower($2)) OR starts_with(lower(county), lower($2)) \
              OR starts_with(lower(name), lower($2)) OR starts_with(postcode_from, upper($2))) \
            ORDER BY country, state, county, city, postcode_from, name, valid_from, id LIMIT 100");
    FIND_RATE = concat!("SELECT ", rate_columns!(), " FROM tax.rates WHERE store_id = $1 AND id = $2");
    REPLACE_NEXUS = "WITH wanted AS (SELECT DISTINCT * FROM unnest($2::text[], $3::text[]) AS place (country, state)), \
            gone AS (DELETE FROM tax.nexus WHERE store_id = $1 AND (country, state) NOT IN (SELECT country, state FROM wanted)) \
            INSERT INTO tax.nexus (store_id, country, state) SELECT $1, country, state FROM wanted \
            ON CONFLICT ON CONSTRAINT nexus_pk DO NOTHING";
    PUT_NEXUS = "INSERT INTO tax.nexus (store_id, country, state) VALUES ($1, $2, $3) ON CONFLICT ON CONSTRAINT nexus_pk DO NOTHING";
    DELETE_NEXUS = "DELETE FROM tax.nexus WHERE store_id = $1 AND country = $2 AND state = $3";
    PUT_RATES = concat!(insert_rates!(), " RETURNING id");
    DELETE_RATE = "DELETE FROM tax.rates WHERE store_id = $1 AND id = $2";
}

#[derive(sqlx::FromRow)]
struct RateRow {
    id: Option<TaxRateId>,
    country: String,
    state: String,
    county: String,
    city: String,
    postcode_from: String,
    postcode_to: String,
    category: String,
    name: String,
    rate: Decimal,
    compound: bool,
    on_shipping: bool,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    rate: RateRow,
    total: i64,
}

fn place(country: &str, state: &str) -> Result<Place, Error> {
    let country = CountryCode::parse(country).map_err(|_not_a_code| Error::corrupt("tax.country", country))?;
    Ok(Place::state(country, state))
}

impl TryFrom<RateRow> for TableRate {
    type Error = Error;

    fn try_from(row: RateRow) -> Result<Self, Error> {
        Ok(Self {
            code: codes::parse(&row.category)?,
            rate: Rate {
                name: row.name,
                rate: row.rate.normalize(),
                compound: row.compound,
                on_shipping: row.on_shipping,
                jurisdiction: place(&row.country, &row.state)?,
            },
            scope: Scope {
                county: row.county,
                city: row.city,
                postcodes: (!row.postcode_from.is_empty()).then_some((row.postcode_from, row.postcode_to)),
            },
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            source: String::new(),
        })
    }
}

/// What `LOAD` finds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    pub(crate) nexus: Nexus,
    pub(crate) codes: BTreeMap<TaxCode, TaxCategory>,
    pub(crate) rates: Vec<TableRate>,
}

pub(crate) async fn load(ctx: &mut Ctx, destinations: &[&Destination]) -> Result<Found, Error> {
    let store = ctx.store_id();
    let there = |part: fn(&Destination) -> &str| destinations.iter().map(|one| part(one)).collect::<Vec<_>>();
    let rows: Vec<RateRow> = sqlx::query_as(LOAD)
        .bind(store)
        .bind(there(|destination| destination.place.country.as_str()))
        .bind(there(|destination| &destination.place.state))
        .bind(there(|destination| &destination.city))
        .bind(there(|destination| &destination.postcode))
        .fetch_all(ctx.sql().await?)
        .await?;
    let mut found = Found::default();
    for row in rows {
        if row.id.is_some() {
            found.rates.push(row.try_into()?);
        } else if row.category.is_empty() {
            found.nexus.0.push(place(&row.country, &row.state)?);
        } else {
            let category = codes::parse_category(&row.category)?;
            found.codes.insert(codes::parse(&row.name)?, category);
        }
    }
    Ok(found)
}

pub(crate) async fn load_nexus(ctx: &mut Ctx) -> Result<Nexus, Error> {
    let store = ctx.store_id();
    let rows: Vec<(String, String)> = sqlx::query_as(NEXUS).bind(store).fetch_all(ctx.sql().await?).await?;
    Ok(Nexus(places(&rows)?))
}

/// So many of the places in which tax is collected, behind a country and a state.
pub(crate) async fn list_nexus_after(
    ctx: &mut Ctx,
    after: Option<(String, String)>,
    limit: i64,
) -> Result<Vec<Place>, Error> {
    let (country, state) = after.unzip();
    let query = sqlx::query_as(NEXUS_AFTER).bind(ctx.store_id());
    let query = query.bind(country).bind(state).bind(limit);
    let rows: Vec<(String, String)> = query.fetch_all(ctx.sql().await?).await?;
    places(&rows)
}

pub(crate) async fn count_nexus(ctx: &mut Ctx) -> Result<i64, Error> {
    let query = sqlx::query_scalar(COUNT_NEXUS).bind(ctx.store_id());
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

fn places(rows: &[(String, String)]) -> Result<Vec<Place>, Error> {
    rows.iter().map(|(country, state)| place(country, state)).collect()
}

pub(crate) async fn list_rates(ctx: &mut Ctx, text: Option<&str>) -> Result<OwnRates, Error> {
    let store = ctx.store_id();
    let rows: Vec<ListedRow> = sqlx::query_as(LIST_RATES)
        .bind(store)
        .bind(text)
        .fetch_all(ctx.sql().await?)
        .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let own = |row: RateRow| {
        let id = row.id.ok_or_else(|| Error::corrupt("tax.rates.id", "none"))?;
        Ok(OwnRate {
            id,
            rate: row.try_into()?,
        })
    };
    let rates: Result<_, Error> = rows.into_iter().map(|row| own(row.rate)).collect();
    Ok(OwnRates { rates: rates?, total })
}

pub(crate) async fn find_rate(ctx: &mut Ctx, id: TaxRateId) -> Result<Option<TableRate>, Error> {
    let store = ctx.store_id();
    let find = sqlx::query_as(FIND_RATE).bind(store).bind(id);
    let row: Option<RateRow> = find.fetch_optional(ctx.sql().await?).await?;
    row.map(TableRate::try_from).transpose()
}

pub(crate) async fn put_nexus(ctx: &mut Ctx, place: &Place) -> Result<(), Error> {
    let store = ctx.store_id();
    let put = sqlx::query(PUT_NEXUS)
        .bind(store)
        .bind(place.country.as_str())
        .bind(&place.state);
    put.execute(ctx.sql().await?).await?;
    Ok(())
}

/// Whether it was there.
pub(crate) async fn delete_nexus(ctx: &mut Ctx, place: &Place) -> Result<bool, Error> {
    let store = ctx.store_id();
    let delete = sqlx::query(DELETE_NEXUS)
        .bind(store)
        .bind(place.country.as_str())
        .bind(&place.state);
    Ok(delete.execute(ctx.sql().await?).await?.rows_affected() > 0)
}

pub(crate) async fn replace_nexus(ctx: &mut Ctx, nexus: &Nexus) -> Result<(), Error> {
    let store = ctx.store_id();
    let countries: Vec<&str> = nexus.0.iter().map(|place| place.country.as_str()).collect();
    let states: Vec<&str> = nexus.0.iter().map(|place| place.state.as_str()).collect();
    let replace = sqlx::query(REPLACE_NEXUS).bind(store).bind(countries).bind(states);
    replace.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn put_rate(ctx: &mut Ctx, rate: &PutRate) -> Result<TaxRateId, Error> {
    let ids = put_rates(ctx, std::slice::from_ref(rate)).await?;
    ids.first()
        .copied()
        .ok_or_else(|| Error::corrupt("tax.rates", "no row was written"))
}

/// Writes rates of which no two are of the same scope, category, name and first day.
pub(crate) async fn put_rates(ctx: &mut Ctx, rates: &[PutRate]) -> Result<Vec<TaxRateId>, Error> {
    fn texts<'r>(rates: &'r [PutRate], text: impl Fn(&'r PutRate) -> &'r str) -> Vec<&'r str> {
        rates.iter().map(text).collect()
    }
    let store = ctx.store_id();
    let ids: Vec<TaxRateId> = rates.iter().map(|_| ctx.new_id()).collect();
    let first = |rate: &'_ PutRate| rate.scope.postcodes.clone().unwrap_or_default().0;
    let last = |rate: &'_ PutRate| rate.scope.postcodes.clone().unwrap_or_default().1;
    Ok(sqlx::query_scalar(PUT_RATES)
        .bind(store)
        .bind(ids)
        .bind(texts(rates, |rate| rate.place.country.as_str()))
        .bind(texts(rates, |rate| &rate.place.state))
        .bind(texts(rates, |rate| &rate.scope.county))
        .bind(texts(rates, |rate| &rate.scope.city))
        .bind(rates.iter().map(first).collect::<Vec<_>>())
        .bind(rates.iter().map(last).collect::<Vec<_>>())
        .bind(texts(rates, |rate| rate.code.as_str()))
        .bind(texts(rates, |rate| &rate.name))
        .bind(rates.iter().map(|rate| rate.rate).collect::<Vec<_>>())
        .bind(rates.iter().map(|rate| rate.compound).collect::<Vec<_>>())
        .bind(rates.iter().map(|rate| rate.on_shipping).collect::<Vec<_>>())
        .bind(rates.iter().map(|rate| rate.valid_from).collect::<Vec<_>>())
        .bind(rates.iter().map(|rate| rate.valid_until).collect::<Vec<_>>())
        .fetch_all(ctx.sql().await?)
        .await?)
}

/// Whether there was such a rate.
pub(crate) async fn delete_rate(ctx: &mut Ctx, id: TaxRateId) -> Result<bool, Error> {
    let store = ctx.store_id();
    let done = sqlx::query(DELETE_RATE)
        .bind(store)
        .bind(id)
        .execute(ctx.sql().await?)
        .await?;
    Ok(done.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use database::testing::{TestDatabase, prepare_all};

    #[tokio::test]
    async fn postgresql_accepts_every_statement() {
        let db = TestDatabase::new().await;
        for statements in [
            super::STATEMENTS,
            super::codes::STATEMENTS,
            super::exemptions::STATEMENTS,
        ] {
            prepare_all(&db, statements).await;
        }
    }
}

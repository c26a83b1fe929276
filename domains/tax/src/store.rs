//! The SQL of this domain.

use database::{Ctx, Error};
use kernel::{CountryCode, TaxRateId};
use rust_decimal::Decimal;

use crate::{Nexus, OwnRate, Place, PutRate, Rate, TableRate, TaxCategory};

database::statements! {
    /// Nexus and the store's own rates together; a row of nexus has no id.
    LOAD = "SELECT country, state, NULL::uuid AS id, '' AS category, '' AS name, 0::numeric AS rate, false AS compound, \
            false AS on_shipping FROM tax.nexus WHERE store_id = $1 \
            UNION ALL \
            SELECT country, state, id, category, name, rate, compound, on_shipping FROM tax.rates WHERE store_id = $1 \
            ORDER BY country, state, name, id";
    REPLACE_NEXUS = "WITH wanted AS (SELECT DISTINCT * FROM unnest($2::text[], $3::text[]) AS place (country, state)), \
            gone AS (DELETE FROM tax.nexus WHERE store_id = $1 AND (country, state) NOT IN (SELECT country, state FROM wanted)) \
            INSERT INTO tax.nexus (store_id, country, state) SELECT $1, country, state FROM wanted \
            ON CONFLICT ON CONSTRAINT nexus_pk DO NOTHING";
    PUT_RATE = "INSERT INTO tax.rates (store_id, id, country, state, category, name, rate, compound, on_shipping) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT ON CONSTRAINT rates_place_key \
            DO UPDATE SET rate = EXCLUDED.rate, compound = EXCLUDED.compound, on_shipping = EXCLUDED.on_shipping RETURNING id";
    DELETE_RATE = "DELETE FROM tax.rates WHERE store_id = $1 AND id = $2";
}

#[derive(sqlx::FromRow)]
struct Row {
    country: String,
    state: String,
    id: Option<TaxRateId>,
    category: String,
    name: String,
    rate: Decimal,
    compound: bool,
    on_shipping: bool,
}

pub(crate) async fn load(ctx: &mut Ctx) -> Result<(Nexus, Vec<OwnRate>), Error> {
    let store = ctx.store_id();
    let rows: Vec<Row> = sqlx::query_as(LOAD).bind(store).fetch_all(ctx.sql().await?).await?;
    let (mut nexus, mut rates) = (Vec::new(), Vec::new());
    for row in rows {
        let country =
            CountryCode::parse(&row.country).map_err(|_not_a_code| Error::corrupt("tax.country", &row.country))?;
        let place = Place::state(country, &row.state);
        let Some(id) = row.id else {
            nexus.push(place);
            continue;
        };
        let category =
            TaxCategory::parse(&row.category).ok_or_else(|| Error::corrupt("tax.rates.category", &row.category))?;
        let rate = Rate {
            name: row.name,
            rate: row.rate.normalize(),
            compound: row.compound,
            on_shipping: row.on_shipping,
            jurisdiction: place,
        };
        rates.push(OwnRate {
            id,
            rate: TableRate {
                category,
                rate,
                valid_from: None,
            },
        });
    }
    Ok((Nexus(nexus), rates))
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
    let (store, id) = (ctx.store_id(), ctx.new_id::<TaxRateId>());
    Ok(sqlx::query_scalar(PUT_RATE)
        .bind(store)
        .bind(id)
        .bind(rate.place.country.as_str())
        .bind(&rate.place.state)
        .bind(rate.category.as_str())
        .bind(rate.name.trim())
        .bind(rate.rate)
        .bind(rate.compound)
        .bind(rate.on_shipping)
        .fetch_one(ctx.sql().await?)
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
        prepare_all(&TestDatabase::new().await, super::STATEMENTS).await;
    }
}

//! What variants cost when. Rows are written by [`super::refresh`], and never changed.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{Money, Time, VariantId};

use super::rows::currency;
use crate::{PriceChange, Sale};

database::statements! {
    /// A variant's prices, oldest first; the newest thousand of them.
    LIST = "SELECT * FROM ( \
           SELECT number, changed_at, actor, currency, price, compare_at, sale_price, sale_starts_at, sale_ends_at \
           FROM catalog.price_changes WHERE store_id = $1 AND variant_id = $2 \
           ORDER BY number DESC LIMIT 1000 \
         ) newest ORDER BY number";
    /// The prices of several variants up to a moment, oldest first.
    LIST_OF = "SELECT variant_id, changed_at, actor, currency, price, compare_at, sale_price, sale_starts_at, sale_ends_at \
         FROM catalog.price_changes WHERE store_id = $1 AND variant_id = ANY($2::uuid[]) AND changed_at <= $3 \
         ORDER BY variant_id, number";
}

#[derive(sqlx::FromRow)]
struct PriceChangeRow {
    changed_at: Time,
    actor: String,
    currency: String,
    price: Option<i64>,
    compare_at: Option<i64>,
    sale_price: Option<i64>,
    sale_starts_at: Option<Time>,
    sale_ends_at: Option<Time>,
}

impl TryFrom<PriceChangeRow> for PriceChange {
    type Error = Error;

    fn try_from(row: PriceChangeRow) -> Result<Self, Error> {
        let currency = currency(&row.currency)?;
        let money = |minor| Money::new(minor, currency);
        Ok(Self {
            changed_at: row.changed_at,
            actor: row.actor,
            price: row.price.map(money),
            compare_at: row.compare_at.map(money),
            sale: row.sale_price.map(|minor| Sale {
                price: money(minor),
                starts_at: row.sale_starts_at,
                ends_at: row.sale_ends_at,
            }),
        })
    }
}

pub(crate) async fn list(ctx: &mut Ctx, id: VariantId) -> Result<Vec<PriceChange>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<PriceChangeRow> = sqlx::query_as(LIST)
        .bind(store_id)
        .bind(id)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(PriceChange::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct VariantPriceRow {
    variant_id: VariantId,
    #[sqlx(flatten)]
    change: PriceChangeRow,
}

/// What these variants cost until now.
pub(crate) async fn list_of(ctx: &mut Ctx, ids: &[VariantId]) -> Result<HashMap<VariantId, Vec<PriceChange>>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<VariantPriceRow> = sqlx::query_as(LIST_OF)
        .bind(store_id)
        .bind(ids)
        .bind(now)
        .fetch_all(ctx.sql().await?)
        .await?;
    let mut changes: HashMap<VariantId, Vec<PriceChange>> = HashMap::new();
    for row in rows {
        changes.entry(row.variant_id).or_default().push(row.change.try_into()?);
    }
    Ok(changes)
}

//! Boxes.

use database::{Ctx, Error};
use kernel::BoxId;

use crate::{BoxTerms, ParcelBox, SetupError, Size};

database::statements! {
    LIST = "SELECT id, name, length_mm, width_mm, height_mm, tare_grams, max_weight_grams FROM shipping.boxes \
            WHERE store_id = $1 ORDER BY id";
    INSERT = "INSERT INTO shipping.boxes (store_id, id, name, length_mm, width_mm, height_mm, tare_grams, max_weight_grams) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE = "UPDATE shipping.boxes SET name = $3, length_mm = $4, width_mm = $5, height_mm = $6, tare_grams = $7, \
            max_weight_grams = $8 WHERE store_id = $1 AND id = $2";
    DELETE = "DELETE FROM shipping.boxes WHERE store_id = $1 AND id = $2";
}

#[derive(sqlx::FromRow)]
pub(super) struct BoxRow {
    pub(super) id: BoxId,
    pub(super) name: String,
    pub(super) length_mm: i64,
    pub(super) width_mm: i64,
    pub(super) height_mm: i64,
    pub(super) tare_grams: i64,
    pub(super) max_weight_grams: i64,
}

impl TryFrom<BoxRow> for ParcelBox {
    type Error = Error;

    fn try_from(row: BoxRow) -> Result<Self, Error> {
        let size = Size::new(row.length_mm, row.width_mm, row.height_mm);
        Ok(Self {
            id: row.id,
            size: size.ok_or_else(|| Error::corrupt("boxes.length_mm", &row.name))?,
            name: row.name,
            tare_grams: row.tare_grams,
            max_weight_grams: row.max_weight_grams,
        })
    }
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<Vec<ParcelBox>, Error> {
    let store = ctx.store_id();
    let rows: Vec<BoxRow> = sqlx::query_as(LIST).bind(store).fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(ParcelBox::try_from).collect()
}

/// `None`: there is no box of that id.
pub(crate) async fn put(
    ctx: &mut Ctx,
    id: Option<BoxId>,
    (name, size): (&str, Size),
    terms: &BoxTerms,
) -> Result<Option<BoxId>, SetupError> {
    let store = ctx.store_id();
    let (sql, id) = id.map_or_else(|| (INSERT, ctx.new_id()), |id| (UPDATE, id));
    let [length, width, height] = size.lengths_mm();
    let written = sqlx::query(sql)
        .bind(store)
        .bind(id)
        .bind(name)
        .bind(length)
        .bind(width)
        .bind(height)
        .bind(terms.tare_grams)
        .bind(terms.max_weight_grams)
        .execute(ctx.sql().await?)
        .await;
    let written = written.map_err(|error| SetupError::of(error.into()))?;
    Ok((written.rows_affected() > 0).then_some(id))
}

pub(crate) async fn delete(ctx: &mut Ctx, id: BoxId) -> Result<bool, Error> {
    let store = ctx.store_id();
    let delete = sqlx::query(DELETE).bind(store).bind(id);
    Ok(delete.execute(ctx.sql().await?).await?.rows_affected() > 0)
}

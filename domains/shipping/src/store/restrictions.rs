//! Restrictions.

use database::{Ctx, Error};
use kernel::{ProductId, RestrictionId, VariantId};

use super::{read_regions, region_texts};
use crate::{Restriction, RestrictionKind, RestrictionTerms, SetupError};

database::statements! {
    LIST = "SELECT id, product_id, variant_id, kind, places FROM shipping.restrictions WHERE store_id = $1 ORDER BY id";
    INSERT = "INSERT INTO shipping.restrictions (store_id, id, product_id, variant_id, kind, places) \
            VALUES ($1, $2, $3, $4, $5, $6)";
    UPDATE = "UPDATE shipping.restrictions SET product_id = $3, variant_id = $4, kind = $5, places = $6 \
            WHERE store_id = $1 AND id = $2";
    DELETE = "DELETE FROM shipping.restrictions WHERE store_id = $1 AND id = $2";
}

#[derive(sqlx::FromRow)]
pub(super) struct RestrictionRow {
    pub(super) id: RestrictionId,
    pub(super) product_id: ProductId,
    pub(super) variant_id: Option<VariantId>,
    pub(super) kind: String,
    pub(super) places: Vec<String>,
}

impl TryFrom<RestrictionRow> for Restriction {
    type Error = Error;

    fn try_from(row: RestrictionRow) -> Result<Self, Error> {
        let kind = RestrictionKind::parse(&row.kind).ok_or_else(|| Error::corrupt("restrictions.kind", &row.kind))?;
        let terms = RestrictionTerms {
            product_id: row.product_id,
            variant_id: row.variant_id,
            kind,
            regions: read_regions(&row.places, "restrictions.places")?,
        };
        Ok(Self { id: row.id, terms })
    }
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<Vec<Restriction>, Error> {
    let store = ctx.store_id();
    let rows: Vec<RestrictionRow> = sqlx::query_as(LIST).bind(store).fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Restriction::try_from).collect()
}

/// `None`: there is no restriction of that id.
pub(crate) async fn put(
    ctx: &mut Ctx,
    id: Option<RestrictionId>,
    terms: &RestrictionTerms,
) -> Result<Option<RestrictionId>, SetupError> {
    let store = ctx.store_id();
    let (sql, id) = id.map_or_else(|| (INSERT, ctx.new_id()), |id| (UPDATE, id));
    let written = sqlx::query(sql)
        .bind(store)
        .bind(id)
        .bind(terms.product_id)
        .bind(terms.variant_id)
        .bind(terms.kind.as_str())
        .bind(region_texts(&terms.regions))
        .execute(ctx.sql().await?)
        .await;
    let written = written.map_err(|error| SetupError::of(error.into()))?;
    Ok((written.rows_affected() > 0).then_some(id))
}

pub(crate) async fn delete(ctx: &mut Ctx, id: RestrictionId) -> Result<bool, Error> {
    let store = ctx.store_id();
    let delete = sqlx::query(DELETE).bind(store).bind(id);
    Ok(delete.execute(ctx.sql().await?).await?.rows_affected() > 0)
}

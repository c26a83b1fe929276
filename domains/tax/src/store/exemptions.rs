//! Customers who need not pay tax.

use chrono::NaiveDate;
use database::{Ctx, Error};
use kernel::{CustomerId, TaxExemptionId, Time};

use crate::{Exemption, ExemptionReason, Place};

/// The columns of `ExemptionRow`.
macro_rules! columns {
    () => {
        "id, customer_id, certificate, reason, reference, places, valid_from, valid_until, created_at"
    };
}

database::statements! {
    LIST_EXEMPTIONS = concat!("SELECT ", columns!(), ", count(*) OVER () AS total FROM tax.exemptions WHERE store_id = $1 \
            AND ($2::uuid[] IS NULL OR customer_id = ANY ($2)) ORDER BY created_at DESC, id DESC LIMIT $3");
    FIND_EXEMPTION = concat!("SELECT ", columns!(), ", 1::bigint AS total FROM tax.exemptions WHERE store_id = $1 AND id = $2");
    PUT_EXEMPTION = "INSERT INTO tax.exemptions (store_id, id, customer_id, certificate, reason, reference, places, valid_from, \
            valid_until, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
        ON CONFLICT ON CONSTRAINT exemptions_certificate_key DO UPDATE SET reason = EXCLUDED.reason, \
            reference = EXCLUDED.reference, places = EXCLUDED.places, valid_from = EXCLUDED.valid_from, \
            valid_until = EXCLUDED.valid_until RETURNING id";
    DELETE_EXEMPTION = "DELETE FROM tax.exemptions WHERE store_id = $1 AND id = $2";
    DELETE_EXEMPTIONS_OF = "DELETE FROM tax.exemptions WHERE store_id = $1 AND customer_id = $2 RETURNING id::text";
}

#[derive(sqlx::FromRow)]
struct ExemptionRow {
    id: TaxExemptionId,
    customer_id: CustomerId,
    certificate: String,
    reason: String,
    reference: String,
    places: Vec<String>,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
    created_at: Time,
    total: i64,
}

impl TryFrom<ExemptionRow> for Exemption {
    type Error = Error;

    fn try_from(row: ExemptionRow) -> Result<Self, Error> {
        let reason = ExemptionReason::parse(&row.reason);
        let place = |text: &String| Place::parse(text).map_err(|_error| Error::corrupt("tax.exemptions.places", text));
        Ok(Self {
            id: row.id,
            customer_id: row.customer_id,
            certificate: row.certificate,
            reason: reason.ok_or_else(|| Error::corrupt("tax.exemptions.reason", &row.reason))?,
            reference: row.reference,
            places: row.places.iter().map(place).collect::<Result<_, _>>()?,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            created_at: row.created_at,
        })
    }
}

/// The newest of them and how many there are; with customers only theirs.
pub(crate) async fn list(
    ctx: &mut Ctx,
    customers: Option<&[CustomerId]>,
    limit: i64,
) -> Result<(Vec<Exemption>, i64), Error> {
    let store = ctx.store_id();
    let list = sqlx::query_as(LIST_EXEMPTIONS).bind(store).bind(customers).bind(limit);
    let rows: Vec<ExemptionRow> = list.fetch_all(ctx.sql().await?).await?;
    let total = rows.first().map_or(0, |row| row.total);
    let exemptions: Result<_, Error> = rows.into_iter().map(TryInto::try_into).collect();
    Ok((exemptions?, total))
}

pub(crate) async fn find(ctx: &mut Ctx, id: TaxExemptionId) -> Result<Option<Exemption>, Error> {
    let store = ctx.store_id();
    let find = sqlx::query_as(FIND_EXEMPTION).bind(store).bind(id);
    let row: Option<ExemptionRow> = find.fetch_optional(ctx.sql().await?).await?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn put(ctx: &mut Ctx, exemption: &Exemption) -> Result<TaxExemptionId, Error> {
    let store = ctx.store_id();
    let places: Vec<String> = exemption.places.iter().map(Place::to_string).collect();
    let put = sqlx::query_scalar(PUT_EXEMPTION)
        .bind(store)
        .bind(exemption.id)
        .bind(exemption.customer_id)
        .bind(&exemption.certificate)
        .bind(exemption.reason.as_str())
        .bind(&exemption.reference)
        .bind(places)
        .bind(exemption.valid_from)
        .bind(exemption.valid_until)
        .bind(exemption.created_at);
    Ok(put.fetch_one(ctx.sql().await?).await?)
}

/// Whether there was such an exemption.
pub(crate) async fn delete(ctx: &mut Ctx, id: TaxExemptionId) -> Result<bool, Error> {
    let store = ctx.store_id();
    let delete = sqlx::query(DELETE_EXEMPTION).bind(store).bind(id);
    Ok(delete.execute(ctx.sql().await?).await?.rows_affected() > 0)
}

/// Deletes all of a customer's, and answers their keys.
pub(crate) async fn delete_of(ctx: &mut Ctx, customer: CustomerId) -> Result<Vec<String>, Error> {
    let store = ctx.store_id();
    let delete = sqlx::query_scalar(DELETE_EXEMPTIONS_OF).bind(store).bind(customer);
    Ok(delete.fetch_all(ctx.sql().await?).await?)
}

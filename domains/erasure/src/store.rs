//! All SQL of erasure.

use database::{Ctx, Error};
use kernel::{CustomerId, EmailAddress, ErasureId, Locale};

/// What the address in a request is sealed as.
const SEALED_AS: &str = "erasure.email";

database::statements! {
    INSERT = "INSERT INTO erasure.requests (store_id, id, customer_id, sealed_email, email_is_theirs, locale, asked_by, asked_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// One that is not finished. Two who work at it follow each other.
    LOCK = "SELECT customer_id, sealed_email, email_is_theirs, locale FROM erasure.requests \
        WHERE store_id = $1 AND id = $2 AND finished_at IS NULL FOR UPDATE";
    FORGET_EMAIL = "UPDATE erasure.requests SET sealed_email = NULL WHERE store_id = $1 AND id = $2";
    FINISH = "UPDATE erasure.requests SET finished_at = $3 WHERE store_id = $1 AND id = $2";
}

/// Somebody's wish to be forgotten.
pub(crate) struct Request {
    pub(crate) id: ErasureId,
    pub(crate) customer: Option<CustomerId>,
    /// Until it is forgotten too.
    pub(crate) email: Option<EmailAddress>,
    pub(crate) email_is_theirs: bool,
    pub(crate) locale: Locale,
}

#[derive(sqlx::FromRow)]
struct Row {
    customer_id: Option<CustomerId>,
    sealed_email: Option<Vec<u8>>,
    email_is_theirs: bool,
    locale: String,
}

pub(crate) async fn insert(ctx: &mut Ctx, request: &Request) -> Result<(), Error> {
    let (store_id, now, actor) = (ctx.store_id(), ctx.now(), ctx.actor().label());
    let email = request.email.as_ref();
    let sealed = email
        .map(|email| ctx.seal(SEALED_AS, email.as_str().as_bytes()))
        .transpose()?;
    let query = sqlx::query(INSERT).bind(store_id).bind(request.id);
    let query = query.bind(request.customer).bind(sealed).bind(request.email_is_theirs);
    let query = query.bind(request.locale.code()).bind(actor).bind(now);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn lock(ctx: &mut Ctx, id: ErasureId) -> Result<Option<Request>, Error> {
    let query = sqlx::query_as(LOCK).bind(ctx.store_id()).bind(id);
    let row: Option<Row> = query.fetch_optional(ctx.sql().await?).await?;
    let Some(row) = row else { return Ok(None) };
    let email = row.sealed_email.map(|sealed| unseal(ctx, &sealed)).transpose()?;
    Ok(Some(Request {
        id,
        customer: row.customer_id,
        email,
        email_is_theirs: row.email_is_theirs,
        locale: row.locale.parse().unwrap_or(ctx.store().locale),
    }))
}

fn unseal(ctx: &Ctx, sealed: &[u8]) -> Result<EmailAddress, Error> {
    let plain = ctx.unseal(SEALED_AS, sealed)?;
    let corrupt = || Error::corrupt("requests.sealed_email", "no e-mail address");
    let text = String::from_utf8(plain).map_err(|_e| corrupt())?;
    EmailAddress::parse(&text).map_err(|_e| corrupt())
}

pub(crate) async fn forget_email(ctx: &mut Ctx, id: ErasureId) -> Result<(), Error> {
    let query = sqlx::query(FORGET_EMAIL).bind(ctx.store_id()).bind(id);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn finish(ctx: &mut Ctx, id: ErasureId) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(FINISH).bind(store_id).bind(id).bind(now);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use database::testing::{TestDatabase, prepare_all};

    #[tokio::test]
    async fn postgresql_takes_every_statement() {
        prepare_all(&TestDatabase::new().await, super::STATEMENTS).await;
    }
}

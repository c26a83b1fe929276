//! All SQL of feeds.

use database::{Ctx, Error};

use crate::Settings;

database::statements! {
    FIND_SETTINGS = "SELECT google FROM feeds.settings WHERE store_id = $1";
    UPSERT_SETTINGS = "INSERT INTO feeds.settings (store_id, google) VALUES ($1, $2) \
        ON CONFLICT ON CONSTRAINT settings_pk DO UPDATE SET google = EXCLUDED.google";
}

pub(crate) async fn find_settings(ctx: &mut Ctx) -> Result<Option<Settings>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(FIND_SETTINGS).bind(store_id);
    let google: Option<bool> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(google.map(|google| Settings { google }))
}

pub(crate) async fn upsert_settings(ctx: &mut Ctx, google: bool) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(UPSERT_SETTINGS).bind(store_id).bind(google);
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

//! All SQL of feeds.

use database::{Ctx, Error};

use crate::Settings;

database::statements! {
    FIND_SETTINGS = "SELECT google, meta FROM feeds.settings WHERE store_id = $1";
    UPSERT_SETTINGS = "INSERT INTO feeds.settings (store_id, google, meta) VALUES ($1, $2, $3) \
        ON CONFLICT ON CONSTRAINT settings_pk DO UPDATE SET google = EXCLUDED.google, meta = EXCLUDED.meta";
}

pub(crate) async fn find_settings(ctx: &mut Ctx) -> Result<Option<Settings>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_SETTINGS).bind(store_id);
    let found: Option<(bool, bool)> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(found.map(|(google, meta)| Settings { google, meta }))
}

pub(crate) async fn upsert_settings(ctx: &mut Ctx, settings: Settings) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(UPSERT_SETTINGS)
        .bind(store_id)
        .bind(settings.google)
        .bind(settings.meta);
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

//! What stores decided.

use database::{Ctx, Error};

use crate::{Moderation, Settings, WhoWrites};

database::statements! {
    FIND = "SELECT who_writes, moderation, bad_words FROM reviews.settings WHERE store_id = $1";
    UPSERT = "INSERT INTO reviews.settings (store_id, who_writes, moderation, bad_words) VALUES ($1, $2, $3, $4) \
        ON CONFLICT ON CONSTRAINT settings_pk DO UPDATE SET who_writes = EXCLUDED.who_writes, \
        moderation = EXCLUDED.moderation, bad_words = EXCLUDED.bad_words";
}

pub(crate) async fn find(ctx: &mut Ctx) -> Result<Option<Settings>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(FIND).bind(store_id);
    let row: Option<(String, String, Vec<String>)> = sql.fetch_optional(ctx.sql().await?).await?;
    let read = |(who, moderation, bad_words): (String, String, Vec<String>)| {
        Ok(Settings {
            who_writes: WhoWrites::parse(&who).ok_or_else(|| Error::corrupt("settings.who_writes", &who))?,
            moderation: Moderation::parse(&moderation)
                .ok_or_else(|| Error::corrupt("settings.moderation", &moderation))?,
            bad_words,
        })
    };
    row.map(read).transpose()
}

pub(crate) async fn upsert(ctx: &mut Ctx, settings: &Settings) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query(UPSERT).bind(store_id).bind(settings.who_writes.as_str());
    let sql = sql.bind(settings.moderation.as_str()).bind(&settings.bad_words);
    sql.execute(ctx.sql().await?).await?;
    Ok(())
}

//! What the merchant's texts and pushes say, each in a table of its own.

use database::{Ctx, Error};
use kernel::{Locale, Time};

use crate::{Channel, OwnWords, TextKind};

macro_rules! find {
    ($table:literal) => {
        concat!(
            "SELECT words FROM notifications.",
            $table,
            " WHERE store_id = $1 AND kind = $2 AND locale = $3"
        )
    };
}

macro_rules! list {
    ($table:literal) => {
        concat!(
            "SELECT kind, locale, updated_at FROM notifications.",
            $table,
            " WHERE store_id = $1"
        )
    };
}

macro_rules! upsert {
    ($table:literal) => {
        concat!(
            "INSERT INTO notifications.",
            $table,
            " (store_id, kind, locale, words, updated_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT ON CONSTRAINT ",
            $table,
            "_pk DO UPDATE SET words = EXCLUDED.words, updated_at = EXCLUDED.updated_at"
        )
    };
}

macro_rules! delete {
    ($table:literal) => {
        concat!(
            "DELETE FROM notifications.",
            $table,
            " WHERE store_id = $1 AND kind = $2 AND locale = $3"
        )
    };
}

database::statements! {
    FIND_TEXT = find!("text_words");
    FIND_PUSH = find!("push_words");
    LIST_TEXT = list!("text_words");
    LIST_PUSH = list!("push_words");
    UPSERT_TEXT = upsert!("text_words");
    UPSERT_PUSH = upsert!("push_words");
    DELETE_TEXT = delete!("text_words");
    DELETE_PUSH = delete!("push_words");
}

pub(crate) async fn find(
    ctx: &mut Ctx,
    channel: Channel,
    kind: TextKind,
    locale: Locale,
) -> Result<Option<String>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(match channel {
        Channel::Text => FIND_TEXT,
        Channel::Push => FIND_PUSH,
    });
    let query = query.bind(store_id).bind(kind.as_str()).bind(locale.code());
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn list(ctx: &mut Ctx, channel: Channel) -> Result<Vec<OwnWords>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(match channel {
        Channel::Text => LIST_TEXT,
        Channel::Push => LIST_PUSH,
    });
    let rows: Vec<(String, String, Time)> = query.bind(store_id).fetch_all(ctx.sql().await?).await?;
    let known = rows.into_iter().filter_map(|(kind, locale, updated_at)| {
        Some(OwnWords {
            kind: TextKind::parse(&kind)?,
            locale: locale.parse().ok()?,
            updated_at,
        })
    });
    Ok(known.collect())
}

/// Nothing takes the merchant's words away.
pub(crate) async fn put(
    ctx: &mut Ctx,
    channel: Channel,
    (kind, locale): (TextKind, Locale),
    words: Option<&str>,
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(match (channel, words) {
        (Channel::Text, Some(_)) => UPSERT_TEXT,
        (Channel::Text, None) => DELETE_TEXT,
        (Channel::Push, Some(_)) => UPSERT_PUSH,
        (Channel::Push, None) => DELETE_PUSH,
    });
    let query = query.bind(store_id).bind(kind.as_str()).bind(locale.code());
    let query = match words {
        Some(words) => query.bind(words).bind(now),
        None => query,
    };
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

//! Browsers that asked for pushes, and about what.

use database::{Ctx, Error};
use kernel::{Locale, PushSubscriptionId, SessionId, Time};
use uuid::Uuid;

use crate::PushSubscription;

database::statements! {
    UPSERT = "INSERT INTO notifications.push_subscriptions \
          (store_id, id, endpoint, service, public_key, auth, locale, created_at, used_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) \
        ON CONFLICT ON CONSTRAINT push_subscriptions_endpoint_key DO UPDATE SET public_key = EXCLUDED.public_key, \
          auth = EXCLUDED.auth, locale = EXCLUDED.locale, used_at = EXCLUDED.used_at RETURNING id";
    UPSERT_WISH = "INSERT INTO notifications.push_wishes (store_id, about, subscription_id, session_id, said_at) \
        VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT ON CONSTRAINT push_wishes_pk DO UPDATE SET session_id = EXCLUDED.session_id, said_at = EXCLUDED.said_at";
    DELETE_OF_OTHERS = "DELETE FROM notifications.push_wishes \
        WHERE store_id = $1 AND subscription_id = $2 AND session_id <> $3";
    DELETE_BUT = "DELETE FROM notifications.push_wishes WHERE store_id = $1 AND about = $2 AND subscription_id NOT IN ( \
          SELECT subscription_id FROM notifications.push_wishes WHERE store_id = $1 AND about = $2 \
          ORDER BY said_at DESC, subscription_id DESC LIMIT $3)";
    IS_WANTED = "SELECT EXISTS (SELECT FROM notifications.push_wishes w \
        JOIN notifications.push_subscriptions s ON s.store_id = w.store_id AND s.id = w.subscription_id \
        WHERE w.store_id = $1 AND w.about = ANY($2) AND s.endpoint = $3 AND (w.session_id IS NULL OR w.session_id = $4))";
    LIST = "SELECT w.about, s.id, s.service, s.locale, w.session_id, w.said_at, s.used_at FROM notifications.push_wishes w \
        JOIN notifications.push_subscriptions s ON s.store_id = w.store_id AND s.id = w.subscription_id \
        WHERE w.store_id = $1 AND w.about = ANY($2) ORDER BY w.said_at DESC, s.id DESC";
    /// With the browsers that asked for nothing else.
    DELETE_WISHES = "WITH ended AS ( \
          DELETE FROM notifications.push_wishes w USING notifications.push_subscriptions s \
          WHERE w.store_id = $1 AND w.about = ANY($2) AND s.store_id = w.store_id AND s.id = w.subscription_id \
            AND ($3::text IS NULL OR s.endpoint = $3) RETURNING w.subscription_id \
        ) DELETE FROM notifications.push_subscriptions s WHERE s.store_id = $1 \
          AND s.id IN (SELECT subscription_id FROM ended) \
          AND NOT EXISTS (SELECT FROM notifications.push_wishes w WHERE w.store_id = $1 AND w.subscription_id = s.id \
            AND w.about <> ALL($2))";
    TOUCH = "UPDATE notifications.push_subscriptions SET used_at = $3 WHERE store_id = $1 AND id = $2";
    DELETE = "DELETE FROM notifications.push_subscriptions WHERE store_id = $1 AND id = $2";
    DELETE_OLD = "DELETE FROM notifications.push_subscriptions WHERE store_id = $1 AND used_at < $2";
}

#[derive(sqlx::FromRow)]
struct Row {
    about: Uuid,
    id: PushSubscriptionId,
    service: String,
    locale: String,
    session_id: Option<SessionId>,
    said_at: Time,
    used_at: Time,
}

impl Row {
    fn read(self) -> Result<(Uuid, PushSubscription), Error> {
        let locale = self.locale.parse();
        let browser = PushSubscription {
            id: self.id,
            service: self.service,
            locale: locale.map_err(|_unknown| Error::corrupt("push_subscriptions.locale", &self.locale))?,
            session: self.session_id,
            said_at: self.said_at,
            used_at: self.used_at,
        };
        Ok((self.about, browser))
    }
}

/// A browser that asks now.
pub(crate) struct NewSubscription<'s> {
    pub(crate) id: PushSubscriptionId,
    pub(crate) endpoint: &'s str,
    pub(crate) service: &'s str,
    pub(crate) public_key: Vec<u8>,
    pub(crate) auth: Vec<u8>,
    pub(crate) locale: Locale,
}

/// The id of the browser, which is known already where it asked before.
pub(crate) async fn upsert(ctx: &mut Ctx, new: NewSubscription<'_>) -> Result<PushSubscriptionId, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(UPSERT).bind(store_id).bind(new.id);
    let query = query.bind(new.endpoint).bind(new.service);
    let query = query
        .bind(new.public_key)
        .bind(new.auth)
        .bind(new.locale.code())
        .bind(now);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn upsert_wish(
    ctx: &mut Ctx,
    about: Uuid,
    id: PushSubscriptionId,
    session: Option<SessionId>,
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(UPSERT_WISH).bind(store_id).bind(about);
    query.bind(id).bind(session).bind(now).execute(ctx.sql().await?).await?;
    Ok(())
}

/// What a browser asked for in other sessions.
pub(crate) async fn delete_of_others(ctx: &mut Ctx, id: PushSubscriptionId, session: SessionId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_OF_OTHERS).bind(store_id).bind(id).bind(session);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// All that asked about this but so many, who asked last.
pub(crate) async fn delete_but(ctx: &mut Ctx, about: Uuid, kept: i64) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_BUT).bind(store_id).bind(about).bind(kept);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn is_wanted(
    ctx: &mut Ctx,
    about: &[Uuid],
    session: Option<SessionId>,
    endpoint: &str,
) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(IS_WANTED).bind(store_id).bind(about);
    let query = query.bind(endpoint).bind(session);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

/// Each with what it asked about, the newest first.
pub(crate) async fn list(ctx: &mut Ctx, about: &[Uuid]) -> Result<Vec<(Uuid, PushSubscription)>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST).bind(store_id).bind(about);
    let rows: Vec<Row> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Row::read).collect()
}

/// What the browser with that endpoint asked for about these; without one, what any did.
pub(crate) async fn delete_wishes(ctx: &mut Ctx, about: &[Uuid], endpoint: Option<&str>) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_WISHES).bind(store_id).bind(about).bind(endpoint);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// A browser got a push.
pub(crate) async fn touch(ctx: &mut Ctx, id: PushSubscriptionId) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(TOUCH).bind(store_id).bind(id).bind(now);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// With all that it asked for.
pub(crate) async fn delete(ctx: &mut Ctx, id: PushSubscriptionId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE).bind(store_id).bind(id);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn delete_old(ctx: &mut Ctx, used_until: Time) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_OLD).bind(store_id).bind(used_until);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

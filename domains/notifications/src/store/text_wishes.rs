//! What people said about texts.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{ConsentId, Time};
use uuid::Uuid;

use crate::{PhoneNumber, TextWish};

/// What was said, and whether the last answer from that number was that it wants no texts.
macro_rules! columns {
    () => {
        "phone, wanted, said_at, said_by, client, \
         coalesce((SELECT NOT r.wanted FROM notifications.text_wishes r \
           WHERE r.store_id = w.store_id AND r.phone = w.phone AND r.about IS NULL \
           ORDER BY r.said_at DESC, r.id DESC LIMIT 1), false) AS stopped"
    };
}

database::statements! {
    INSERT = "INSERT INTO notifications.text_wishes (store_id, id, about, phone, wanted, said_at, said_by, client, reference) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT ON CONSTRAINT text_wishes_reference_key DO NOTHING";
    FIND_NEWEST_OF_EACH = concat!("SELECT DISTINCT ON (about) about, ", columns!(), " FROM notifications.text_wishes w \
        WHERE store_id = $1 AND about = ANY($2) ORDER BY about, said_at DESC, id DESC");
    LIST = concat!("SELECT about, ", columns!(), " FROM notifications.text_wishes w \
        WHERE store_id = $1 AND about = ANY($2) ORDER BY said_at DESC, id DESC LIMIT $3");
    LIFT_STOP = "INSERT INTO notifications.text_wishes (store_id, id, phone, wanted, said_at, said_by, client) \
        SELECT $1, $3, $2, true, $4, $5, '' FROM ( \
          SELECT wanted, client FROM notifications.text_wishes \
          WHERE store_id = $1 AND phone = $2 AND about IS NULL ORDER BY said_at DESC, id DESC LIMIT 1) last \
        WHERE NOT last.wanted AND last.client = ''";
    IS_STOPPED = "SELECT coalesce((SELECT NOT wanted FROM notifications.text_wishes \
        WHERE store_id = $1 AND phone = $2 AND about IS NULL ORDER BY said_at DESC, id DESC LIMIT 1), false)";
}

#[derive(sqlx::FromRow)]
struct Row {
    phone: Option<String>,
    wanted: bool,
    said_at: Time,
    said_by: String,
    client: String,
    stopped: bool,
}

#[derive(sqlx::FromRow)]
struct RowAbout {
    about: Uuid,
    #[sqlx(flatten)]
    wish: Row,
}

impl RowAbout {
    fn read(self) -> Result<(Uuid, TextWish), Error> {
        Ok((self.about, self.wish.try_into()?))
    }
}

impl TryFrom<Row> for TextWish {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let read = |phone: String| PhoneNumber::read(&phone).ok_or_else(|| Error::corrupt("text_wishes.phone", &phone));
        Ok(Self {
            phone: row.phone.map(read).transpose()?,
            wanted: row.wanted,
            said_at: row.said_at,
            said_by: row.said_by,
            client: row.client,
            stopped: row.stopped,
        })
    }
}

/// What the actor says now.
pub(crate) struct NewWish<'w> {
    /// A cart or a customer; nothing in particular for what the number itself answers.
    pub(crate) about: Option<Uuid>,
    /// Nothing only where a customer refuses them.
    pub(crate) phone: Option<&'w PhoneNumber>,
    pub(crate) wanted: bool,
    /// Nothing where the network tells what the number answered.
    pub(crate) client: &'w str,
    /// What an answer is called by whoever carried it.
    pub(crate) reference: Option<&'w str>,
}

/// An answer that is told again changes nothing.
pub(crate) async fn insert(ctx: &mut Ctx, wish: NewWish<'_>) -> Result<(), Error> {
    let (store_id, now, actor) = (ctx.store_id(), ctx.now(), ctx.actor().label());
    let id = ctx.new_id::<ConsentId>();
    let query = sqlx::query(INSERT).bind(store_id).bind(id).bind(wish.about);
    let query = query
        .bind(wish.phone.map(PhoneNumber::as_str))
        .bind(wish.wanted)
        .bind(now);
    let query = query.bind(actor).bind(wish.client).bind(wish.reference);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// Takes back what only the network told: that a number wants no texts. What the number answered itself stays.
pub(crate) async fn lift_stop(ctx: &mut Ctx, phone: &PhoneNumber) -> Result<(), Error> {
    let (store_id, now, actor) = (ctx.store_id(), ctx.now(), ctx.actor().label());
    let id = ctx.new_id::<ConsentId>();
    let query = sqlx::query(LIFT_STOP).bind(store_id).bind(phone.as_str());
    query.bind(id).bind(now).bind(actor).execute(ctx.sql().await?).await?;
    Ok(())
}

/// The newest about each of these, in one reading.
pub(crate) async fn find_newest_of_each(ctx: &mut Ctx, about: &[Uuid]) -> Result<HashMap<Uuid, TextWish>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_NEWEST_OF_EACH).bind(store_id).bind(about);
    let rows: Vec<RowAbout> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(RowAbout::read).collect()
}

/// What was said about these, the newest first.
pub(crate) async fn list(ctx: &mut Ctx, about: &[Uuid], limit: i64) -> Result<Vec<(Uuid, TextWish)>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST).bind(store_id).bind(about).bind(limit);
    let rows: Vec<RowAbout> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(RowAbout::read).collect()
}

/// Whether the last answer from a number was that it wants no texts.
pub(crate) async fn is_stopped(ctx: &mut Ctx, phone: &PhoneNumber) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(IS_STOPPED).bind(store_id).bind(phone.as_str());
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

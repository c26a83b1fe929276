//! The mails in the words of the merchant.

use database::{Ctx, Error};
use kernel::{Locale, Time};

use crate::{MailKind, MailTemplate, StoredTemplate, TemplateState};

database::statements! {
    FIND = "SELECT subject, html, plain, version, updated_at FROM notifications.templates \
        WHERE store_id = $1 AND kind = $2 AND locale = $3";
    LIST = "SELECT t.kind, t.locale, t.updated_at, \
          (SELECT m.template_error FROM notifications.messages m \
            WHERE m.store_id = t.store_id AND m.kind = t.kind AND m.locale = t.locale \
              AND m.template_error IS NOT NULL AND m.created_at >= t.updated_at \
            ORDER BY m.created_at DESC, m.id DESC LIMIT 1) \
        FROM notifications.templates t WHERE t.store_id = $1";
    INSERT = "INSERT INTO notifications.templates (store_id, kind, locale, subject, html, plain, version, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, 1, $7) ON CONFLICT ON CONSTRAINT templates_pk DO NOTHING";
    UPDATE = "UPDATE notifications.templates SET subject = $4, html = $5, plain = $6, version = version + 1, updated_at = $7 \
        WHERE store_id = $1 AND kind = $2 AND locale = $3 AND version = $8";
    DELETE = "DELETE FROM notifications.templates WHERE store_id = $1 AND kind = $2 AND locale = $3 AND version = $4";
}

#[derive(sqlx::FromRow)]
struct Row {
    subject: String,
    html: String,
    plain: String,
    version: i64,
    updated_at: Time,
}

pub(crate) async fn find(ctx: &mut Ctx, kind: MailKind, locale: Locale) -> Result<Option<StoredTemplate>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND)
        .bind(store_id)
        .bind(kind.as_str())
        .bind(locale.code());
    let row: Option<Row> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(row.map(|row| StoredTemplate {
        template: MailTemplate {
            subject: row.subject,
            html: row.html,
            plain: row.plain,
        },
        version: row.version,
        updated_at: row.updated_at,
    }))
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<Vec<TemplateState>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST).bind(store_id);
    let rows: Vec<(String, String, Time, Option<String>)> = query.fetch_all(ctx.sql().await?).await?;
    // A kind or language that this version does not know is of a newer one.
    let known = rows.into_iter().filter_map(|(kind, locale, updated_at, failed)| {
        Some(TemplateState {
            kind: MailKind::parse(&kind)?,
            locale: locale.parse().ok()?,
            updated_at,
            failed,
        })
    });
    Ok(known.collect())
}

/// `false`: there is one already.
pub(crate) async fn insert(
    ctx: &mut Ctx,
    kind: MailKind,
    locale: Locale,
    template: &MailTemplate,
) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(INSERT)
        .bind(store_id)
        .bind(kind.as_str())
        .bind(locale.code());
    let query = query.bind(&template.subject).bind(&template.html).bind(&template.plain);
    let done = query.bind(now).execute(ctx.sql().await?).await?;
    Ok(done.rows_affected() == 1)
}

/// `false`: it has another version.
pub(crate) async fn update(
    ctx: &mut Ctx,
    (kind, locale): (MailKind, Locale),
    template: &MailTemplate,
    version: i64,
) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(UPDATE)
        .bind(store_id)
        .bind(kind.as_str())
        .bind(locale.code());
    let query = query.bind(&template.subject).bind(&template.html).bind(&template.plain);
    let done = query.bind(now).bind(version).execute(ctx.sql().await?).await?;
    Ok(done.rows_affected() == 1)
}

/// `false`: it has another version.
pub(crate) async fn delete(ctx: &mut Ctx, kind: MailKind, locale: Locale, version: i64) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE)
        .bind(store_id)
        .bind(kind.as_str())
        .bind(locale.code());
    let done = query.bind(version).execute(ctx.sql().await?).await?;
    Ok(done.rows_affected() == 1)
}

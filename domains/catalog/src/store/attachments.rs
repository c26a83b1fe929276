//! What a product's page shows beside its pictures, and single pictures.

use database::{Ctx, Error};
use kernel::{AttachmentId, ImageId, ProductId, VariantId};

use super::rows::ImageRow;
use crate::{Attachment, AttachmentKind, Image, NewAttachment, NewImage};

database::statements! {
    /// A product's attachments in order.
    LIST = "SELECT id, kind, position, urls, title, size_bytes FROM catalog.attachments \
         WHERE store_id = $1 AND product_id = $2 ORDER BY position, id";
    /// One more, behind the others.
    INSERT = "INSERT INTO catalog.attachments (store_id, id, product_id, position, kind, urls, title, size_bytes) \
         SELECT $1, $2, $3, coalesce(max(a.position) + 1, 0), $4, $5, $6, $7 FROM catalog.attachments a \
         WHERE a.store_id = $1 AND a.product_id = $3 \
         RETURNING id, kind, position, urls, title, size_bytes";
    /// Titles and places of those that are named; the others go behind them.
    ARRANGE = "WITH placed AS ( \
           SELECT a.id, coalesce(n.title, a.title) AS title, \
             row_number() OVER (ORDER BY n.place NULLS LAST, a.position, a.id) - 1 AS position \
           FROM catalog.attachments a \
           LEFT JOIN unnest($3::uuid[], $4::text[]) WITH ORDINALITY AS n (id, title, place) ON n.id = a.id \
           WHERE a.store_id = $1 AND a.product_id = $2 \
         ) UPDATE catalog.attachments a SET position = p.position, title = p.title FROM placed p \
         WHERE a.store_id = $1 AND a.id = p.id AND (a.position, a.title) IS DISTINCT FROM (p.position, p.title)";
    /// One fewer.
    DELETE = "DELETE FROM catalog.attachments WHERE store_id = $1 AND product_id = $2 AND id = $3";
    /// A picture behind the others.
    ADD_IMAGE = "INSERT INTO catalog.images (store_id, id, product_id, position, url, alt) \
         SELECT $1, $2, $3, coalesce(max(i.position) + 1, 0), $4, $5 FROM catalog.images i \
         WHERE i.store_id = $1 AND i.product_id = $3 \
         ON CONFLICT ON CONSTRAINT images_url_key DO UPDATE SET alt = EXCLUDED.alt \
         RETURNING id, position, url, alt";
    /// One picture fewer, with the address it had.
    DELETE_IMAGE = "DELETE FROM catalog.images WHERE store_id = $1 AND product_id = $2 AND id = $3 RETURNING url";
    /// The picture of these variants and no others; those it does not concern are left alone.
    SHOW_ON_VARIANTS = "UPDATE catalog.variants SET image_url = CASE WHEN id = ANY($4::uuid[]) THEN $3 ELSE '' END, version = version + 1 \
         WHERE store_id = $1 AND product_id = $2 AND (id = ANY($4::uuid[])) <> (image_url = $3)";
}

#[derive(sqlx::FromRow)]
struct AttachmentRow {
    id: AttachmentId,
    kind: String,
    position: i32,
    urls: Vec<String>,
    title: String,
    size_bytes: i64,
}

impl TryFrom<AttachmentRow> for Attachment {
    type Error = Error;

    fn try_from(row: AttachmentRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            kind: AttachmentKind::parse(&row.kind).ok_or_else(|| Error::corrupt("attachments.kind", &row.kind))?,
            position: row.position,
            urls: row.urls,
            title: row.title,
            size_bytes: row.size_bytes,
        })
    }
}

pub(crate) async fn list(ctx: &mut Ctx, id: ProductId) -> Result<Vec<Attachment>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<AttachmentRow> = sqlx::query_as(LIST)
        .bind(store_id)
        .bind(id)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Attachment::try_from).collect()
}

pub(crate) async fn insert(ctx: &mut Ctx, id: ProductId, new: &NewAttachment) -> Result<Attachment, Error> {
    let (store_id, attachment_id): (_, AttachmentId) = (ctx.store_id(), ctx.new_id());
    let row: AttachmentRow = sqlx::query_as(INSERT)
        .bind(store_id)
        .bind(attachment_id)
        .bind(id)
        .bind(new.kind.as_str())
        .bind(&new.urls)
        .bind(&new.title)
        .bind(new.size_bytes)
        .fetch_one(ctx.sql().await?)
        .await?;
    row.try_into()
}

pub(crate) async fn arrange(ctx: &mut Ctx, id: ProductId, wanted: &[(AttachmentId, String)]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(ARRANGE)
        .bind(store_id)
        .bind(id)
        .bind(wanted.iter().map(|(id, _)| *id).collect::<Vec<_>>())
        .bind(wanted.iter().map(|(_, title)| title.as_str()).collect::<Vec<_>>())
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// Answers whether it was there.
pub(crate) async fn delete(ctx: &mut Ctx, id: ProductId, attachment: AttachmentId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let deleted = sqlx::query(DELETE)
        .bind(store_id)
        .bind(id)
        .bind(attachment)
        .execute(ctx.sql().await?)
        .await?;
    Ok(deleted.rows_affected() == 1)
}

pub(crate) async fn add_image(ctx: &mut Ctx, id: ProductId, new: &NewImage) -> Result<Image, Error> {
    let (store_id, image_id): (_, ImageId) = (ctx.store_id(), ctx.new_id());
    let row: ImageRow = sqlx::query_as(ADD_IMAGE)
        .bind(store_id)
        .bind(image_id)
        .bind(id)
        .bind(&new.url)
        .bind(&new.alt)
        .fetch_one(ctx.sql().await?)
        .await?;
    Ok(row.into())
}

/// The address of the picture that was there.
pub(crate) async fn delete_image(ctx: &mut Ctx, id: ProductId, image: ImageId) -> Result<Option<String>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(DELETE_IMAGE)
        .bind(store_id)
        .bind(id)
        .bind(image)
        .fetch_optional(ctx.sql().await?)
        .await?)
}

pub(crate) async fn show_on_variants(
    ctx: &mut Ctx,
    id: ProductId,
    url: &str,
    variants: &[VariantId],
) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(SHOW_ON_VARIANTS)
        .bind(store_id)
        .bind(id)
        .bind(url)
        .bind(variants)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

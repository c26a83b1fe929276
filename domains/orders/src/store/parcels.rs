//! Parcels: those of an order, and those of all orders.

use database::{Ctx, Error};
use kernel::{FulfilmentId, OrderId, PageRequest, Time};
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    documents::parse,
    life_rows::{FulfilmentLineRow, FulfilmentRow},
};
use crate::{Fulfilment, FulfilmentState, Parcel, ParcelFilter, Piece, UnpackedOrder};

macro_rules! conditions {
    () => {
        "f.store_id = $1 AND ($2::text[] = '{}' OR f.state = ANY ($2)) AND ($3::uuid IS NULL OR f.location_id = $3)"
    };
}

database::statements! {
    INSERT = "WITH new_fulfilments AS ( \
            INSERT INTO orders.fulfilments SELECT * FROM jsonb_populate_recordset(NULL::orders.fulfilments, $2) WHERE store_id = $1 \
        ) INSERT INTO orders.fulfilment_lines SELECT * FROM jsonb_populate_recordset(NULL::orders.fulfilment_lines, $3) WHERE store_id = $1";
    LIST = "SELECT * FROM orders.fulfilments WHERE store_id = $1 AND order_id = $2 ORDER BY created_at, id";
    LIST_LINES = "SELECT fl.* FROM orders.fulfilments f \
        JOIN orders.fulfilment_lines fl ON fl.store_id = f.store_id AND fl.fulfilment_id = f.id \
        JOIN orders.lines l ON l.store_id = fl.store_id AND l.id = fl.order_line_id \
        WHERE f.store_id = $1 AND f.order_id = $2 ORDER BY l.position";
    FIND_ORDER = "SELECT order_id FROM orders.fulfilments WHERE store_id = $1 AND id = $2";
    UPDATE = "UPDATE orders.fulfilments SET state = $3, carrier = $4, tracking_number = $5, tracking_url = $6, shipped_at = $7 \
        WHERE store_id = $1 AND id = $2";
    MARK_DELIVERED = "UPDATE orders.fulfilments SET state = 'delivered' WHERE store_id = $1 AND id = ANY ($2)";
    DELETE_LINES = "DELETE FROM orders.fulfilment_lines WHERE store_id = $1 AND fulfilment_id = ANY ($2)";
    DELETE = "DELETE FROM orders.fulfilments WHERE store_id = $1 AND id = ANY ($2)";
    LIST_PAGE = concat!("SELECT f.id, f.order_id, o.number AS order_number, f.state, f.location_id, f.carrier, f.tracking_number, \
            trim(coalesce(concat_ws(' ', o.shipping_address->>'first_name', o.shipping_address->>'last_name'), '')) AS recipient, \
            o.shipping_name, f.created_at, \
            (SELECT coalesce(jsonb_agg(jsonb_build_object('title', l.title, 'variant_title', l.variant_title, \
                'sku', coalesce(l.sku, ''), 'quantity', fl.quantity) ORDER BY l.position), '[]') FROM orders.fulfilment_lines fl \
                JOIN orders.lines l ON l.store_id = fl.store_id AND l.id = fl.order_line_id \
                WHERE fl.store_id = f.store_id AND fl.fulfilment_id = f.id) AS pieces \
        FROM orders.fulfilments f JOIN orders.orders o ON o.store_id = f.store_id AND o.id = f.order_id \
        WHERE ", conditions!(), " AND ($4::timestamptz IS NULL OR (f.created_at, f.id) > ($4, $5::uuid)) \
        ORDER BY f.created_at, f.id LIMIT $6");
    LIST_UNPACKED = "SELECT o.id, o.number, o.placed_at, w.pieces, \
            trim(coalesce(concat_ws(' ', o.shipping_address->>'first_name', o.shipping_address->>'last_name'), '')) AS recipient \
        FROM orders.orders o CROSS JOIN LATERAL (SELECT coalesce(sum(greatest(l.quantity - l.fulfilled_quantity - l.refunded_quantity \
            - coalesce((SELECT sum(fl.quantity) FROM orders.fulfilment_lines fl JOIN orders.fulfilments f \
                ON f.store_id = fl.store_id AND f.id = fl.fulfilment_id AND f.shipped_at IS NULL \
                WHERE fl.store_id = l.store_id AND fl.order_line_id = l.id), 0), 0)), 0)::bigint AS pieces \
            FROM orders.lines l WHERE l.store_id = o.store_id AND l.order_id = o.id AND l.requires_shipping) AS w \
        WHERE o.store_id = $1 AND o.status IN ('confirmed', 'processing', 'partially_fulfilled') AND w.pieces > 0 \
        ORDER BY o.placed_at, o.id LIMIT $2";
    COUNT = concat!("SELECT count(*) FROM orders.fulfilments f WHERE ", conditions!());
}

pub(crate) async fn insert(ctx: &mut Ctx, fulfilments: &[(OrderId, Fulfilment)]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let rows = fulfilments
        .iter()
        .map(|(order_id, fulfilment)| FulfilmentRow::of(store_id, *order_id, fulfilment));
    let (rows, lines): (Vec<FulfilmentRow>, Vec<Vec<FulfilmentLineRow>>) = rows.unzip();
    insert_rows(ctx, rows, lines.into_iter().flatten().collect()).await
}

async fn insert_rows(ctx: &mut Ctx, parcels: Vec<FulfilmentRow>, lines: Vec<FulfilmentLineRow>) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let insert = sqlx::query(INSERT).bind(store_id).bind(Json(parcels)).bind(Json(lines));
    insert.execute(ctx.sql().await?).await?;
    Ok(())
}

/// Writes what is in parcels now; one that is empty is deleted.
pub(crate) async fn replace_lines(ctx: &mut Ctx, parcels: &[Fulfilment]) -> Result<(), Error> {
    if parcels.is_empty() {
        return Ok(());
    }
    let store_id = ctx.store_id();
    let ids: Vec<FulfilmentId> = parcels.iter().map(|parcel| parcel.id).collect();
    let taken_out = sqlx::query(DELETE_LINES).bind(store_id).bind(&ids);
    taken_out.execute(ctx.sql().await?).await?;
    let lines = parcels
        .iter()
        .flat_map(|parcel| FulfilmentLineRow::of(store_id, parcel));
    insert_rows(ctx, Vec::new(), lines.collect()).await?;
    let empty = parcels.iter().filter(|parcel| parcel.lines.is_empty());
    let empty: Vec<FulfilmentId> = empty.map(|parcel| parcel.id).collect();
    delete(ctx, &empty).await
}

pub(crate) async fn list(ctx: &mut Ctx, order_id: OrderId) -> Result<Vec<Fulfilment>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<FulfilmentRow> = sqlx::query_as(LIST)
        .bind(store_id)
        .bind(order_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let lines: Vec<FulfilmentLineRow> = sqlx::query_as(LIST_LINES)
        .bind(store_id)
        .bind(order_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(|row| row.read(&lines)).collect()
}

pub(crate) async fn find_order(ctx: &mut Ctx, id: FulfilmentId) -> Result<Option<OrderId>, Error> {
    let store_id = ctx.store_id();
    let find = sqlx::query_scalar(FIND_ORDER).bind(store_id).bind(id);
    Ok(find.fetch_optional(ctx.sql().await?).await?)
}

/// Writes how far a parcel is and how it is followed. Its order is locked.
pub(crate) async fn update(ctx: &mut Ctx, parcel: &Fulfilment) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPDATE)
        .bind(store_id)
        .bind(parcel.id)
        .bind(parcel.state.as_str())
        .bind(&parcel.carrier)
        .bind(&parcel.tracking_number)
        .bind(&parcel.tracking_url)
        .bind(parcel.shipped_at)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// Writes that parcels arrived. Their order is locked.
pub(crate) async fn mark_delivered(ctx: &mut Ctx, ids: &[FulfilmentId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let update = sqlx::query(MARK_DELIVERED).bind(store_id).bind(ids);
    update.execute(ctx.sql().await?).await?;
    Ok(())
}

/// Deletes parcels with what is in them.
pub(crate) async fn delete(ctx: &mut Ctx, ids: &[FulfilmentId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    for sql in [DELETE_LINES, DELETE] {
        let delete = sqlx::query(sql).bind(store_id).bind(ids);
        delete.execute(ctx.sql().await?).await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ParcelRow {
    id: Uuid,
    order_id: Uuid,
    order_number: String,
    state: String,
    location_id: Option<Uuid>,
    carrier: String,
    tracking_number: String,
    recipient: String,
    shipping_name: String,
    created_at: Time,
    pieces: Json<Vec<PieceDocument>>,
}

#[derive(serde::Deserialize)]
struct PieceDocument {
    title: String,
    variant_title: String,
    sku: String,
    quantity: i64,
}

impl TryFrom<ParcelRow> for Parcel {
    type Error = Error;

    fn try_from(row: ParcelRow) -> Result<Self, Error> {
        let piece = |piece: PieceDocument| Piece {
            title: piece.title,
            variant_title: piece.variant_title,
            sku: piece.sku,
            quantity: piece.quantity,
        };
        Ok(Self {
            id: row.id.into(),
            order_id: row.order_id.into(),
            order_number: row.order_number,
            state: parse(&row.state, "fulfilments.state", FulfilmentState::parse)?,
            location_id: row.location_id.map(Into::into),
            carrier: row.carrier,
            tracking_number: row.tracking_number,
            recipient: row.recipient,
            shipping_name: row.shipping_name,
            pieces: row.pieces.0.into_iter().map(piece).collect(),
            created_at: row.created_at,
        })
    }
}

/// The rows of a page, oldest first, and one more if there are more.
pub(crate) async fn list_page(
    ctx: &mut Ctx,
    filter: &ParcelFilter,
    after: Option<(Time, Uuid)>,
    page: &PageRequest,
) -> Result<Vec<Parcel>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<ParcelRow> = sqlx::query_as(LIST_PAGE)
        .bind(store_id)
        .bind(filter.state_names())
        .bind(filter.location_id)
        .bind(after.map(|(created_at, _)| created_at))
        .bind(after.map(|(_, id)| id))
        .bind(page.limit_plus_one())
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Parcel::try_from).collect()
}

/// How many rows the whole list has.
pub(crate) async fn count(ctx: &mut Ctx, filter: &ParcelFilter) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(COUNT)
        .bind(store_id)
        .bind(filter.state_names())
        .bind(filter.location_id)
        .fetch_one(ctx.sql().await?)
        .await?)
}

/// Orders with pieces that are in no parcel, oldest first.
pub(crate) async fn list_unpacked(ctx: &mut Ctx, limit: u16) -> Result<Vec<UnpackedOrder>, Error> {
    let store_id = ctx.store_id();
    let list = sqlx::query_as(LIST_UNPACKED).bind(store_id).bind(i64::from(limit));
    Ok(list.fetch_all(ctx.sql().await?).await?)
}

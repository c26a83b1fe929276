//! All of inventory's SQL. Whoever changes levels or reservations first locks the levels of the variants in the order of
//! their ids ([`lock_levels`], [`lock_levels_of`]), so that two carts never wait for each other.

use database::{Ctx, Error};
use kernel::{LocationId, MovementId, Time, VariantId};

use crate::{
    Holder, Level, Movement, MovementKind,
    movement::{Cause, Change},
};

/// The columns of `LevelRow`, of levels `l` and locations `o`.
macro_rules! level_columns {
    () => {
        "l.variant_id, l.location_id, o.name AS location_name, o.active, o.priority, l.on_hand, l.reserved, \
         l.safety_stock, l.incoming, l.backorder, l.reorder_point, l.reorder_quantity"
    };
}

pub(crate) mod erase;
pub(crate) mod lists;
pub(crate) mod locations;
pub(crate) mod quotas;
pub(crate) mod reservations;

/// What of the level is promised to reservations that have run out.
macro_rules! expired_of_level {
    () => {
        expired_of_level!("r.expires_at <= $3")
    };
    ($which:literal) => {
        concat!(
            "coalesce((SELECT sum(r.quantity)::bigint FROM inventory.reservations r WHERE r.store_id = l.store_id \
           AND r.variant_id = l.variant_id AND r.state = 'open' AND ",
            $which,
            " AND r.location_id = l.location_id), 0) AS expired "
        )
    };
}

database::statements! {
    /// Levels of variants with what of them has run out, or is set aside for that holder.
    LEVELS = concat!("SELECT ", level_columns!(), ", ", expired_of_level!("(r.expires_at <= $3 OR r.holder_id = $4)"),
        "FROM inventory.levels l JOIN inventory.locations o ON o.store_id = l.store_id AND o.id = l.location_id \
         WHERE l.store_id = $1 AND l.variant_id = ANY($2::uuid[]) ORDER BY l.variant_id, o.priority, l.location_id");
    /// Levels with what of them has run out, locked in id order. The expired part is as of before the wait for the lock.
    LOCK_LEVELS = concat!("SELECT ", level_columns!(), ", ", expired_of_level!(),
        "FROM inventory.levels l JOIN inventory.locations o ON o.store_id = l.store_id AND o.id = l.location_id \
         WHERE l.store_id = $1 AND l.variant_id = ANY($2::uuid[]) ORDER BY l.variant_id, l.location_id FOR NO KEY UPDATE OF l");
    /// The same, and the levels of every variant that these holders have open reservations of.
    LOCK_LEVELS_AND_THOSE_OF = concat!("SELECT ", level_columns!(), ", ", expired_of_level!(),
        "FROM inventory.levels l JOIN inventory.locations o ON o.store_id = l.store_id AND o.id = l.location_id \
         WHERE l.store_id = $1 AND l.variant_id = ANY($2::uuid[] || ARRAY(SELECT own.variant_id FROM unnest($4::uuid[]) AS n (id) \
           CROSS JOIN LATERAL (SELECT h.variant_id FROM inventory.reservations h \
             WHERE h.store_id = $1 AND h.holder_id = n.id AND h.state = 'open' OFFSET 0) AS own)) \
         ORDER BY l.variant_id, l.location_id FOR NO KEY UPDATE OF l");
    /// The levels of every variant that holders have or had reservations of, locked in id order.
    LOCK_LEVELS_OF_HOLDERS = concat!("SELECT ", level_columns!(), ", ", expired_of_level!(),
        "FROM inventory.levels l JOIN inventory.locations o ON o.store_id = l.store_id AND o.id = l.location_id \
         WHERE l.store_id = $1 AND l.variant_id = ANY(ARRAY(SELECT own.variant_id FROM unnest($2::uuid[]) AS n (id) \
           CROSS JOIN LATERAL (SELECT h.variant_id FROM inventory.reservations h \
             WHERE h.store_id = $1 AND h.holder_id = n.id OFFSET 0) AS own)) ORDER BY l.variant_id, l.location_id FOR NO KEY UPDATE OF l");
    /// Changes levels that exist and writes a ledger row for each change. Several may be of one level.
    APPLY = "WITH wanted AS ( \
           SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::uuid[], $7::text[]) \
             AS w (variant_id, location_id, on_hand, reserved, movement_id, reference) \
         ), summed AS ( \
           SELECT variant_id, location_id, sum(on_hand)::bigint AS on_hand, sum(reserved)::bigint AS reserved FROM wanted \
           GROUP BY variant_id, location_id \
         ), changed AS ( \
           UPDATE inventory.levels l SET on_hand = l.on_hand + s.on_hand, reserved = l.reserved + s.reserved FROM summed s \
           WHERE l.store_id = $1 AND l.variant_id = s.variant_id AND l.location_id = s.location_id \
           RETURNING l.variant_id, l.location_id \
         ), booked AS ( \
           INSERT INTO inventory.movements (store_id, id, variant_id, location_id, kind, on_hand_change, reserved_change, reference, reason, actor, occurred_at) \
           SELECT $1, movement_id, variant_id, location_id, $8, on_hand, reserved, reference, $9, $10, $11 \
           FROM wanted JOIN changed USING (variant_id, location_id) RETURNING 1 \
         ) SELECT count(*) FROM wanted JOIN changed USING (variant_id, location_id)";
    /// Sets levels at one location by differences from what was locked, making those that do not exist.
    SET_LEVELS = "WITH wanted AS ( \
           SELECT * FROM unnest($3::uuid[], $4::bigint[], $5::boolean[], $6::uuid[]) AS w (variant_id, change, backorder, movement_id) \
         ), changed AS ( \
           INSERT INTO inventory.levels AS l (store_id, variant_id, location_id, on_hand, backorder) \
           SELECT $1, variant_id, $2, CASE WHEN backorder THEN change ELSE greatest(change, 0) END, backorder FROM wanted \
           ON CONFLICT ON CONSTRAINT levels_pk DO UPDATE SET backorder = EXCLUDED.backorder, \
               on_hand = l.on_hand + (SELECT w.change FROM wanted w WHERE w.variant_id = l.variant_id) \
           RETURNING l.variant_id \
         ), booked AS ( \
           INSERT INTO inventory.movements (store_id, id, variant_id, location_id, kind, on_hand_change, reserved_change, reason, actor, occurred_at) \
           SELECT $1, w.movement_id, w.variant_id, $2, $7, w.change, 0, $8, $9, $10 \
           FROM wanted w JOIN changed c ON c.variant_id = w.variant_id WHERE w.change <> 0 RETURNING 1 \
         ) SELECT count(*) FROM changed";
    /// The location that stock goes to when none is named.
    DEFAULT_LOCATION = "SELECT id FROM inventory.locations WHERE store_id = $1 AND active ORDER BY priority, id LIMIT 1";
    /// Makes the first location. A second process that does the same finds it made.
    INSERT_LOCATION = "INSERT INTO inventory.locations (store_id, id, name) VALUES ($1, $2, $3) \
         ON CONFLICT ON CONSTRAINT locations_name_key DO UPDATE SET active = true RETURNING id";
    /// The newest ledger rows of a variant.
    MOVEMENTS = "SELECT id, variant_id, location_id, kind, on_hand_change, reserved_change, reference, reason, actor, occurred_at \
         FROM inventory.movements WHERE store_id = $1 AND variant_id = $2 ORDER BY occurred_at DESC, id DESC LIMIT 200";
    /// Levels that differ from the ledger or from the open reservations.
    CHECK = "WITH ledger AS ( \
           SELECT variant_id, location_id, sum(on_hand_change)::bigint AS on_hand, sum(reserved_change)::bigint AS reserved \
           FROM inventory.movements WHERE store_id = $1 GROUP BY variant_id, location_id \
         ), held AS ( \
           SELECT variant_id, location_id, sum(quantity)::bigint AS quantity \
           FROM inventory.reservations WHERE store_id = $1 AND state = 'open' GROUP BY variant_id, location_id \
         ) SELECT l.variant_id, l.location_id, l.on_hand, l.reserved, coalesce(m.on_hand, 0) AS ledger_on_hand, \
             coalesce(m.reserved, 0) AS ledger_reserved, coalesce(h.quantity, 0) AS held \
         FROM inventory.levels l \
         LEFT JOIN ledger m ON m.variant_id = l.variant_id AND m.location_id = l.location_id \
         LEFT JOIN held h ON h.variant_id = l.variant_id AND h.location_id = l.location_id \
         WHERE l.store_id = $1 AND (l.on_hand <> coalesce(m.on_hand, 0) OR l.reserved <> coalesce(m.reserved, 0) \
           OR l.reserved <> coalesce(h.quantity, 0)) ORDER BY l.variant_id, l.location_id";
}

#[derive(sqlx::FromRow)]
pub(crate) struct LevelRow {
    variant_id: VariantId,
    location_id: LocationId,
    location_name: String,
    active: bool,
    priority: i32,
    on_hand: i64,
    reserved: i64,
    safety_stock: i64,
    incoming: i64,
    backorder: bool,
    reorder_point: Option<i64>,
    reorder_quantity: i64,
    /// What of `reserved` has run out.
    pub(crate) expired: i64,
}

impl LevelRow {
    /// The level as a reader sees it: what has run out is not reserved.
    fn into_current(self) -> Level {
        let reserved = self.reserved - self.expired;
        Level {
            reserved,
            ..Level::from(self)
        }
    }
}

impl From<LevelRow> for Level {
    fn from(row: LevelRow) -> Self {
        Self {
            variant_id: row.variant_id,
            location_id: row.location_id,
            location_name: row.location_name,
            active: row.active,
            priority: row.priority,
            on_hand: row.on_hand,
            reserved: row.reserved,
            safety_stock: row.safety_stock,
            incoming: row.incoming,
            backorder: row.backorder,
            reorder_point: row.reorder_point,
            reorder_quantity: row.reorder_quantity,
        }
    }
}

/// Levels that are locked until the transaction ends.
pub(crate) struct Locked {
    pub(crate) levels: Vec<Level>,
    /// Whether reservations of these variants had run out before the lock was taken.
    pub(crate) has_expired: bool,
}

impl Locked {
    fn from_rows(rows: Vec<LevelRow>) -> Self {
        let has_expired = rows.iter().any(|row| row.expired > 0);
        Self {
            levels: rows.into_iter().map(Level::from).collect(),
            has_expired,
        }
    }
}

/// Levels as a reader sees them: what has run out is not reserved.
pub(crate) async fn levels(ctx: &mut Ctx, ids: &[VariantId], holder: Option<Holder>) -> Result<Vec<Level>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<LevelRow> = sqlx::query_as(LEVELS)
        .bind(store_id)
        .bind(ids)
        .bind(now)
        .bind(holder.map(Holder::id))
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(rows.into_iter().map(LevelRow::into_current).collect())
}

pub(crate) async fn lock_levels(ctx: &mut Ctx, ids: &[VariantId]) -> Result<Locked, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows = sqlx::query_as(LOCK_LEVELS)
        .bind(store_id)
        .bind(ids)
        .bind(now)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(Locked::from_rows(rows))
}

pub(crate) async fn lock_levels_and_those_of(
    ctx: &mut Ctx,
    ids: &[VariantId],
    holders: &[Holder],
) -> Result<Locked, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows = sqlx::query_as(LOCK_LEVELS_AND_THOSE_OF)
        .bind(store_id)
        .bind(ids)
        .bind(now)
        .bind(holders.iter().map(|holder| holder.id()).collect::<Vec<_>>())
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(Locked::from_rows(rows))
}

pub(crate) async fn lock_levels_of(ctx: &mut Ctx, holders: &[Holder]) -> Result<Locked, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let sql = sqlx::query_as(LOCK_LEVELS_OF_HOLDERS)
        .bind(store_id)
        .bind(holders.iter().map(|holder| holder.id()).collect::<Vec<_>>())
        .bind(now);
    Ok(Locked::from_rows(sql.fetch_all(ctx.sql().await?).await?))
}

/// Changes levels that exist and are locked, with ledger rows.
pub(crate) async fn apply(ctx: &mut Ctx, changes: &[Change], cause: Cause<'_>) -> Result<(), Error> {
    let changes: Vec<(Change, String)> = changes
        .iter()
        .map(|change| (*change, cause.reference.to_owned()))
        .collect();
    apply_each(ctx, &changes, (cause.kind, cause.reason)).await
}

/// The same for changes of different references.
pub(crate) async fn apply_each(
    ctx: &mut Ctx,
    changes: &[(Change, String)],
    (kind, reason): (MovementKind, &str),
) -> Result<(), Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let (store_id, now, actor) = (ctx.store_id(), ctx.now(), ctx.actor().label());
    let movements: Vec<MovementId> = changes.iter().map(|_| ctx.new_id()).collect();
    let column = |value: fn(&Change) -> i64| changes.iter().map(|(change, _)| value(change)).collect::<Vec<_>>();
    let changed: i64 = sqlx::query_scalar(APPLY)
        .bind(store_id)
        .bind(changes.iter().map(|(change, _)| change.variant_id).collect::<Vec<_>>())
        .bind(changes.iter().map(|(change, _)| change.location_id).collect::<Vec<_>>())
        .bind(column(|change| change.on_hand))
        .bind(column(|change| change.reserved))
        .bind(movements)
        .bind(
            changes
                .iter()
                .map(|(_, reference)| reference.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(kind.as_str())
        .bind(reason)
        .bind(actor)
        .bind(now)
        .fetch_one(ctx.sql().await?)
        .await?;
    if usize::try_from(changed).ok() == Some(changes.len()) {
        Ok(())
    } else {
        Err(Error::corrupt(
            "inventory.levels",
            format!("{changed} of {} levels", changes.len()),
        ))
    }
}

/// A level to be set: the difference from what was locked.
pub(crate) struct LevelChange {
    pub(crate) variant_id: VariantId,
    pub(crate) on_hand: i64,
    pub(crate) backorder: bool,
}

pub(crate) async fn set_levels(
    ctx: &mut Ctx,
    location: LocationId,
    changes: &[LevelChange],
    cause: Cause<'_>,
) -> Result<(), Error> {
    let (store_id, now, actor) = (ctx.store_id(), ctx.now(), ctx.actor().label());
    let movements: Vec<MovementId> = changes.iter().map(|_| ctx.new_id()).collect();
    sqlx::query(SET_LEVELS)
        .bind(store_id)
        .bind(location)
        .bind(changes.iter().map(|change| change.variant_id).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.on_hand).collect::<Vec<_>>())
        .bind(changes.iter().map(|change| change.backorder).collect::<Vec<_>>())
        .bind(movements)
        .bind(cause.kind.as_str())
        .bind(cause.reason)
        .bind(actor)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn find_default_location(ctx: &mut Ctx) -> Result<Option<LocationId>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(DEFAULT_LOCATION)
        .bind(store_id)
        .fetch_optional(ctx.sql().await?)
        .await?)
}

pub(crate) async fn insert_location(ctx: &mut Ctx, name: &str) -> Result<LocationId, Error> {
    let (store_id, id): (_, LocationId) = (ctx.store_id(), ctx.new_id());
    Ok(sqlx::query_scalar(INSERT_LOCATION)
        .bind(store_id)
        .bind(id)
        .bind(name)
        .fetch_one(ctx.sql().await?)
        .await?)
}

#[derive(sqlx::FromRow)]
struct MovementRow {
    id: MovementId,
    variant_id: VariantId,
    location_id: LocationId,
    kind: String,
    on_hand_change: i64,
    reserved_change: i64,
    reference: String,
    reason: String,
    actor: String,
    occurred_at: Time,
}

pub(crate) async fn movements(ctx: &mut Ctx, variant: VariantId) -> Result<Vec<Movement>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<MovementRow> = sqlx::query_as(MOVEMENTS)
        .bind(store_id)
        .bind(variant)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Movement {
                id: row.id,
                variant_id: row.variant_id,
                location_id: row.location_id,
                kind: MovementKind::parse(&row.kind).ok_or_else(|| Error::corrupt("movements.kind", &row.kind))?,
                on_hand_change: row.on_hand_change,
                reserved_change: row.reserved_change,
                reference: row.reference,
                reason: row.reason,
                actor: row.actor,
                occurred_at: row.occurred_at,
            })
        })
        .collect()
}

/// A level that differs from its ledger rows or reservations.
#[derive(sqlx::FromRow)]
pub(crate) struct WrongLevel {
    pub(crate) variant_id: VariantId,
    pub(crate) location_id: LocationId,
    pub(crate) on_hand: i64,
    pub(crate) reserved: i64,
    pub(crate) ledger_on_hand: i64,
    pub(crate) ledger_reserved: i64,
    pub(crate) held: i64,
}

pub(crate) async fn wrong_levels(ctx: &mut Ctx) -> Result<Vec<WrongLevel>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(CHECK).bind(store_id).fetch_all(ctx.sql().await?).await?)
}

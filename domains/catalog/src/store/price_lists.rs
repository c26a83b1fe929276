//! Price lists, without their prices.

use database::{Ctx, Error, OnConstraint as _};
use kernel::{CountryCode, Cursor, CustomerGroupId, FieldError, Invalid, PriceListId, Time, VariantId};
use rust_decimal::Decimal;

use crate::{ListName, PriceList, PriceListError, PriceListSort, PriceListState, PriceListTerms};

/// The columns of [`PriceListRow`].
macro_rules! columns {
    () => {
        "l.id, l.name, l.active, l.priority, l.starts_at, l.ends_at, l.percent_off, l.countries, l.version, l.created_at, \
         ARRAY(SELECT g.group_id FROM catalog.price_list_groups g WHERE g.store_id = l.store_id AND g.list_id = l.id ORDER BY g.group_id) AS group_ids, \
         (SELECT n.price_count FROM catalog.list_price_counts n WHERE n.store_id = l.store_id AND n.list_id = l.id) AS price_count"
    };
}

/// Whether a list is there in its time at the moment `$3`, if that is asked for. The same rules as `PriceListTerms::state_at`.
macro_rules! state_is {
    () => {
        "($2::text IS NULL OR $2 = CASE WHEN NOT l.active THEN 'off' WHEN l.starts_at > $3 THEN 'scheduled' \
            WHEN l.ends_at <= $3 THEN 'ended' ELSE 'on' END)"
    };
}

macro_rules! page {
    ($after:literal, $order:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM catalog.price_lists l WHERE l.store_id = $1 AND ",
            state_is!(),
            " AND ",
            $after,
            " ORDER BY ",
            $order,
            " LIMIT $4"
        )
    };
}

database::statements! {
    INSERT = "WITH made AS ( \
            INSERT INTO catalog.price_lists (store_id, id, name, active, priority, starts_at, ends_at, percent_off, countries, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id \
        ) INSERT INTO catalog.list_price_counts (store_id, list_id) SELECT $1, id FROM made";
    UPDATE = "UPDATE catalog.price_lists SET name = $3, active = $4, priority = $5, starts_at = $6, ends_at = $7, percent_off = $8, \
        countries = $9, version = version + 1 WHERE store_id = $1 AND id = $2";
    /// The groups it is for are exactly these.
    REPLACE_GROUPS = "WITH gone AS (DELETE FROM catalog.price_list_groups WHERE store_id = $1 AND list_id = $2 AND NOT group_id = ANY($3::uuid[])) \
        INSERT INTO catalog.price_list_groups (store_id, list_id, group_id) SELECT $1, $2, unnest($3::uuid[]) \
        ON CONFLICT ON CONSTRAINT price_list_groups_pk DO NOTHING";
    LOCK = "SELECT version FROM catalog.price_lists WHERE store_id = $1 AND id = $2 FOR UPDATE";
    DELETE = "DELETE FROM catalog.price_lists WHERE store_id = $1 AND id = $2";
    FIND = concat!("SELECT ", columns!(), " FROM catalog.price_lists l WHERE l.store_id = $1 AND l.id = $2");
    COUNT = concat!("SELECT count(*) FROM catalog.price_lists l WHERE l.store_id = $1 AND ", state_is!());
    LIST_NEWEST = page!("($5::timestamptz IS NULL OR (l.created_at, l.id) < ($5, $6::uuid))", "l.created_at DESC, l.id DESC");
    LIST_OLDEST = page!("($5::timestamptz IS NULL OR (l.created_at, l.id) > ($5, $6::uuid))", "l.created_at, l.id");
    /// A name is one list's.
    LIST_BY_NAME = page!("($5::text IS NULL OR lower(l.name) > lower($5))", "lower(l.name)");
    LIST_BY_NAME_BACKWARDS = page!("($5::text IS NULL OR lower(l.name) < lower($5))", "lower(l.name) DESC");
    LIST_BY_PRIORITY = page!("($5::integer IS NULL OR (-l.priority, l.id) > (-$5, $6::uuid))", "-l.priority, l.id");
    LIST_BY_PRIORITY_BACKWARDS = page!("($5::integer IS NULL OR (-l.priority, l.id) < (-$5, $6::uuid))", "-l.priority DESC, l.id DESC");
    LIST_OF_GROUP = "SELECT l.id, l.name FROM catalog.price_list_groups g \
        JOIN catalog.price_lists l ON l.store_id = g.store_id AND l.id = g.list_id WHERE g.store_id = $1 AND g.group_id = $2 ORDER BY lower(l.name)";
    LIST_OF_VARIANT = "SELECT l.id, l.name FROM catalog.price_lists l WHERE l.store_id = $1 AND EXISTS ( \
            SELECT FROM catalog.list_prices p WHERE p.store_id = $1 AND p.variant_id = $2 AND p.list_id = l.id) ORDER BY lower(l.name)";
}

#[derive(sqlx::FromRow)]
struct PriceListRow {
    id: PriceListId,
    name: String,
    active: bool,
    priority: i32,
    starts_at: Option<Time>,
    ends_at: Option<Time>,
    percent_off: Option<Decimal>,
    countries: Vec<String>,
    group_ids: Vec<CustomerGroupId>,
    price_count: i64,
    version: i64,
    created_at: Time,
}

impl TryFrom<PriceListRow> for PriceList {
    type Error = Error;

    fn try_from(row: PriceListRow) -> Result<Self, Error> {
        let country =
            |code: String| CountryCode::parse(&code).map_err(|_error| Error::corrupt("price_lists.countries", code));
        Ok(Self {
            id: row.id,
            terms: PriceListTerms {
                name: row.name,
                active: row.active,
                priority: row.priority,
                starts_at: row.starts_at,
                ends_at: row.ends_at,
                percent_off: row.percent_off.map(|fraction| fraction.normalize()),
                groups: row.group_ids,
                countries: row.countries.into_iter().map(country).collect::<Result<_, _>>()?,
            },
            price_count: row.price_count,
            version: row.version,
            created_at: row.created_at,
        })
    }
}

/// The last row of a page by what the list is sorted by.
pub(crate) enum After {
    At(Time, PriceListId),
    Name(String),
    Priority(i32, PriceListId),
}

impl After {
    /// What a cursor of a list in that order says.
    pub(crate) fn read(sort: PriceListSort, cursor: &Cursor) -> Result<Self, FieldError> {
        match sort {
            PriceListSort::Newest | PriceListSort::Oldest => {
                let (at, id) = cursor.decode()?;
                Ok(Self::At(at, id))
            }
            PriceListSort::Name | PriceListSort::NameBackwards => Ok(Self::Name(cursor.decode()?)),
            PriceListSort::Priority | PriceListSort::PriorityBackwards => {
                let (priority, id) = cursor.decode()?;
                Ok(Self::Priority(priority, id))
            }
        }
    }
}

pub(crate) async fn insert(ctx: &mut Ctx, terms: &PriceListTerms) -> Result<PriceListId, PriceListError> {
    let (store_id, now, id) = (ctx.store_id(), ctx.now(), ctx.new_id::<PriceListId>());
    let inserted = sqlx::query(INSERT)
        .bind(store_id)
        .bind(id)
        .bind(&terms.name)
        .bind(terms.active)
        .bind(terms.priority)
        .bind(terms.starts_at)
        .bind(terms.ends_at)
        .bind(terms.percent_off)
        .bind(codes(terms))
        .bind(now)
        .execute(ctx.sql().await?)
        .await
        .map_err(Error::from);
    inserted.on_constraint("price_lists_name", || PriceListError::NameTaken)?;
    replace_groups(ctx, id, &terms.groups).await?;
    Ok(id)
}

pub(crate) async fn update(ctx: &mut Ctx, id: PriceListId, terms: &PriceListTerms) -> Result<(), PriceListError> {
    let store_id = ctx.store_id();
    let updated = sqlx::query(UPDATE)
        .bind(store_id)
        .bind(id)
        .bind(&terms.name)
        .bind(terms.active)
        .bind(terms.priority)
        .bind(terms.starts_at)
        .bind(terms.ends_at)
        .bind(terms.percent_off)
        .bind(codes(terms))
        .execute(ctx.sql().await?)
        .await
        .map_err(Error::from);
    updated.on_constraint("price_lists_name", || PriceListError::NameTaken)?;
    replace_groups(ctx, id, &terms.groups).await
}

fn codes(terms: &PriceListTerms) -> Vec<String> {
    terms.countries.iter().map(ToString::to_string).collect()
}

async fn replace_groups(ctx: &mut Ctx, id: PriceListId, groups: &[CustomerGroupId]) -> Result<(), PriceListError> {
    let store_id = ctx.store_id();
    let replaced = sqlx::query(REPLACE_GROUPS)
        .bind(store_id)
        .bind(id)
        .bind(groups)
        .execute(ctx.sql().await?)
        .await
        .map_err(Error::from);
    replaced.on_constraint("price_list_groups_group_fk", || {
        let message = "must name groups of customers that there are";
        PriceListError::Invalid(Invalid::from(FieldError::new("groups", "no_such_group", message)))
    })?;
    Ok(())
}

/// Its version; `None`: there is no such list.
pub(crate) async fn lock(ctx: &mut Ctx, id: PriceListId) -> Result<Option<i64>, Error> {
    let query = sqlx::query_scalar(LOCK).bind(ctx.store_id()).bind(id);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn delete(ctx: &mut Ctx, id: PriceListId) -> Result<(), Error> {
    let query = sqlx::query(DELETE).bind(ctx.store_id()).bind(id);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn find(ctx: &mut Ctx, id: PriceListId) -> Result<Option<PriceList>, Error> {
    let query = sqlx::query_as(FIND).bind(ctx.store_id()).bind(id);
    let row: Option<PriceListRow> = query.fetch_optional(ctx.sql().await?).await?;
    row.map(PriceList::try_from).transpose()
}

pub(crate) async fn count(ctx: &mut Ctx, state: Option<PriceListState>) -> Result<i64, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(COUNT).bind(store_id);
    let query = query.bind(state.map(PriceListState::as_str)).bind(now);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn list(
    ctx: &mut Ctx,
    state: Option<PriceListState>,
    sort: PriceListSort,
    after: Option<After>,
    most: i64,
) -> Result<Vec<PriceList>, Error> {
    let sql = match sort {
        PriceListSort::Newest => LIST_NEWEST,
        PriceListSort::Oldest => LIST_OLDEST,
        PriceListSort::Name => LIST_BY_NAME,
        PriceListSort::NameBackwards => LIST_BY_NAME_BACKWARDS,
        PriceListSort::Priority => LIST_BY_PRIORITY,
        PriceListSort::PriorityBackwards => LIST_BY_PRIORITY_BACKWARDS,
    };
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_as(sql).bind(store_id);
    let query = query.bind(state.map(PriceListState::as_str)).bind(now).bind(most);
    let query = match (sort, after) {
        (PriceListSort::Newest | PriceListSort::Oldest, Some(After::At(at, id))) => query.bind(Some(at)).bind(Some(id)),
        (PriceListSort::Newest | PriceListSort::Oldest, _) => query.bind(None::<Time>).bind(None::<PriceListId>),
        (PriceListSort::Name | PriceListSort::NameBackwards, Some(After::Name(name))) => query.bind(Some(name)),
        (PriceListSort::Name | PriceListSort::NameBackwards, _) => query.bind(None::<String>),
        (PriceListSort::Priority | PriceListSort::PriorityBackwards, Some(After::Priority(priority, id))) => {
            query.bind(Some(priority)).bind(Some(id))
        }
        (PriceListSort::Priority | PriceListSort::PriorityBackwards, _) => {
            query.bind(None::<i32>).bind(None::<PriceListId>)
        }
    };
    let rows: Vec<PriceListRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(PriceList::try_from).collect()
}

async fn names(ctx: &mut Ctx, sql: &'static str, of: uuid::Uuid) -> Result<Vec<ListName>, Error> {
    let query = sqlx::query_as(sql).bind(ctx.store_id()).bind(of);
    let rows: Vec<(PriceListId, String)> = query.fetch_all(ctx.sql().await?).await?;
    Ok(rows.into_iter().map(|(id, name)| ListName { id, name }).collect())
}

pub(crate) async fn list_of_group(ctx: &mut Ctx, group: CustomerGroupId) -> Result<Vec<ListName>, Error> {
    names(ctx, LIST_OF_GROUP, group.into()).await
}

pub(crate) async fn list_of_variant(ctx: &mut Ctx, variant: VariantId) -> Result<Vec<ListName>, Error> {
    names(ctx, LIST_OF_VARIANT, variant.into()).await
}

//! Groups of customers, and who is in which.

use std::collections::HashMap;

use database::{Ctx, Error, OnConstraint as _};
use kernel::{CustomerGroupId, CustomerId, FieldError, Invalid, Time};

use crate::{Group, GroupError, GroupName, GroupTerms};

/// The columns of [`GroupRow`].
macro_rules! columns {
    () => {
        "SELECT g.id, g.name, g.note, g.version, g.created_at, \
           (SELECT count(*) FROM customers.group_members m WHERE m.store_id = g.store_id AND m.group_id = g.id) AS member_count \
         FROM customers.groups g WHERE g.store_id = $1 "
    };
}

database::statements! {
    INSERT = "INSERT INTO customers.groups (store_id, id, name, note, created_at) VALUES ($1, $2, $3, $4, $5)";
    UPDATE = "UPDATE customers.groups SET name = $3, note = $4, version = version + 1 WHERE store_id = $1 AND id = $2";
    LOCK = "SELECT version FROM customers.groups WHERE store_id = $1 AND id = $2 FOR UPDATE";
    DELETE = "DELETE FROM customers.groups WHERE store_id = $1 AND id = $2";
    FIND = concat!(columns!(), "AND g.id = $2");
    LIST = concat!(columns!(), "ORDER BY lower(g.name)");
    /// So many of them, behind a name, which is one group's.
    LIST_AFTER = concat!(columns!(), "AND ($2::text IS NULL OR lower(g.name) > lower($2)) ORDER BY lower(g.name) LIMIT $3");
    COUNT = "SELECT count(*) FROM customers.groups WHERE store_id = $1";
    LIST_NAMES = "SELECT id, name FROM customers.groups WHERE store_id = $1 ORDER BY lower(name)";
    LIST_OF = "SELECT m.customer_id, g.id, g.name FROM customers.group_members m \
        JOIN customers.groups g ON g.store_id = m.store_id AND g.id = m.group_id \
        WHERE m.store_id = $1 AND m.customer_id = ANY ($2) ORDER BY m.customer_id, lower(g.name)";
    /// The groups of a customer are exactly these.
    REPLACE_OF = "WITH gone AS (DELETE FROM customers.group_members WHERE store_id = $1 AND customer_id = $2 AND NOT group_id = ANY ($3)) \
        INSERT INTO customers.group_members (store_id, customer_id, group_id) SELECT $1, $2, unnest($3::uuid[]) \
        ON CONFLICT ON CONSTRAINT group_members_pk DO NOTHING";
}

#[derive(sqlx::FromRow)]
struct GroupRow {
    id: CustomerGroupId,
    name: String,
    note: String,
    member_count: i64,
    version: i64,
    created_at: Time,
}

impl From<GroupRow> for Group {
    fn from(row: GroupRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            note: row.note,
            member_count: row.member_count,
            version: row.version,
            created_at: row.created_at,
        }
    }
}

pub(crate) async fn insert(ctx: &mut Ctx, terms: &GroupTerms) -> Result<CustomerGroupId, GroupError> {
    let (store_id, now, id) = (ctx.store_id(), ctx.now(), ctx.new_id::<CustomerGroupId>());
    let query = sqlx::query(INSERT).bind(store_id).bind(id).bind(&terms.name);
    let query = query.bind(&terms.note).bind(now);
    let inserted = query.execute(ctx.sql().await?).await.map_err(Error::from);
    inserted.on_constraint("groups_name", || GroupError::NameTaken)?;
    Ok(id)
}

pub(crate) async fn update(ctx: &mut Ctx, id: CustomerGroupId, terms: &GroupTerms) -> Result<(), GroupError> {
    let query = sqlx::query(UPDATE).bind(ctx.store_id()).bind(id);
    let query = query.bind(&terms.name).bind(&terms.note);
    let updated = query.execute(ctx.sql().await?).await.map_err(Error::from);
    updated.on_constraint("groups_name", || GroupError::NameTaken)?;
    Ok(())
}

/// Its version; `None`: there is no such group.
pub(crate) async fn lock(ctx: &mut Ctx, id: CustomerGroupId) -> Result<Option<i64>, Error> {
    let query = sqlx::query_scalar(LOCK).bind(ctx.store_id()).bind(id);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn delete(ctx: &mut Ctx, id: CustomerGroupId) -> Result<(), GroupError> {
    let query = sqlx::query(DELETE).bind(ctx.store_id()).bind(id);
    let deleted = query.execute(ctx.sql().await?).await.map_err(Error::from);
    deleted.on_constraint("price_list_groups_group_fk", || GroupError::InUse)?;
    Ok(())
}

pub(crate) async fn find(ctx: &mut Ctx, id: CustomerGroupId) -> Result<Option<Group>, Error> {
    let query = sqlx::query_as(FIND).bind(ctx.store_id()).bind(id);
    let row: Option<GroupRow> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(row.map(Group::from))
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<Vec<Group>, Error> {
    let query = sqlx::query_as(LIST).bind(ctx.store_id());
    let rows: Vec<GroupRow> = query.fetch_all(ctx.sql().await?).await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// So many of them, by name, behind one.
pub(crate) async fn list_after(ctx: &mut Ctx, after: Option<&str>, limit: i64) -> Result<Vec<Group>, Error> {
    let query = sqlx::query_as(LIST_AFTER).bind(ctx.store_id());
    let query = query.bind(after).bind(limit);
    let rows: Vec<GroupRow> = query.fetch_all(ctx.sql().await?).await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

pub(crate) async fn count(ctx: &mut Ctx) -> Result<i64, Error> {
    let query = sqlx::query_scalar(COUNT).bind(ctx.store_id());
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn list_names(ctx: &mut Ctx) -> Result<Vec<GroupName>, Error> {
    let query = sqlx::query_as(LIST_NAMES).bind(ctx.store_id());
    let rows: Vec<(CustomerGroupId, String)> = query.fetch_all(ctx.sql().await?).await?;
    Ok(rows.into_iter().map(|(id, name)| GroupName { id, name }).collect())
}

pub(crate) async fn list_of(
    ctx: &mut Ctx,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, Vec<(CustomerGroupId, String)>>, Error> {
    let query = sqlx::query_as(LIST_OF).bind(ctx.store_id()).bind(customers);
    let rows: Vec<(CustomerId, CustomerGroupId, String)> = query.fetch_all(ctx.sql().await?).await?;
    let mut groups: HashMap<CustomerId, Vec<(CustomerGroupId, String)>> = HashMap::new();
    for (customer, id, name) in rows {
        groups.entry(customer).or_default().push((id, name));
    }
    Ok(groups)
}

pub(crate) async fn replace_of(
    ctx: &mut Ctx,
    customer: CustomerId,
    groups: &[CustomerGroupId],
) -> Result<(), GroupError> {
    let query = sqlx::query(REPLACE_OF).bind(ctx.store_id()).bind(customer).bind(groups);
    let replaced = query.execute(ctx.sql().await?).await.map_err(Error::from);
    replaced.on_constraint("group_members_group_fk", || {
        let message = "must name groups of customers that there are";
        GroupError::Invalid(Invalid::from(FieldError::new("groups", "no_such_group", message)))
    })?;
    Ok(())
}

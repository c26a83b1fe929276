//! The stores of the installation and the host names that lead to them.

use std::sync::Arc;

use kernel::{
    Address, CaptureWhen, CountryCode, Currency, EmailAddress, HoldStock, Invalid, OrderNumbers, Store, StoreId,
    TaxRounding, TimeZone, TypedId as _,
};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{
    Ctx, Database, Error, Event,
    store_settings::{INSERT_HOSTS, STORE_HOSTS, check_hosts, check_name},
};

const COLUMNS_FROM: &str = "SELECT s.id, s.slug, s.name, s.currency, s.locale, s.prices_include_tax, s.tax_rounding, s.country, s.email, s.sender_name, s.address, s.locales, s.order_prefix, \
     s.order_dated, s.first_order, s.time_zone, s.guests_may_buy, s.reservation_minutes, s.maintenance, s.has_waiting_room, s.version, \
     s.hold_stock, s.hold_minutes, s.capture, \
     CASE WHEN EXISTS (SELECT FROM platform.stores o WHERE (o.created_at, o.slug) < (s.created_at, s.slug)) \
       THEN (SELECT h.host FROM platform.store_hosts h WHERE h.store_id = s.id ORDER BY h.position, h.host LIMIT 1) END AS own_host \
     FROM platform.stores s";
const INSERT: &str = "INSERT INTO platform.stores (id, slug, name, currency, locale, prices_include_tax, tax_rounding, country, email, created_at, time_zone) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT ON CONSTRAINT stores_slug_key DO NOTHING";
const FIND: &str = "SELECT id FROM platform.stores WHERE slug = $1";
const HOST_OF_ANOTHER: &str = "SELECT h.host, s.slug FROM platform.store_hosts h JOIN platform.stores s ON s.id = h.store_id \
     WHERE h.host = ANY($2) AND h.store_id <> $1 ORDER BY h.host LIMIT 1";
const HOSTS: &str = "SELECT host, store_id FROM platform.store_hosts ORDER BY store_id, position, host";

const SWITCH_WAITING_ROOM: &str = "UPDATE platform.stores SET has_waiting_room = $2 WHERE id = $1";
const UPDATE_SELLING: &str =
    "UPDATE platform.stores SET hold_stock = $2, hold_minutes = $3, capture = $4, version = version + 1 WHERE id = $1";

/// Something a merchant decides about the store itself changed, or the host names that lead to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreChanged {
    /// The store.
    pub store_id: StoreId,
}

impl Event for StoreChanged {
    const KIND: &'static str = "store.changed";

    fn aggregate(&self) -> Uuid {
        self.store_id.into()
    }
}

pub(crate) async fn tell_changed(ctx: &mut Ctx) -> Result<(), Error> {
    let store_id = ctx.store_id();
    ctx.publish(&StoreChanged { store_id }).await?;
    Ok(())
}

/// Sets when a store sets stock aside, for how many minutes, and when it takes the money. Orders and carts that are there
/// stay as they are.
pub async fn update_selling(
    ctx: &mut Ctx,
    hold_stock: HoldStock,
    hold_minutes: i64,
    capture: CaptureWhen,
) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPDATE_SELLING)
        .bind(store_id)
        .bind(hold_stock.as_str())
        .bind(hold_minutes)
        .bind(capture.as_str())
        .execute(ctx.sql().await?)
        .await?;
    tell_changed(ctx).await
}

/// Says whether shoppers may have to wait in a queue, so that nobody looks for one where there is none.
pub async fn switch_waiting_room(ctx: &mut Ctx, is_open: bool) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(SWITCH_WAITING_ROOM)
        .bind(store_id)
        .bind(is_open)
        .execute(ctx.sql().await?)
        .await?;
    tell_changed(ctx).await
}

/// Why there is no such store, or its host names are as they were.
#[derive(Debug, thiserror::Error)]
pub enum EnsureStoreError {
    /// A host name leads to another store.
    #[error("{host} leads to the store {slug} already: take it from there first, on the settings page of its desk")]
    HostTaken {
        /// The host name.
        host: String,
        /// The other store.
        slug: String,
    },
    /// Some fields hold what they cannot.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

impl From<sqlx::Error> for EnsureStoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(error.into())
    }
}

/// A store to be made.
#[derive(Debug, Clone)]
pub struct NewStore {
    /// A short name for command lines and folders.
    pub slug: String,
    /// The name shoppers see.
    pub name: String,
    /// The currency of its prices.
    pub currency: Currency,
    /// The language its pages start in.
    pub locale: kernel::Locale,
    /// Whether the prices it shows contain the tax.
    pub prices_include_tax: bool,
    /// Where tax is rounded.
    pub tax_rounding: TaxRounding,
    /// The country it ships from.
    pub country: CountryCode,
    /// The address its mails come from.
    pub email: EmailAddress,
    /// Where its days begin at midnight.
    pub time_zone: TimeZone,
}

#[derive(sqlx::FromRow)]
struct StoreRow {
    id: StoreId,
    slug: String,
    name: String,
    own_host: Option<String>,
    currency: String,
    locale: String,
    prices_include_tax: bool,
    tax_rounding: String,
    country: String,
    email: String,
    hold_stock: String,
    hold_minutes: i64,
    capture: String,
    sender_name: String,
    address: Option<Json<Address>>,
    locales: Vec<String>,
    order_prefix: String,
    order_dated: bool,
    first_order: i64,
    reservation_minutes: i32,
    maintenance: bool,
    has_waiting_room: bool,
    version: i64,
    time_zone: String,
    guests_may_buy: bool,
}

impl TryFrom<StoreRow> for Store {
    type Error = Error;

    fn try_from(row: StoreRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            own_host: row.own_host,
            currency: row
                .currency
                .parse()
                .map_err(|_e| Error::corrupt("stores.currency", &row.currency))?,
            locale: row
                .locale
                .parse()
                .map_err(|_e| Error::corrupt("stores.locale", &row.locale))?,
            prices_include_tax: row.prices_include_tax,
            tax_rounding: match row.tax_rounding.as_str() {
                "line" => TaxRounding::Line,
                "order" => TaxRounding::Order,
                other => return Err(Error::corrupt("stores.tax_rounding", other)),
            },
            country: CountryCode::parse(&row.country).map_err(|_e| Error::corrupt("stores.country", &row.country))?,
            email: EmailAddress::parse(&row.email).map_err(|_e| Error::corrupt("stores.email", &row.email))?,
            hold_stock: HoldStock::parse(&row.hold_stock)
                .ok_or_else(|| Error::corrupt("stores.hold_stock", &row.hold_stock))?,
            hold_minutes: row.hold_minutes,
            capture: CaptureWhen::parse(&row.capture).ok_or_else(|| Error::corrupt("stores.capture", &row.capture))?,
            sender_name: row.sender_name,
            address: row.address.map(|Json(address)| address),
            locales: row.locales.iter().filter_map(|locale| locale.parse().ok()).collect(),
            order_numbers: OrderNumbers {
                prefix: row.order_prefix,
                dated: row.order_dated,
                first: row.first_order,
            },
            reservation_minutes: row.reservation_minutes,
            time_zone: TimeZone::parse(&row.time_zone)
                .map_err(|_e| Error::corrupt("stores.time_zone", &row.time_zone))?,
            guests_may_buy: row.guests_may_buy,
            maintenance: row.maintenance,
            has_waiting_room: row.has_waiting_room,
            version: row.version,
        })
    }
}

/// The store of that id.
pub(crate) async fn get(connection: &mut PgConnection, id: StoreId) -> Result<Store, Error> {
    let statement = sqlx::AssertSqlSafe(format!("{COLUMNS_FROM} WHERE s.id = $1"));
    let row: StoreRow = sqlx::query_as(statement).bind(id).fetch_one(connection).await?;
    row.try_into()
}

fn checked(name: &str, hosts: &[&str]) -> Result<(String, Vec<String>), Invalid> {
    let mut invalid = Invalid::default();
    let mut name = name.to_owned();
    check_name(&mut invalid, "name", &mut name, true);
    let mut hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    if !hosts.is_empty() {
        check_hosts(&mut hosts, &mut invalid);
    }
    invalid.into_result()?;
    Ok((name, hosts))
}

impl Database {
    /// Makes a store, or finds the one of that slug, which stays what it is. Host names are pointed at it either way, before
    /// those that it has, unless one leads to another store: then nothing is done.
    #[expect(
        clippy::disallowed_methods,
        reason = "the store that a unit of work acts for is made here"
    )]
    pub async fn ensure_store(&self, new: &NewStore, hosts: &[&str]) -> Result<Arc<Store>, EnsureStoreError> {
        let (name, hosts) = checked(&new.name, hosts)?;
        let rounding = match new.tax_rounding {
            TaxRounding::Line => "line",
            TaxRounding::Order => "order",
        };
        let mut transaction = self.pool().begin().await?;
        sqlx::query(INSERT)
            .bind(StoreId::generate(self.now(), self.entropy()))
            .bind(&new.slug)
            .bind(name)
            .bind(new.currency.code())
            .bind(new.locale.code())
            .bind(new.prices_include_tax)
            .bind(rounding)
            .bind(new.country.as_str())
            .bind(new.email.as_str())
            .bind(self.now())
            .bind(new.time_zone.name())
            .execute(&mut *transaction)
            .await?;
        let id: StoreId = sqlx::query_scalar(FIND)
            .bind(&new.slug)
            .fetch_one(&mut *transaction)
            .await?;
        let had: Vec<String> = sqlx::query_scalar(STORE_HOSTS)
            .bind(id)
            .fetch_all(&mut *transaction)
            .await?;
        let others = had.into_iter().filter(|host| !hosts.contains(host));
        let all: Vec<String> = hosts.iter().cloned().chain(others).collect();
        sqlx::query(INSERT_HOSTS)
            .bind(id)
            .bind(&all)
            .execute(&mut *transaction)
            .await?;
        let taken: Option<(String, String)> = sqlx::query_as(HOST_OF_ANOTHER)
            .bind(id)
            .bind(&hosts)
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some((host, slug)) = taken {
            return Err(EnsureStoreError::HostTaken { host, slug });
        }
        let store = get(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(Arc::new(store))
    }

    /// The store of that slug.
    pub async fn find_store(&self, slug: &str) -> Result<Option<Arc<Store>>, Error> {
        Ok(self.list_stores().await?.into_iter().find(|store| store.slug == slug))
    }

    /// Every store, oldest first.
    pub async fn list_stores(&self) -> Result<Vec<Arc<Store>>, Error> {
        let rows: Vec<StoreRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{COLUMNS_FROM} ORDER BY s.created_at, s.slug"
        )))
        .fetch_all(self.pool())
        .await?;
        rows.into_iter().map(|row| Store::try_from(row).map(Arc::new)).collect()
    }

    /// Every host name with the store it leads to, those of a store in their order.
    pub async fn list_hosts(&self) -> Result<Vec<(String, StoreId)>, Error> {
        Ok(sqlx::query_as(HOSTS).fetch_all(self.pool()).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOST, TestDatabase, sample_store};

    #[tokio::test]
    async fn a_host_name_stays_with_the_store_that_has_it() {
        let db = TestDatabase::new().await;
        let database = db.database();
        let second = NewStore {
            slug: "second".to_owned(),
            ..sample_store()
        };
        let refused = database.ensure_store(&second, &["second.test", HOST]).await;
        let first = db.store().slug.clone();
        assert!(
            matches!(&refused, Err(EnsureStoreError::HostTaken { host, slug }) if host == HOST && *slug == first),
            "{refused:?}"
        );
        assert_eq!(database.find_store("second").await.unwrap(), None);
        assert_eq!(database.list_hosts().await.unwrap().len(), 1);
        let made = database.ensure_store(&second, &["Second.test"]).await.unwrap();
        let again = database.ensure_store(&second, &["second.test"]).await.unwrap();
        assert_eq!(made, again);
        let moved = database.ensure_store(&second, &["shop.second.test"]).await.unwrap();
        assert_eq!(made.own_host.as_deref(), Some("second.test"));
        assert_eq!(moved.own_host.as_deref(), Some("shop.second.test"));
        let oldest = database.find_store(&first).await.unwrap().unwrap();
        assert_eq!(oldest.own_host, None, "it is at the address of the installation");
        let hosts = database.list_hosts().await.unwrap();
        let of_second = hosts
            .iter()
            .filter(|(_, store)| *store == made.id)
            .map(|(host, _)| host.as_str());
        assert_eq!(of_second.collect::<Vec<_>>(), ["shop.second.test", "second.test"]);
        assert!(
            database
                .list_hosts()
                .await
                .unwrap()
                .contains(&("second.test".to_owned(), made.id))
        );
    }

    #[tokio::test]
    async fn what_is_no_name_and_no_host_is_refused() {
        let db = TestDatabase::new().await;
        let nameless = NewStore {
            slug: "second".to_owned(),
            name: " ".to_owned(),
            ..sample_store()
        };
        let refused = db.database().ensure_store(&nameless, &["https://second.test/"]).await;
        let Err(EnsureStoreError::Invalid(invalid)) = refused else {
            panic!("{refused:?}")
        };
        let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["name", "hosts"]);
    }
}

//! What a merchant decides about the store itself.

use std::collections::HashSet;

use kernel::{FieldError, Forbidden, Invalid, Permission, Store, TaxRounding};
use sqlx::types::Json;

use crate::{Ctx, Error, OnConstraint as _, stores};

const UPDATE: &str = "UPDATE platform.stores SET name = $3, email = $4, sender_name = $5, address = $6, locale = $7, locales = $8, \
     currency = $9, country = $10, prices_include_tax = $11, tax_rounding = $12, order_prefix = $13, order_dated = $14, \
     first_order = $15, reservation_minutes = $16, maintenance = $17, time_zone = $18, guests_may_buy = $19, \
     hold_stock = $20, hold_minutes = $21, capture = $22, version = version + 1 WHERE id = $1 AND version = $2";
/// Makes the next order's number the wanted first one, if it would be a smaller one.
const SKIP_NUMBERS: &str =
    "UPDATE platform.sequences SET last_value = $2 - 1 WHERE store_id = $1 AND name = 'orders' AND last_value < $2 - 1";
pub(crate) const STORE_HOSTS: &str =
    "SELECT host FROM platform.store_hosts WHERE store_id = $1 ORDER BY position, host";
/// Points host names at a store, in this order, but for those that lead to another.
pub(crate) const INSERT_HOSTS: &str = "INSERT INTO platform.store_hosts AS h (host, store_id, position) \
     SELECT wanted.host, $1, wanted.position::integer FROM unnest($2::text[]) WITH ORDINALITY AS wanted (host, position) \
     ON CONFLICT ON CONSTRAINT store_hosts_pk DO UPDATE SET position = excluded.position \
     WHERE h.store_id = excluded.store_id AND h.position <> excluded.position";
const DELETE_HOSTS: &str = "DELETE FROM platform.store_hosts WHERE store_id = $1 AND host <> ALL($2::text[])";
const HAS_AMOUNTS: &str = "SELECT platform.has_amounts($1)";
/// The most host names of a store.
const MOST_HOSTS: usize = 20;

/// Why the settings are as they were.
#[derive(Debug, thiserror::Error)]
pub enum UpdateStoreError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Somebody changed them in the meantime.
    #[error("the settings were changed in the meantime")]
    VersionConflict,
    /// There are amounts in the currency.
    #[error("there are prices or orders in the currency already")]
    CurrencyFixed,
    /// A host name leads to another store.
    #[error("{0} leads to another store")]
    HostTaken(String),
    /// Some fields hold what they cannot.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// A store as it is now, with its host names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreSettings {
    /// The store.
    pub store: Store,
    /// The host names that lead to it; its mails link to the first.
    pub hosts: Vec<String>,
}

/// The store as it is now; `Ctx::store` may be half a minute old.
pub async fn load_store_settings(ctx: &mut Ctx) -> Result<StoreSettings, Error> {
    let store_id = ctx.store_id();
    let store = stores::get(ctx.sql().await?, store_id).await?;
    let hosts = list_hosts(ctx).await?;
    Ok(StoreSettings { store, hosts })
}

/// Whether the currency has to stay, because there are prices, delivery costs, coupons or orders in it.
pub async fn has_amounts(ctx: &mut Ctx) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(HAS_AMOUNTS)
        .bind(store_id)
        .fetch_one(ctx.sql().await?)
        .await?)
}

/// Keeps the settings, of which the version must be the current one. Id and slug stay. Orders that are placed keep what
/// they were sold with.
pub async fn update_store(ctx: &mut Ctx, wanted: &StoreSettings) -> Result<(), UpdateStoreError> {
    ctx.require(Permission::ManageSettings)?;
    let StoreSettings { store, hosts } = checked(wanted.clone())?;
    let store_id = ctx.store_id();
    let rounding = match store.tax_rounding {
        TaxRounding::Line => "line",
        TaxRounding::Order => "order",
    };
    let locales: Vec<&str> = store.locales.iter().map(|locale| locale.code()).collect();
    let done = sqlx::query(UPDATE)
        .bind(store_id)
        .bind(store.version)
        .bind(&store.name)
        .bind(store.email.as_str())
        .bind(&store.sender_name)
        .bind(store.address.as_ref().map(Json))
        .bind(store.locale.code())
        .bind(locales)
        .bind(store.currency.code())
        .bind(store.country.as_str())
        .bind(store.prices_include_tax)
        .bind(rounding)
        .bind(&store.order_numbers.prefix)
        .bind(store.order_numbers.dated)
        .bind(store.order_numbers.first)
        .bind(store.reservation_minutes)
        .bind(store.maintenance)
        .bind(store.time_zone.name())
        .bind(store.guests_may_buy)
        .bind(store.hold_stock.as_str())
        .bind(store.hold_minutes)
        .bind(store.capture.as_str())
        .execute(ctx.sql().await?)
        .await
        .map_err(Error::from)
        .on_constraint("stores_currency_fixed", || UpdateStoreError::CurrencyFixed)?;
    if done.rows_affected() == 0 {
        return Err(UpdateStoreError::VersionConflict);
    }
    sqlx::query(SKIP_NUMBERS)
        .bind(store_id)
        .bind(store.order_numbers.first)
        .execute(ctx.sql().await?)
        .await
        .map_err(Error::from)?;
    replace_hosts(ctx, &hosts).await?;
    Ok(stores::tell_changed(ctx).await?)
}

async fn replace_hosts(ctx: &mut Ctx, hosts: &[String]) -> Result<(), UpdateStoreError> {
    let store_id = ctx.store_id();
    let was = list_hosts(ctx).await?;
    if was.first().is_some_and(|first| hosts.first() != Some(first)) && !may_do_everything(ctx) {
        let message = "must begin with the same: mails link to it, so who may do everything changes it";
        return Err(Invalid::from(FieldError::new("hosts", "first_host_kept", message)).into());
    }
    for statement in [DELETE_HOSTS, INSERT_HOSTS] {
        sqlx::query(statement)
            .bind(store_id)
            .bind(hosts)
            .execute(ctx.sql().await?)
            .await
            .map_err(Error::from)?;
    }
    let ours = list_hosts(ctx).await?;
    match hosts.iter().find(|host| !ours.contains(host)) {
        Some(taken) => Err(UpdateStoreError::HostTaken(taken.clone())),
        None => Ok(()),
    }
}

async fn list_hosts(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let query = sqlx::query_scalar(STORE_HOSTS).bind(ctx.store_id());
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// Links with which people sign in lead to the first host name, so whoever chooses it could become an owner.
fn may_do_everything(ctx: &Ctx) -> bool {
    Permission::ALL
        .iter()
        .all(|permission| ctx.require(*permission).is_ok())
}

/// Tidies up the name of a store or a sender.
pub(crate) fn check_name(invalid: &mut Invalid, field: &str, text: &mut String, required: bool) {
    *text = text.trim().to_owned();
    if required && text.is_empty() {
        invalid.push(FieldError::required(field));
    } else if text.chars().count() > 100 {
        invalid.push(FieldError::new(field, "too_long", "may have at most 100 characters"));
    } else if text.chars().any(char::is_control) {
        invalid.push(FieldError::new(
            field,
            "invalid_text",
            "may not hold control characters",
        ));
    }
}

/// The same, tidied up, or everything that is wrong with it.
fn checked(mut wanted: StoreSettings) -> Result<StoreSettings, Invalid> {
    let mut invalid = Invalid::default();
    let store = &mut wanted.store;
    for (field, text, required) in [
        ("name", &mut store.name, true),
        ("sender_name", &mut store.sender_name, false),
    ] {
        check_name(&mut invalid, field, text, required);
    }
    if !store.locales.contains(&store.locale) {
        invalid.push(FieldError::new(
            "locale",
            "locale_not_offered",
            "must be one of the languages that are offered",
        ));
    }
    let numbers = &mut store.order_numbers;
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "#-_/.".contains(letter);
    if numbers.prefix.len() > 20 || !numbers.prefix.chars().all(fits) {
        let message = "may have at most 20 letters, digits and # - _ / .";
        invalid.push(FieldError::new("order_prefix", "invalid_prefix", message));
    } else if numbers.prefix.ends_with(|letter: char| letter.is_ascii_digit()) {
        invalid.push(FieldError::new(
            "order_prefix",
            "prefix_digit",
            "must not end in a digit",
        ));
    }
    if !(1..=999_999_999_999).contains(&numbers.first) {
        invalid.push(FieldError::new(
            "first_order",
            "out_of_range",
            "must be from 1 to 999999999999",
        ));
    }
    if !(1..=1440).contains(&store.hold_minutes) {
        invalid.push(FieldError::new(
            "hold_minutes",
            "out_of_range",
            "must be from 1 to 1440",
        ));
    }
    if !(5..=1440).contains(&store.reservation_minutes) {
        invalid.push(FieldError::new(
            "reservation_minutes",
            "out_of_range",
            "must be from 5 to 1440",
        ));
    }
    match store.address.take().map(kernel::Address::checked).transpose() {
        Ok(address) => store.address = address,
        Err(wrong) => invalid
            .0
            .extend(wrong.0.into_iter().map(|error| error.under("address"))),
    }
    check_hosts(&mut wanted.hosts, &mut invalid);
    invalid.into_result()?;
    Ok(wanted)
}

/// Tidies host names up, and leaves them in their order; each may have a port, which is looked for first.
pub(crate) fn check_hosts(hosts: &mut Vec<String>, invalid: &mut Invalid) {
    for host in hosts.iter_mut() {
        *host = host.trim().to_lowercase();
        let fits = |letter: char| letter.is_ascii_alphanumeric() || ".-:[]".contains(letter);
        if host.is_empty() || host.len() > 253 || !host.chars().all(fits) {
            invalid.push(FieldError::new(
                "hosts",
                "invalid_host",
                "must be host names such as shop.example",
            ));
        }
    }
    let mut seen = HashSet::new();
    hosts.retain(|host| seen.insert(host.clone()));
    if hosts.is_empty() {
        invalid.push(FieldError::required("hosts"));
    } else if hosts.len() > MOST_HOSTS {
        invalid.push(FieldError::new(
            "hosts",
            "too_many",
            format!("may be at most {MOST_HOSTS}"),
        ));
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Actor, Address, Currency, Locale, TimeZone};

    use super::*;
    use crate::testing::{HOST, TestDatabase};

    #[tokio::test]
    async fn settings_are_found_as_they_were_kept_and_only_once_per_version() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let mut wanted = load_store_settings(&mut ctx).await.unwrap();
        wanted.store.name = " Corner ".to_owned();
        wanted.store.sender_name = "Ann of Corner".to_owned();
        wanted.store.address = Some(Address::sample());
        wanted.store.currency = Currency::EUR;
        wanted.store.locales = vec![Locale::EN];
        wanted.store.order_numbers.prefix = "#".to_owned();
        wanted.store.time_zone = TimeZone::parse("Asia/Jakarta").unwrap();
        wanted.store.guests_may_buy = false;
        wanted.store.maintenance = true;
        wanted.hosts = vec!["Shop.Example".to_owned(), "shop.example".to_owned()];
        update_store(&mut ctx, &wanted).await.unwrap();
        let late = update_store(&mut ctx, &wanted).await;
        assert!(matches!(late, Err(UpdateStoreError::VersionConflict)));
        let kept = load_store_settings(&mut ctx).await.unwrap();
        assert_eq!(kept.hosts, ["shop.example"]);
        wanted.store.name = "Corner".to_owned();
        wanted.store.version = kept.store.version;
        assert_eq!(kept.store, wanted.store);
    }

    #[tokio::test]
    async fn where_mails_link_to_is_changed_by_who_may_do_everything() {
        let db = TestDatabase::new().await;
        let account = db.work().read().new_id();
        let staff = |permissions: Vec<Permission>| db.work().acting_as(Actor::Staff { account, permissions });
        let save = async |work: crate::Work, hosts: &[&str]| {
            let mut ctx = work.write();
            let mut wanted = load_store_settings(&mut ctx).await.unwrap();
            wanted.hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
            let saved = update_store(&mut ctx, &wanted).await;
            let hosts = load_store_settings(&mut ctx).await.unwrap().hosts;
            match saved {
                Ok(()) => ctx.commit().await.unwrap(),
                Err(_) => ctx.rollback().await,
            }
            (saved, hosts)
        };
        let settings = || staff(vec![Permission::ManageSettings]);
        let (saved, hosts) = save(settings(), &[HOST, "b.example", "a.example", "B.example"]).await;
        saved.unwrap();
        assert_eq!(hosts, [HOST, "b.example", "a.example"]);
        let first: Vec<String> = db
            .database()
            .list_hosts()
            .await
            .unwrap()
            .into_iter()
            .map(|(host, _)| host)
            .collect();
        assert_eq!(first, hosts);
        for stolen in [&["a.example", HOST][..], &["b.example"]] {
            let (saved, _) = save(settings(), stolen).await;
            assert!(
                matches!(&saved, Err(UpdateStoreError::Invalid(wrong)) if wrong.0[0].code == "first_host_kept"),
                "{saved:?}"
            );
        }
        save(settings(), &[HOST, "a.example", "b.example"]).await.0.unwrap();
        let (saved, hosts) = save(staff(Permission::ALL.to_vec()), &["a.example", HOST]).await;
        saved.unwrap();
        assert_eq!(hosts, ["a.example", HOST]);
    }

    #[tokio::test]
    async fn what_cannot_be_is_named() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let mut wanted = load_store_settings(&mut ctx).await.unwrap();
        wanted.store.name = " ".to_owned();
        wanted.store.locales = vec![];
        wanted.store.order_numbers.prefix = "A1".to_owned();
        wanted.store.order_numbers.first = 0;
        wanted.store.reservation_minutes = 1;
        wanted.hosts = vec!["no host".to_owned()];
        let Err(UpdateStoreError::Invalid(invalid)) = update_store(&mut ctx, &wanted).await else {
            panic!("kept")
        };
        let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "name",
                "locale",
                "order_prefix",
                "first_order",
                "reservation_minutes",
                "hosts"
            ]
        );
        let mut ctx = db.work().acting_as(Actor::Guest).write();
        let refused = update_store(&mut ctx, &wanted).await;
        assert!(matches!(refused, Err(UpdateStoreError::Forbidden(_))));
    }
}

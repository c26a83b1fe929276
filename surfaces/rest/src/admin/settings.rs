//! `GET` and `PATCH /admin/settings`: what the merchant decides about the store itself.

use axum::http::{HeaderMap, StatusCode};
use database::{
    Ctx,
    store_settings::{StoreSettings, UpdateStoreError, has_amounts, load_store_settings, update_store},
};
use kernel::{
    CaptureWhen, CountryCode, Currency, EmailAddress, FieldError, HoldStock, Invalid, Locale, Store, TaxRounding,
    TimeZone,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Problem, can};

use super::{require_version, tagged};
use crate::{
    endpoint::Endpoint,
    wire::{Address, KnownAddress, present, words},
};

const TAG: &str = "Admin: settings";

/// What is decided about the store itself.
#[derive(Serialize, ToSchema)]
struct Settings {
    /// The store's name on command lines; it stays.
    slug: String,
    /// The name shoppers see.
    name: String,
    /// Where mails come from.
    email: String,
    /// Who mails say they are from; empty for the store's name.
    sender_name: String,
    /// Where the business is.
    address: Option<KnownAddress>,
    /// The country it ships from.
    country: String,
    /// The host names that lead to it. Mails link to the first, which changes only with all permissions.
    hosts: Vec<String>,
    /// Where its days begin at midnight, by the IANA's name.
    #[schema(example = "Asia/Jakarta")]
    time_zone: &'static str,
    /// The language its pages start in.
    locale: &'static str,
    /// The languages its pages are offered in.
    locales: Vec<&'static str>,
    /// The currency of its prices.
    currency: &'static str,
    /// Whether the currency has to stay, because there are amounts in it.
    currency_fixed: bool,
    /// Whether the prices it shows contain the tax.
    prices_include_tax: bool,
    /// Where tax is rounded: `line` or `order`.
    tax_rounding: &'static str,
    /// What stands before the numbers of orders.
    order_prefix: String,
    /// Whether the day of the order stands between them.
    order_dated: bool,
    /// The number of the first order.
    first_order: i64,
    /// How many minutes stock is set aside for an order that is being paid.
    reservation_minutes: i32,
    /// When stock is set aside for a shopper: `checkout` or `cart`.
    hold_stock: &'static str,
    /// How many minutes it stays set aside before the order is placed.
    hold_minutes: i64,
    /// When the money of an order is taken: `now`, with the first parcel (`shipment`), or by `hand`.
    capture: &'static str,
    /// Whether somebody who is not signed in may buy.
    guests_may_buy: bool,
    /// Whether shoppers are asked to come back later.
    maintenance: bool,
    version: i64,
}

/// What to change; a field that is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateSettings {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, format = "email")]
    email: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 100)]
    sender_name: Option<String>,
    /// Null takes it away. Its country is the store's.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Address>, required = false)]
    address: Option<Option<Address>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = words::Country, required = false)]
    country: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<String>, required = false, min_items = 1, max_items = 20)]
    hosts: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, example = "Asia/Jakarta")]
    time_zone: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = words::Language, required = false)]
    locale: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<words::Language>, required = false, min_items = 1)]
    locales: Option<Vec<String>>,
    /// Stays once there are prices or orders in it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, pattern = "^[A-Z]{3}$")]
    currency: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    prices_include_tax: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, pattern = "^(line|order)$")]
    tax_rounding: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 20)]
    order_prefix: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    order_dated: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64, required = false, minimum = 1, maximum = 999_999_999_999_i64)]
    first_order: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i32, required = false, minimum = 5, maximum = 1440)]
    reservation_minutes: Option<i32>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, pattern = "^(checkout|cart)$")]
    hold_stock: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64, required = false, minimum = 1, maximum = 1440)]
    hold_minutes: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, pattern = "^(now|shipment|hand)$")]
    capture: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    guests_may_buy: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    maintenance: Option<bool>,
}

impl UpdateSettings {
    /// Puts what is given in the place of what was, or names everything that cannot be read.
    fn apply(self, mut settings: StoreSettings) -> Result<StoreSettings, Invalid> {
        let (mut invalid, store) = (Invalid::default(), &mut settings.store);
        put(&mut store.name, self.name);
        put(&mut store.sender_name, self.sender_name);
        put(&mut store.prices_include_tax, self.prices_include_tax);
        put(&mut store.order_numbers.prefix, self.order_prefix);
        put(&mut store.order_numbers.dated, self.order_dated);
        put(&mut store.order_numbers.first, self.first_order);
        put(&mut store.reservation_minutes, self.reservation_minutes);
        put(&mut store.hold_minutes, self.hold_minutes);
        put(&mut store.guests_may_buy, self.guests_may_buy);
        put(&mut store.maintenance, self.maintenance);
        let mut field = Reader(&mut invalid);
        field.read("email", &mut store.email, self.email, |text| {
            EmailAddress::parse(text).ok()
        });
        field.read("country", &mut store.country, self.country, |text| {
            CountryCode::parse_assigned(text).ok()
        });
        field.read("currency", &mut store.currency, self.currency, |text| {
            Currency::parse(text).ok()
        });
        field.read("time_zone", &mut store.time_zone, self.time_zone, |text| {
            TimeZone::parse(text).ok()
        });
        field.read("locale", &mut store.locale, self.locale, |text| text.parse().ok());
        field.read("tax_rounding", &mut store.tax_rounding, self.tax_rounding, rounding);
        field.read("hold_stock", &mut store.hold_stock, self.hold_stock, HoldStock::parse);
        field.read("capture", &mut store.capture, self.capture, CaptureWhen::parse);
        if let Some(codes) = self.locales {
            let locales: Result<Vec<Locale>, _> = codes.iter().map(|code| code.parse()).collect();
            let unknown = |_unknown| FieldError::new("locales", "invalid_value", "must be languages such as en");
            store.locales = invalid.check("locales", locales.map_err(unknown)).unwrap_or_default();
        }
        if let Some(address) = self.address {
            let address = address.map(|address| address.read("address")).transpose();
            store.address = invalid.check("address", address).flatten();
        }
        if let Some(address) = &mut store.address {
            address.country = store.country;
        }
        put(&mut settings.hosts, self.hosts);
        invalid.into_result()?;
        Ok(settings)
    }
}

fn put<T>(field: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *field = given;
    }
}

/// Reads fields that are texts, and gathers what is wrong with them.
struct Reader<'a>(&'a mut Invalid);

impl Reader<'_> {
    fn read<T>(&mut self, name: &'static str, field: &mut T, given: Option<String>, parse: fn(&str) -> Option<T>) {
        match given.map(|text| parse(&text)) {
            Some(Some(value)) => *field = value,
            Some(None) => self
                .0
                .push(FieldError::new(name, "invalid_value", "is not one that is known")),
            None => {}
        }
    }
}

fn rounding(text: &str) -> Option<TaxRounding> {
    match text {
        "line" => Some(TaxRounding::Line),
        "order" => Some(TaxRounding::Order),
        _ => None,
    }
}

async fn load(ctx: &mut Ctx) -> Result<Settings, Problem> {
    let StoreSettings { store, hosts } = load_store_settings(ctx).await?;
    let currency_fixed = has_amounts(ctx).await?;
    Ok(view(store, hosts, currency_fixed))
}

fn view(store: Store, hosts: Vec<String>, currency_fixed: bool) -> Settings {
    Settings {
        slug: store.slug,
        name: store.name,
        email: store.email.into_string(),
        sender_name: store.sender_name,
        address: store.address.map(KnownAddress::from),
        country: store.country.to_string(),
        hosts,
        time_zone: store.time_zone.name(),
        locale: store.locale.code(),
        locales: store.locales.iter().map(|locale| locale.code()).collect(),
        currency: store.currency.code(),
        currency_fixed,
        prices_include_tax: store.prices_include_tax,
        tax_rounding: match store.tax_rounding {
            TaxRounding::Line => "line",
            TaxRounding::Order => "order",
        },
        order_prefix: store.order_numbers.prefix,
        order_dated: store.order_numbers.dated,
        first_order: store.order_numbers.first,
        reservation_minutes: store.reservation_minutes,
        hold_stock: store.hold_stock.as_str(),
        hold_minutes: store.hold_minutes,
        capture: store.capture.as_str(),
        guests_may_buy: store.guests_may_buy,
        maintenance: store.maintenance,
        version: store.version,
    }
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("get_settings", "/admin/settings", get)
        .says(TAG, "Get the settings", "What is decided about the store itself.")
        .guarded::<can::ManageSettings>()
        .answers::<Settings>(200, "The settings.")
        .tagged(200)
}

async fn get(api: Api<can::ManageSettings>) -> Answer {
    let settings = load(&mut api.work.read()).await?;
    Ok(tagged(StatusCode::OK, settings.version, settings))
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_settings", "/admin/settings", patch)
        .says(
            TAG,
            "Change the settings",
            "Orders that are placed keep what they were sold with. The currency stays once there are amounts in it: \
             `errors` then names it with `currency_fixed`.",
        )
        .guarded::<can::ManageSettings>()
        .idempotent()
        .if_match(true)
        .body::<UpdateSettings>()
        .answers::<Settings>(200, "The settings from now on.")
        .tagged(200)
}

async fn patch(
    api: Api<can::ManageSettings>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateSettings>,
) -> Answer {
    let expected = require_version(version, &headers)?;
    let answer = web::write_idempotently(&api.work, &request, async |ctx| {
        let kept = load_store_settings(ctx).await?;
        let version = expected.unwrap_or(kept.store.version);
        let mut wanted = body.apply(kept)?;
        wanted.store.version = version;
        update_store(ctx, &wanted).await.map_err(problem)?;
        let settings = load(ctx).await?;
        Ok(tagged(StatusCode::OK, settings.version, settings))
    })
    .await?;
    api.state().stores().forget();
    Ok(answer)
}

fn problem(error: UpdateStoreError) -> Problem {
    match error {
        UpdateStoreError::Forbidden(error) => error.into(),
        UpdateStoreError::VersionConflict => Problem::version_conflict(),
        UpdateStoreError::CurrencyFixed => {
            Problem::field("currency", "currency_fixed", "stays: there are prices or orders in it")
        }
        UpdateStoreError::HostTaken(host) => {
            Problem::field("hosts", "host_taken", format!("{host} leads to another store"))
        }
        UpdateStoreError::Invalid(invalid) => invalid.into(),
        UpdateStoreError::Internal(error) => error.into(),
    }
}

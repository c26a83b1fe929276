//! The store's own settings.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use database::store_settings::{StoreSettings, UpdateStoreError, has_amounts, load_store_settings, update_store};
use kernel::{Address, CountryCode, Currency, EmailAddress, FieldError, Invalid, Locale, Store, TaxRounding, TimeZone};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Problem, Staff, Visitor, can};

use crate::forms::{Choice, Difference, Errors, choices, differences, read_number, read_version, tick};

#[derive(Serialize)]
struct StoreView {
    form: StoreForm,
    tongues: Vec<Choice>,
    zones: Vec<Choice>,
    roundings: Vec<Choice>,
    /// Whether there are amounts in the currency.
    currency_fixed: bool,
    /// The number of an order that is placed now.
    example: String,
    errors: Errors,
    conflict: Vec<Difference>,
}

/// The settings as they are typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct StoreForm {
    name: String,
    email: String,
    sender_name: String,
    line1: String,
    line2: String,
    city: String,
    state: String,
    postal_code: String,
    phone: String,
    country: String,
    time_zone: String,
    guests_may_buy: String,
    hosts: String,
    locale: String,
    locales: Vec<String>,
    currency: String,
    prices_include_tax: String,
    tax_rounding: String,
    order_prefix: String,
    order_dated: String,
    first_order: String,
    reservation_minutes: String,
    maintenance: String,
    version: String,
}

impl StoreForm {
    fn of(settings: &StoreSettings) -> Self {
        let store = settings.store.clone();
        let address = store.address;
        let text = |field: fn(&Address) -> &String| address.as_ref().map(field).cloned().unwrap_or_default();
        Self {
            name: store.name,
            email: store.email.as_str().to_owned(),
            sender_name: store.sender_name,
            line1: text(|address| &address.line1),
            line2: text(|address| &address.line2),
            city: text(|address| &address.city),
            state: text(|address| &address.state),
            postal_code: text(|address| &address.postal_code),
            phone: text(|address| &address.phone),
            country: store.country.to_string(),
            time_zone: store.time_zone.name().to_owned(),
            guests_may_buy: tick(store.guests_may_buy),
            hosts: settings.hosts.join("\n"),
            locale: store.locale.code().to_owned(),
            locales: store.locales.iter().map(|locale| locale.code().to_owned()).collect(),
            currency: store.currency.code().to_owned(),
            prices_include_tax: tick(store.prices_include_tax),
            tax_rounding: match store.tax_rounding {
                TaxRounding::Line => "line".to_owned(),
                TaxRounding::Order => "order".to_owned(),
            },
            order_prefix: store.order_numbers.prefix,
            order_dated: tick(store.order_numbers.dated),
            first_order: store.order_numbers.first.to_string(),
            reservation_minutes: store.reservation_minutes.to_string(),
            maintenance: tick(store.maintenance),
            version: store.version.to_string(),
        }
    }

    /// The store with what is typed in place of what it was.
    fn read(&self, mut store: Store) -> Result<StoreSettings, Invalid> {
        let mut invalid = Invalid::default();
        let country = invalid.check("country", CountryCode::parse_assigned(self.country.trim()));
        store.country = country.unwrap_or(store.country);
        store.email = invalid
            .check("email", EmailAddress::parse(&self.email))
            .unwrap_or(store.email);
        store.currency = invalid
            .check("currency", Currency::parse(self.currency.trim()))
            .unwrap_or(store.currency);
        store.time_zone = invalid
            .check("time_zone", TimeZone::parse(&self.time_zone))
            .unwrap_or(store.time_zone);
        let language = |code: &str| {
            code.parse::<Locale>()
                .map_err(|error| FieldError::new("locale", "invalid_value", error.to_string()))
        };
        store.locale = invalid.check("locale", language(&self.locale)).unwrap_or(store.locale);
        store.locales = self.locales.iter().filter_map(|code| language(code).ok()).collect();
        store.address = self.address(store.country);
        store.tax_rounding = if self.tax_rounding == "order" {
            TaxRounding::Order
        } else {
            TaxRounding::Line
        };
        store.order_numbers.first = read_number(&mut invalid, "first_order", &self.first_order).unwrap_or_default();
        let minutes = read_number(&mut invalid, "reservation_minutes", &self.reservation_minutes).unwrap_or_default();
        store.reservation_minutes = i32::try_from(minutes).unwrap_or(i32::MAX);
        invalid.into_result()?;
        store.name.clone_from(&self.name);
        store.sender_name.clone_from(&self.sender_name);
        self.order_prefix.trim().clone_into(&mut store.order_numbers.prefix);
        store.order_numbers.dated = !self.order_dated.is_empty();
        store.prices_include_tax = !self.prices_include_tax.is_empty();
        store.guests_may_buy = !self.guests_may_buy.is_empty();
        store.maintenance = !self.maintenance.is_empty();
        store.version = read_version(&self.version);
        Ok(StoreSettings {
            store,
            hosts: self.hosts.split_whitespace().map(str::to_owned).collect(),
        })
    }

    fn address(&self, country: CountryCode) -> Option<Address> {
        let typed = [
            &self.line1,
            &self.line2,
            &self.city,
            &self.state,
            &self.postal_code,
            &self.phone,
        ];
        if typed.iter().all(|text| text.trim().is_empty()) {
            return None;
        }
        Some(Address {
            first_name: String::new(),
            last_name: String::new(),
            company: String::new(),
            line1: self.line1.clone(),
            line2: self.line2.clone(),
            city: self.city.clone(),
            state: self.state.clone(),
            postal_code: self.postal_code.clone(),
            country,
            phone: self.phone.clone(),
        })
    }
}

pub(super) async fn show(staff: Staff<can::ManageSettings>) -> Answer {
    let form = StoreForm::of(&load(&staff).await?);
    render(&staff, StatusCode::OK, form, (Errors::default(), Vec::new())).await
}

async fn load(visitor: &Visitor) -> Result<StoreSettings, Problem> {
    let mut ctx = visitor.work.read();
    let settings = load_store_settings(&mut ctx).await?;
    ctx.rollback().await;
    Ok(settings)
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    form: StoreForm,
    (errors, conflict): (Errors, Vec<Difference>),
) -> Answer {
    let mut ctx = visitor.work.read();
    let currency_fixed = has_amounts(&mut ctx).await?;
    let kept = load_store_settings(&mut ctx).await?;
    ctx.rollback().await;
    let language = |locale: &Locale| Choice {
        value: locale.code().to_owned(),
        label: locale.name().to_owned(),
    };
    let store = &kept.store;
    let now = visitor.work.now();
    let view = StoreView {
        tongues: Locale::ALL.iter().map(language).collect(),
        roundings: choices(visitor, "admin-rounding", ["line", "order"]),
        currency_fixed,
        example: store
            .order_numbers
            .number(store.order_numbers.first, now, store.time_zone),
        zones: zones(&form.time_zone),
        form,
        errors,
        conflict,
    };
    visitor.page_with_status(status, "admin/settings/store.html", &view)
}

/// The zones to choose from, and the one that is set under another of its names.
fn zones(chosen: &str) -> Vec<Choice> {
    let choice = |name: &str| Choice {
        value: name.to_owned(),
        label: name.replace('_', " "),
    };
    let mut zones: Vec<Choice> = TimeZone::choices().map(|zone| choice(zone.name())).collect();
    if TimeZone::parse(chosen).is_ok() && !zones.iter().any(|zone| zone.value == chosen) {
        zones.push(choice(chosen));
    }
    zones
}

pub(super) async fn update(staff: Staff<can::ManageSettings>, Form(form): Form<StoreForm>) -> Answer {
    let kept = load(&staff).await?;
    let errors = match form.read(kept.store) {
        Err(invalid) => Errors::of(&staff, on_page(invalid)),
        Ok(wanted) => {
            let mut ctx = staff.work.write();
            match update_store(&mut ctx, &wanted).await {
                Ok(()) => {
                    ctx.commit().await?;
                    staff.state().stores().forget();
                    staff.flash("admin-flash-saved");
                    return Ok(Redirect::to("/admin/settings/store").into_response());
                }
                Err(UpdateStoreError::VersionConflict) => {
                    ctx.rollback().await;
                    return conflict(&staff, form).await;
                }
                Err(UpdateStoreError::CurrencyFixed) => Errors::one(
                    &staff,
                    "currency",
                    "currency_fixed",
                    "stays, there are prices or orders in it",
                ),
                Err(UpdateStoreError::HostTaken(host)) => {
                    Errors::one(&staff, "hosts", "host_taken", &format!("{host} leads to another store"))
                }
                Err(UpdateStoreError::Invalid(invalid)) => Errors::of(&staff, on_page(invalid)),
                Err(UpdateStoreError::Forbidden(error)) => return Err(error.into()),
                Err(UpdateStoreError::Internal(error)) => return Err(error.into()),
            }
        }
    };
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, (errors, Vec::new())).await
}

/// Shows both versions. Saving once more keeps what was typed.
async fn conflict(visitor: &Visitor, mut form: StoreForm) -> Answer {
    let saved = StoreForm::of(&load(visitor).await?);
    let conflict = differences(&saved, &form);
    form.version = saved.version;
    let errors = Errors::one(visitor, "form", "version_conflict", "was changed in the meantime");
    render(visitor, StatusCode::CONFLICT, form, (errors, conflict)).await
}

/// The fields of the address have inputs without the word.
fn on_page(mut invalid: Invalid) -> Invalid {
    for error in &mut invalid.0 {
        if let Some(field) = error.field.strip_prefix("address.") {
            error.field = field.to_owned();
        }
    }
    invalid
}

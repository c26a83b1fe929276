//! Where tax is collected, and the rates that hold there.

pub(super) mod codes;
pub(super) mod exemptions;
pub(super) mod preview;
pub(super) mod rate;
pub(super) mod upload;

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::{CountryCode, FieldError, Invalid, TaxRateId};
use serde::{Deserialize, Serialize};
use tax::{
    Nexus, OwnCode, OwnRate, Place, PutRate, PutRateError, ReplaceNexusError, Scope, TableRate, TaxCode, TaxTable,
    list_codes, list_own_rates, load_nexus, put_rate, replace_nexus,
};
use web::{Answer, Form, Problem, Query, Staff, Visitor, can};

use self::upload::ImportView;
use crate::{
    coupons::{percent_text, percentage},
    forms::{Choice, Errors, tick},
    tax_choices::{code_name, tax_choices},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TaxesQuery {
    q: String,
}

#[derive(Serialize)]
struct TaxesView {
    nexus: NexusForm,
    /// The built-in rates of the places where tax is collected.
    built_in: Vec<RateRow>,
    own: Vec<RateRow>,
    own_total: i64,
    q: String,
    form: RateForm,
    categories: Vec<Choice>,
    errors: Errors,
    nexus_errors: Errors,
    imported: Option<ImportView>,
    file_error: Option<String>,
}

#[derive(Serialize)]
struct RateRow {
    id: Option<String>,
    place: String,
    part: String,
    category: String,
    name: String,
    percent: String,
    compound: bool,
    on_shipping: bool,
    valid_from: Option<String>,
    valid_until: Option<String>,
    source: String,
}

/// The places where tax is collected, as they are typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct NexusForm {
    places: String,
    one_stop_shop: String,
}

impl NexusForm {
    fn of(nexus: &Nexus) -> Self {
        let (shop, places): (Vec<String>, Vec<String>) =
            nexus.0.iter().map(Place::to_string).partition(|place| place == "EU");
        Self {
            places: places.join("\n"),
            one_stop_shop: tick(!shop.is_empty()),
        }
    }

    fn read(&self) -> Result<Nexus, Invalid> {
        let mut invalid = Invalid::default();
        let mut places = read_places(&mut invalid, &self.places);
        if !self.one_stop_shop.is_empty() {
            places.extend(invalid.check("places", Place::parse("EU")));
        }
        invalid.into_result()?;
        Ok(Nexus(places))
    }
}

/// Countries and states, parted by commas or each on a line.
fn read_places(invalid: &mut Invalid, text: &str) -> Vec<Place> {
    let typed = text.split([',', '\n']).map(str::trim).filter(|text| !text.is_empty());
    let mut places = Vec::new();
    for text in typed {
        let place = Place::parse(&text.to_uppercase()).map_err(|_error| {
            let message = format!("{text} is not a place such as US or US-CA");
            FieldError::new("places", "invalid_place", message)
        });
        places.extend(invalid.check("places", place));
    }
    places
}

/// A day; nothing typed is none.
fn read_day(invalid: &mut Invalid, field: &'static str, text: &str) -> Option<chrono::NaiveDate> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let day = text.parse();
    invalid.check(
        field,
        day.map_err(|_error| FieldError::new(field, "invalid_date", "is not a day")),
    )
}

/// A rate as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct RateForm {
    country: String,
    state: String,
    county: String,
    city: String,
    postcode_from: String,
    postcode_to: String,
    category: String,
    name: String,
    percent: String,
    compound: String,
    on_shipping: String,
    valid_from: String,
    valid_until: String,
}

impl RateForm {
    fn empty(country: CountryCode) -> Self {
        Self {
            country: country.to_string(),
            on_shipping: tick(true),
            ..Self::default()
        }
    }

    fn read(&self) -> Result<PutRate, Invalid> {
        let mut invalid = Invalid::default();
        let country = invalid.check("country", CountryCode::parse(self.country.trim()));
        let rate = invalid.check("percent", percentage(&self.percent));
        let valid_from = read_day(&mut invalid, "valid_from", &self.valid_from);
        let valid_until = read_day(&mut invalid, "valid_until", &self.valid_until);
        let (Some(country), Some(rate)) = (country, rate) else {
            return Err(invalid);
        };
        invalid.into_result()?;
        let first = self.postcode_from.trim();
        let last = Some(self.postcode_to.trim())
            .filter(|last| !last.is_empty())
            .unwrap_or(first);
        Ok(PutRate {
            place: Place::state(country, &self.state),
            scope: Scope {
                county: self.county.clone(),
                city: self.city.clone(),
                postcodes: (!last.is_empty()).then(|| (first.to_owned(), last.to_owned())),
            },
            code: TaxCode::of_goods(&self.category),
            name: self.name.clone(),
            rate,
            compound: !self.compound.is_empty(),
            on_shipping: !self.on_shipping.is_empty(),
            valid_from,
            valid_until,
        })
    }
}

/// The forms of the page as they were typed, and what became of them.
#[derive(Default)]
struct Forms {
    nexus: Option<NexusForm>,
    rate: Option<RateForm>,
    errors: Errors,
    nexus_errors: Errors,
    imported: Option<ImportView>,
    file_error: Option<String>,
}

pub(super) async fn show(staff: Staff<can::ManageSettings>, Query(query): Query<TaxesQuery>) -> Answer {
    render(&staff, StatusCode::OK, query.q, Forms::default()).await
}

async fn render(visitor: &Visitor, status: StatusCode, q: String, forms: Forms) -> Answer {
    let mut ctx = visitor.work.read();
    let nexus = load_nexus(&mut ctx).await?;
    let text = Some(q.trim()).filter(|text| !text.is_empty());
    let own = list_own_rates(&mut ctx, text).await?;
    let codes = list_codes(&mut ctx).await?;
    ctx.rollback().await;
    let collected = |row: &&TableRate| {
        let place = &row.rate.jurisdiction;
        let covers = |nexus: &Place| nexus.covers(place) || place.covers(nexus);
        nexus.0.iter().any(covers)
    };
    let view = TaxesView {
        built_in: TaxTable::built_in()
            .rows()
            .filter(collected)
            .map(|row| rate_row(visitor, &codes, None, row))
            .collect(),
        own_total: own.total,
        own: own
            .rates
            .iter()
            .map(|OwnRate { id, rate }| rate_row(visitor, &codes, Some(*id), rate))
            .collect(),
        q,
        nexus: forms.nexus.unwrap_or_else(|| NexusForm::of(&nexus)),
        form: forms.rate.unwrap_or_else(|| RateForm::empty(visitor.store().country)),
        categories: tax_choices(visitor, &codes, ""),
        errors: forms.errors,
        nexus_errors: forms.nexus_errors,
        imported: forms.imported,
        file_error: forms.file_error,
    };
    visitor.page_with_status(status, "admin/settings/taxes.html", &view)
}

fn rate_row(visitor: &Visitor, codes: &[OwnCode], id: Option<TaxRateId>, row: &TableRate) -> RateRow {
    let scope = &row.scope;
    let postcodes = scope.postcodes.as_ref().map(|(first, last)| {
        if first == last {
            first.clone()
        } else {
            format!("{first}–{last}")
        }
    });
    let parts = [scope.city.clone(), postcodes.unwrap_or_default(), scope.county.clone()];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    RateRow {
        id: id.map(|id| id.to_string()),
        place: row.rate.jurisdiction.to_string(),
        part: parts.join(", "),
        category: code_name(visitor, codes, &row.code),
        name: row.rate.name.clone(),
        percent: percent_text(row.rate.rate),
        compound: row.rate.compound,
        on_shipping: row.rate.on_shipping,
        valid_from: row.valid_from.map(|day| day.to_string()),
        valid_until: row.valid_until.map(|day| day.to_string()),
        source: row.source.clone(),
    }
}

fn saved(visitor: &Visitor) -> Response {
    visitor.flash("admin-flash-saved");
    Redirect::to("/admin/settings/taxes").into_response()
}

pub(super) async fn save_nexus(staff: Staff<can::ManageSettings>, Form(form): Form<NexusForm>) -> Answer {
    let nexus = match form.read() {
        Ok(nexus) => nexus,
        Err(invalid) => {
            let forms = Forms {
                nexus: Some(form),
                nexus_errors: Errors::of(&staff, invalid),
                ..Forms::default()
            };
            return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, String::new(), forms).await;
        }
    };
    let mut ctx = staff.work.write();
    replace_nexus(&mut ctx, &nexus).await.map_err(|error| match error {
        ReplaceNexusError::Forbidden(error) => Problem::from(error),
        ReplaceNexusError::Internal(error) => error.into(),
    })?;
    ctx.commit().await?;
    Ok(saved(&staff))
}

pub(super) async fn put(staff: Staff<can::ManageSettings>, Form(form): Form<RateForm>) -> Answer {
    let invalid = match form.read() {
        Err(invalid) => invalid,
        Ok(rate) => {
            let mut ctx = staff.work.write();
            match put_rate(&mut ctx, &rate).await {
                Ok(_id) => {
                    ctx.commit().await?;
                    return Ok(saved(&staff));
                }
                Err(PutRateError::Invalid(invalid)) => invalid,
                Err(PutRateError::Forbidden(error)) => return Err(error.into()),
                Err(PutRateError::Internal(error)) => return Err(error.into()),
            }
        }
    };
    let forms = Forms {
        rate: Some(form),
        errors: Errors::of(&staff, in_percent(invalid)),
        ..Forms::default()
    };
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, String::new(), forms).await
}

/// The form's inputs are in percent.
fn in_percent(mut invalid: Invalid) -> Invalid {
    for error in &mut invalid.0 {
        if matches!(error.field.as_str(), "rate" | "percentage") {
            "percent".clone_into(&mut error.field);
        }
    }
    invalid
}

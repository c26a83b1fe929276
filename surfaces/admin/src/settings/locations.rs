//! Locations: the list, making one, changing one.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use inventory::{
    CreateLocationError, Location, LocationTerms, OpeningHours, UpdateLocation, UpdateLocationError, create_location,
    find_location, list_locations, pieces_by_location, update_location,
};
use kernel::{Address, CountryCode, Invalid, LocationId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use crate::forms::{Difference, Errors, differences, read_number, read_version, tick};

#[derive(Serialize)]
struct LocationsView {
    locations: Vec<LocationRow>,
}

#[derive(Serialize)]
struct LocationRow {
    id: String,
    name: String,
    place: String,
    active: bool,
    pickup: bool,
    priority: i32,
    pieces: i64,
    capacity: Option<i64>,
    /// Whether more lies there than fits.
    overfull: bool,
}

#[derive(Serialize)]
struct LocationView {
    /// `None` for a new location.
    id: Option<String>,
    form: LocationForm,
    hours: Vec<DayView>,
    errors: Errors,
    conflict: Vec<Difference>,
}

/// The input of a day, from 1 for Monday.
#[derive(Serialize)]
struct DayView {
    day: usize,
    value: String,
}

/// A location as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct LocationForm {
    name: String,
    active: String,
    priority: String,
    capacity: String,
    pickup: String,
    line1: String,
    line2: String,
    city: String,
    state: String,
    postal_code: String,
    country: String,
    phone: String,
    hours: Vec<String>,
    version: String,
}

impl LocationForm {
    fn empty(country: CountryCode) -> Self {
        Self {
            active: tick(true),
            priority: "0".to_owned(),
            country: country.to_string(),
            ..Self::default()
        }
    }

    fn of(location: &Location, country: CountryCode) -> Self {
        let terms = location.terms.clone();
        let address = terms.address;
        let text = |field: fn(&Address) -> &String| address.as_ref().map(field).cloned().unwrap_or_default();
        Self {
            name: terms.name,
            active: tick(terms.active),
            priority: terms.priority.to_string(),
            capacity: terms.capacity.map(|pieces| pieces.to_string()).unwrap_or_default(),
            pickup: tick(terms.pickup),
            line1: text(|address| &address.line1),
            line2: text(|address| &address.line2),
            city: text(|address| &address.city),
            state: text(|address| &address.state),
            postal_code: text(|address| &address.postal_code),
            country: address.as_ref().map_or(country, |address| address.country).to_string(),
            phone: text(|address| &address.phone),
            hours: terms.hours.days().to_vec(),
            version: location.version.to_string(),
        }
    }

    fn read(&self) -> Result<LocationTerms, Invalid> {
        let mut invalid = Invalid::default();
        let priority = read_number(&mut invalid, "priority", &self.priority).unwrap_or_default();
        let capacity = read_number(&mut invalid, "capacity", &self.capacity);
        let address = self.address(&mut invalid);
        let days = std::array::from_fn(|day| self.hours.get(day).cloned().unwrap_or_default());
        let hours = OpeningHours::parse(&days).map_err(|wrong| {
            for error in wrong.0 {
                let day = error.field.rsplit('.').next().and_then(|day| day.parse::<usize>().ok());
                invalid.push(kernel::FieldError {
                    field: format!("hours_{}", day.unwrap_or_default() + 1),
                    ..error
                });
            }
        });
        invalid.into_result()?;
        Ok(LocationTerms {
            name: self.name.clone(),
            address,
            active: !self.active.is_empty(),
            priority: i32::try_from(priority).unwrap_or(i32::MAX),
            capacity,
            pickup: !self.pickup.is_empty(),
            hours: hours.unwrap_or_default(),
        })
    }

    /// The address; none when only the country stands there.
    fn address(&self, invalid: &mut Invalid) -> Option<Address> {
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
        let country = invalid.check("country", CountryCode::parse_assigned(self.country.trim()))?;
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

pub(super) async fn list(staff: Staff<can::ManageSettings>) -> Answer {
    let mut ctx = staff.work.read();
    let locations = list_locations(&mut ctx).await?;
    let pieces = pieces_by_location(&mut ctx).await?;
    ctx.rollback().await;
    let row = |location: Location| {
        let here = pieces.iter().find(|(id, _)| *id == location.id);
        let pieces = here.map_or(0, |(_, pieces)| *pieces);
        let terms = location.terms;
        LocationRow {
            id: location.id.to_string(),
            name: terms.name,
            place: terms
                .address
                .map(|address| address.label_lines(staff.locale).join(", "))
                .unwrap_or_default(),
            active: terms.active,
            pickup: terms.pickup,
            priority: terms.priority,
            pieces,
            capacity: terms.capacity,
            overfull: terms.capacity.is_some_and(|capacity| pieces > capacity),
        }
    };
    let view = LocationsView {
        locations: locations.into_iter().map(row).collect(),
    };
    staff.page("admin/settings/locations.html", &view)
}

pub(super) async fn show_new(staff: Staff<can::ManageSettings>) -> Answer {
    let form = LocationForm::empty(staff.store().country);
    render(&staff, StatusCode::OK, None, form, (Errors::default(), Vec::new()))
}

pub(super) async fn show(staff: Staff<can::ManageSettings>, Path(id): Path<LocationId>) -> Answer {
    let form = load(&staff, id).await?;
    render(&staff, StatusCode::OK, Some(id), form, (Errors::default(), Vec::new()))
}

async fn load(visitor: &Visitor, id: LocationId) -> Result<LocationForm, Problem> {
    let mut ctx = visitor.work.read();
    let location = find_location(&mut ctx, id).await?.ok_or_else(Problem::not_found)?;
    ctx.rollback().await;
    Ok(LocationForm::of(&location, visitor.store().country))
}

fn render(
    visitor: &Visitor,
    status: StatusCode,
    id: Option<LocationId>,
    form: LocationForm,
    (errors, conflict): (Errors, Vec<Difference>),
) -> Answer {
    let day = |day: usize| DayView {
        day: day + 1,
        value: form.hours.get(day).cloned().unwrap_or_default(),
    };
    let view = LocationView {
        id: id.map(|id| id.to_string()),
        hours: (0..7).map(day).collect(),
        form,
        errors,
        conflict,
    };
    visitor.page_with_status(status, "admin/settings/location.html", &view)
}

pub(super) async fn create(staff: Staff<can::ManageSettings>, Form(form): Form<LocationForm>) -> Answer {
    let errors = match form.read() {
        Err(invalid) => Errors::of(&staff, on_page(invalid)),
        Ok(terms) => {
            let mut ctx = staff.work.write();
            match create_location(&mut ctx, terms).await {
                Ok(_location) => {
                    ctx.commit().await?;
                    return Ok(saved(&staff));
                }
                Err(CreateLocationError::NameTaken) => name_taken(&staff),
                Err(CreateLocationError::Invalid(invalid)) => Errors::of(&staff, on_page(invalid)),
                Err(CreateLocationError::Forbidden(error)) => return Err(error.into()),
                Err(CreateLocationError::Internal(error)) => return Err(error.into()),
            }
        }
    };
    render(
        &staff,
        StatusCode::UNPROCESSABLE_ENTITY,
        None,
        form,
        (errors, Vec::new()),
    )
}

pub(super) async fn update(
    staff: Staff<can::ManageSettings>,
    Path(id): Path<LocationId>,
    Form(form): Form<LocationForm>,
) -> Answer {
    let errors = match form.read() {
        Err(invalid) => Errors::of(&staff, on_page(invalid)),
        Ok(terms) => {
            let change = UpdateLocation {
                id,
                version: read_version(&form.version),
                terms,
            };
            let mut ctx = staff.work.write();
            match update_location(&mut ctx, change).await {
                Ok(_location) => {
                    ctx.commit().await?;
                    return Ok(saved(&staff));
                }
                Err(UpdateLocationError::VersionConflict) => {
                    ctx.rollback().await;
                    return conflict(&staff, id, form).await;
                }
                Err(UpdateLocationError::NameTaken) => name_taken(&staff),
                Err(UpdateLocationError::LastActive) => {
                    Errors::one(&staff, "active", "last_location", "is the only location that is open")
                }
                Err(UpdateLocationError::Invalid(invalid)) => Errors::of(&staff, on_page(invalid)),
                Err(UpdateLocationError::NotFound) => return Err(Problem::not_found()),
                Err(UpdateLocationError::Forbidden(error)) => return Err(error.into()),
                Err(UpdateLocationError::Internal(error)) => return Err(error.into()),
            }
        }
    };
    render(
        &staff,
        StatusCode::UNPROCESSABLE_ENTITY,
        Some(id),
        form,
        (errors, Vec::new()),
    )
}

/// Shows both versions. Saving once more keeps what was typed.
async fn conflict(visitor: &Visitor, id: LocationId, mut form: LocationForm) -> Answer {
    let saved = load(visitor, id).await?;
    let conflict = differences(&saved, &form);
    form.version = saved.version;
    let errors = Errors::one(visitor, "form", "version_conflict", "was changed in the meantime");
    render(visitor, StatusCode::CONFLICT, Some(id), form, (errors, conflict))
}

/// The fields of an address have inputs without the word.
fn on_page(mut invalid: Invalid) -> Invalid {
    for error in &mut invalid.0 {
        if let Some(field) = error.field.strip_prefix("address.") {
            error.field = field.to_owned();
        }
    }
    invalid
}

fn name_taken(visitor: &Visitor) -> Errors {
    Errors::one(visitor, "name", "name_taken", "is the name of another one")
}

fn saved(visitor: &Visitor) -> Response {
    visitor.flash("admin-flash-saved");
    Redirect::to("/admin/settings/locations").into_response()
}

//! A method that ships into a zone.

use axum::http::StatusCode;
use kernel::{Invalid, ShippingMethodId, ZoneId};
use serde::{Deserialize, Serialize};
use shipping::{Method, RateKind, SetupError, Zone};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::{ask_removal, method_form::MethodForm, problem, saved, zones};
use crate::forms::{Choice, Difference, Errors, choices, differences, read_version};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SwitchForm {
    active: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MoveForm {
    up: String,
}

#[derive(Serialize)]
struct MethodPage {
    /// `None` for a new method.
    id: Option<String>,
    zone_id: String,
    zone: String,
    form: MethodForm,
    kinds: Vec<Choice>,
    profiles: Vec<Choice>,
    locations: Vec<Choice>,
    errors: Errors,
    conflict: Vec<Difference>,
}

impl MethodPage {
    /// Shows what differs from what somebody else saved. Saving once more keeps what was typed.
    fn compare(&mut self, visitor: &Visitor, saved: &MethodForm) {
        let in_words = |form: &MethodForm| form.in_words(&self.kinds, &self.profiles, &self.locations);
        self.conflict = differences(&in_words(saved), &in_words(&self.form));
        let currency = visitor.store().currency.to_string();
        for difference in &mut self.conflict {
            let label = |field: &str| visitor.translate(&format!("admin-field-{field}"), &[("currency", &currency)]);
            difference.rename(label);
        }
        self.form.take_version(saved);
    }
}

/// What the page says besides its form.
#[derive(Default)]
struct Said {
    errors: Errors,
    /// The method as somebody else saved it meanwhile.
    saved: Option<MethodForm>,
}

/// What the form is for: a zone, and a method of it unless it is a new one.
struct Place {
    zone: Zone,
    method: Option<Method>,
}

pub(crate) async fn show_new(staff: Staff<can::ManageSettings>, Path(zone): Path<ZoneId>) -> Answer {
    let place = Place {
        zone: zones::find(&staff, zone).await?,
        method: None,
    };
    render(&staff, StatusCode::OK, &place, MethodForm::empty(), Said::default()).await
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>, Path(id): Path<ShippingMethodId>) -> Answer {
    let place = find(&staff, id).await?;
    let form = place.method.as_ref().map(MethodForm::of).unwrap_or_default();
    render(&staff, StatusCode::OK, &place, form, Said::default()).await
}

async fn find(visitor: &Visitor, id: ShippingMethodId) -> Result<Place, Problem> {
    let mut ctx = visitor.work.read();
    let zones = shipping::list_zones(&mut ctx).await?;
    ctx.rollback().await;
    let of_zone = |zone: Zone| {
        let method = zone.methods.iter().find(|method| method.id == id)?.clone();
        Some(Place {
            zone,
            method: Some(method),
        })
    };
    zones.into_iter().find_map(of_zone).ok_or_else(Problem::not_found)
}

async fn render(visitor: &Visitor, status: StatusCode, place: &Place, form: MethodForm, said: Said) -> Answer {
    let mut ctx = visitor.work.read();
    let profiles = shipping::list_profiles(&mut ctx).await?;
    let locations = inventory::list_locations(&mut ctx).await?;
    ctx.rollback().await;
    let choice = |value: String, label: String| Choice { value, label };
    let general = choice(String::new(), visitor.translate("admin-shipping-general", &[]));
    let profiles = profiles.into_iter().map(|one| choice(one.id.to_string(), one.name));
    let nowhere = choice(String::new(), "–".to_owned());
    let places = locations.into_iter().filter(|one| one.terms.active);
    let places = places.map(|one| choice(one.id.to_string(), one.terms.name));
    let mut view = MethodPage {
        id: place.method.as_ref().map(|method| method.id.to_string()),
        zone_id: place.zone.id.to_string(),
        zone: place.zone.name.clone(),
        form,
        kinds: choices(visitor, "admin-shipping-kind", RateKind::NAMES),
        profiles: std::iter::once(general).chain(profiles).collect(),
        locations: std::iter::once(nowhere).chain(places).collect(),
        errors: said.errors,
        conflict: Vec::new(),
    };
    if let Some(saved) = said.saved {
        view.compare(visitor, &saved);
    }
    visitor.page_with_status(status, "admin/settings/method.html", &view)
}

pub(crate) async fn create(
    staff: Staff<can::ManageSettings>,
    Path(zone): Path<ZoneId>,
    Form(form): Form<MethodForm>,
) -> Answer {
    let place = Place {
        zone: zones::find(&staff, zone).await?,
        method: None,
    };
    save(&staff, place, form).await
}

pub(crate) async fn update(
    staff: Staff<can::ManageSettings>,
    Path(id): Path<ShippingMethodId>,
    Form(form): Form<MethodForm>,
) -> Answer {
    let place = find(&staff, id).await?;
    save(&staff, place, form).await
}

async fn save(visitor: &Visitor, place: Place, form: MethodForm) -> Answer {
    let mut ctx = visitor.work.write();
    let done = match (form.read(ctx.currency()), &place.method) {
        (Err(invalid), _) => Err(SetupError::Invalid(invalid)),
        (Ok(terms), None) => {
            let made = shipping::create_method(&mut ctx, place.zone.id, &terms).await;
            made.map(|_id| ())
        }
        (Ok(terms), Some(method)) => {
            let version = Some(read_version(form.version()));
            shipping::update_method(&mut ctx, method.id, version, &terms).await
        }
    };
    match done {
        Ok(()) => {
            ctx.commit().await?;
            Ok(saved(visitor))
        }
        Err(error) => {
            ctx.rollback().await;
            refuse(visitor, place, form, error).await
        }
    }
}

/// The form again with what is wrong, or with both versions.
async fn refuse(visitor: &Visitor, place: Place, form: MethodForm, error: SetupError) -> Answer {
    let saved = match (&error, &place.method) {
        (SetupError::VersionConflict { .. }, Some(method)) => find(visitor, method.id).await?.method,
        _ => None,
    };
    let wrong_line = wrong_line(&error);
    let (status, mut errors) = super::refused(visitor, error)?;
    if let Some(line) = wrong_line {
        errors.say(
            "steps",
            visitor.translate("admin-shipping-wrong-line", &[("line", &line)]),
        );
    }
    let saved = saved.as_ref().map(MethodForm::of);
    render(visitor, status, &place, form, Said { errors, saved }).await
}

/// The number of the line of steps that could not be read.
fn wrong_line(error: &SetupError) -> Option<String> {
    let SetupError::Invalid(Invalid(errors)) = error else {
        return None;
    };
    let wrong = errors.iter().find(|error| error.code == "invalid_line");
    wrong.map(|error| error.message.clone())
}

/// Offers a method, or stops offering it.
pub(crate) async fn switch(
    staff: Staff<can::ManageSettings>,
    Path(id): Path<ShippingMethodId>,
    Form(form): Form<SwitchForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    let active = !form.active.is_empty();
    shipping::switch_method(&mut ctx, id, active).await.map_err(problem)?;
    ctx.commit().await?;
    Ok(saved(&staff))
}

/// Moves a method up or down in its zone.
pub(crate) async fn shift(
    staff: Staff<can::ManageSettings>,
    Path(id): Path<ShippingMethodId>,
    Form(form): Form<MoveForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    shipping::move_method(&mut ctx, id, !form.up.is_empty())
        .await
        .map_err(problem)?;
    ctx.commit().await?;
    Ok(saved(&staff))
}

pub(crate) async fn ask(staff: Staff<can::ManageSettings>, Path(id): Path<ShippingMethodId>) -> Answer {
    let place = find(&staff, id).await?;
    let name = place.method.map(|method| method.terms.name).unwrap_or_default();
    ask_removal(&staff, ("method", "methods"), id.to_string(), &name)
}

pub(crate) async fn remove(staff: Staff<can::ManageSettings>, Path(id): Path<ShippingMethodId>) -> Answer {
    let mut ctx = staff.work.write();
    shipping::remove_method(&mut ctx, id, None).await.map_err(problem)?;
    ctx.commit().await?;
    Ok(saved(&staff))
}

//! Where the store ships to, how and when. This page shows it all; zones, methods and the rest have pages of their own.

pub(crate) mod boxes;
mod method_form;
pub(crate) mod methods;
pub(crate) mod profiles;
mod regions;
pub(crate) mod restrictions;
pub(crate) mod zones;

use std::collections::HashMap;

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::{Invalid, LocationId, ProductId, ProfileId};
use serde::{Deserialize, Serialize};
use shipping::{Calendar, Method, ParcelBox, Profile, Restriction, SetupError, Zone};
use web::{Answer, Form, MoneyView, Problem, Staff, Visitor, can};

use super::removal::{self, Removal};
use crate::forms::{Errors, read_number};

#[derive(Serialize)]
struct ShippingView {
    zones: Vec<ZoneView>,
    calendar: CalendarForm,
    weekdays: Vec<WeekdayView>,
    profiles: Vec<ProfileView>,
    boxes: Vec<BoxView>,
    restrictions: Vec<RestrictionView>,
    errors: Errors,
}

#[derive(Serialize)]
struct ZoneView {
    id: String,
    name: String,
    regions: String,
    methods: Vec<MethodView>,
}

#[derive(Serialize)]
struct MethodView {
    id: String,
    name: String,
    code: String,
    kind: String,
    profile: Option<String>,
    location: Option<String>,
    /// The lowest price it can have.
    from: Option<MoneyView>,
    free_from: Option<MoneyView>,
    days_min: i32,
    days_max: i32,
    date_choices: i32,
    active: bool,
}

#[derive(Serialize)]
struct WeekdayView {
    number: i16,
    chosen: bool,
}

#[derive(Serialize)]
struct ProfileView {
    id: String,
    name: String,
    products: usize,
}

#[derive(Serialize)]
struct BoxView {
    id: String,
    name: String,
    lengths: String,
    tare_grams: i64,
    max_weight_grams: i64,
}

#[derive(Serialize)]
struct RestrictionView {
    id: String,
    title: String,
    sku: String,
    kind: String,
    regions: String,
}

/// The working days as they are typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct CalendarForm {
    handling_days: String,
    #[serde(skip_serializing)]
    working_day: Vec<String>,
}

impl CalendarForm {
    fn of(calendar: &Calendar) -> Self {
        Self {
            handling_days: calendar.handling_days().to_string(),
            working_day: calendar.working_days().iter().map(ToString::to_string).collect(),
        }
    }

    fn read(&self) -> Result<Calendar, Invalid> {
        let mut invalid = Invalid::default();
        let handling = read_number(&mut invalid, "handling_days", &self.handling_days);
        invalid.into_result()?;
        let handling = handling.and_then(|days| i32::try_from(days).ok()).unwrap_or(-1);
        let days = self.working_day.iter().filter_map(|day| day.parse().ok());
        Calendar::new(handling, days.collect())
    }
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>) -> Answer {
    render(&staff, StatusCode::OK, None, Errors::default()).await
}

pub(crate) async fn put_calendar(staff: Staff<can::ManageSettings>, Form(form): Form<CalendarForm>) -> Answer {
    let calendar = match form.read() {
        Ok(calendar) => calendar,
        Err(invalid) => {
            let errors = Errors::of(&staff, invalid);
            return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, Some(form), errors).await;
        }
    };
    let mut ctx = staff.work.write();
    shipping::put_calendar(&mut ctx, &calendar).await.map_err(problem)?;
    ctx.commit().await?;
    Ok(saved(&staff))
}

async fn render(visitor: &Visitor, status: StatusCode, calendar: Option<CalendarForm>, errors: Errors) -> Answer {
    let mut ctx = visitor.work.read();
    let zones = shipping::list_zones(&mut ctx).await?;
    let profiles = shipping::list_profiles(&mut ctx).await?;
    let boxes = shipping::list_boxes(&mut ctx).await?;
    let restrictions = shipping::list_restrictions(&mut ctx).await?;
    let kept = shipping::calendar(&mut ctx).await?;
    let locations = inventory::list_locations(&mut ctx).await?;
    let products: Vec<ProductId> = restrictions.iter().map(|one| one.terms.product_id).collect();
    let variants: Vec<_> = restrictions.iter().filter_map(|one| one.terms.variant_id).collect();
    let labels = catalog::labels(&mut ctx, &products, &variants).await?;
    ctx.rollback().await;
    let names: HashMap<ProfileId, &str> = profiles.iter().map(|one| (one.id, one.name.as_str())).collect();
    let places: HashMap<LocationId, &str> = locations.iter().map(|one| (one.id, one.terms.name.as_str())).collect();
    let form = calendar.unwrap_or_else(|| CalendarForm::of(&kept));
    let view = ShippingView {
        zones: zones.iter().map(|zone| zone_view(zone, &names, &places)).collect(),
        weekdays: (1..=7)
            .map(|number: i16| WeekdayView {
                number,
                chosen: form.working_day.contains(&number.to_string()),
            })
            .collect(),
        calendar: form,
        profiles: profiles.iter().map(ProfileView::from).collect(),
        boxes: boxes.iter().map(BoxView::from).collect(),
        restrictions: restrictions.iter().map(|one| restriction_view(one, &labels)).collect(),
        errors,
    };
    visitor.page_with_status(status, "admin/settings/shipping.html", &view)
}

fn zone_view(zone: &Zone, profiles: &HashMap<ProfileId, &str>, places: &HashMap<LocationId, &str>) -> ZoneView {
    let method = |method: &Method| {
        let terms = &method.terms;
        let named = |name: &str| name.to_owned();
        MethodView {
            id: method.id.to_string(),
            name: terms.name.clone(),
            code: terms.code.clone(),
            kind: terms.kind.as_str().replace('_', "-"),
            profile: terms.profile_id.and_then(|id| profiles.get(&id)).copied().map(named),
            location: terms.kind.pickup().and_then(|id| places.get(&id)).copied().map(named),
            from: terms
                .kind
                .prices()
                .into_iter()
                .min_by_key(|price| price.minor())
                .map(MoneyView::from),
            free_from: terms.free_from.map(MoneyView::from),
            days_min: terms.days_min,
            days_max: terms.days_max,
            date_choices: terms.date_choices,
            active: method.active,
        }
    };
    ZoneView {
        id: zone.id.to_string(),
        name: zone.name.clone(),
        regions: regions::text(&zone.regions),
        methods: zone.methods.iter().map(method).collect(),
    }
}

impl From<&Profile> for ProfileView {
    fn from(profile: &Profile) -> Self {
        Self {
            id: profile.id.to_string(),
            name: profile.name.clone(),
            products: profile.product_ids.len(),
        }
    }
}

impl From<&ParcelBox> for BoxView {
    fn from(parcel_box: &ParcelBox) -> Self {
        let lengths = parcel_box.size.lengths_mm().map(|length| length.to_string());
        Self {
            id: parcel_box.id.to_string(),
            name: parcel_box.name.clone(),
            lengths: lengths.join(" × "),
            tare_grams: parcel_box.tare_grams,
            max_weight_grams: parcel_box.max_weight_grams,
        }
    }
}

fn restriction_view(restriction: &Restriction, labels: &[catalog::Label]) -> RestrictionView {
    let terms = &restriction.terms;
    let mut labels = labels.iter().filter(|label| label.product_id == terms.product_id);
    let label = labels.find(|label| label.variant_id == terms.variant_id);
    RestrictionView {
        id: restriction.id.to_string(),
        title: label.map(|label| label.title.clone()).unwrap_or_default(),
        sku: label
            .filter(|label| label.variant_id.is_some())
            .map(|label| label.typed.clone())
            .unwrap_or_default(),
        kind: terms.kind.as_str().replace('_', "-"),
        regions: regions::text(&terms.regions),
    }
}

/// The page that asks before something of a kind is taken away.
fn ask_removal(visitor: &Visitor, (kind, part): (&'static str, &'static str), id: String, name: &str) -> Answer {
    let page = "shipping";
    removal::ask(visitor, Removal { kind, page, part }, id, name)
}

/// Back to the page of all, with a message.
fn saved(visitor: &Visitor) -> Response {
    visitor.flash("admin-flash-saved");
    Redirect::to("/admin/settings/shipping").into_response()
}

/// What was wrong with a form: sentences at its fields, or a problem that no form can tell.
fn refused(visitor: &Visitor, error: SetupError) -> Result<(StatusCode, Errors), Problem> {
    match error {
        SetupError::Invalid(invalid) => Ok((StatusCode::UNPROCESSABLE_ENTITY, Errors::of(visitor, invalid))),
        SetupError::Conflict(error) => Ok((StatusCode::CONFLICT, Errors::of(visitor, Invalid::from(error)))),
        SetupError::VersionConflict { .. } => {
            let errors = Errors::one(visitor, "form", "version_conflict", "was changed in the meantime");
            Ok((StatusCode::CONFLICT, errors))
        }
        error @ (SetupError::Forbidden(_) | SetupError::NotFound | SetupError::Internal(_)) => Err(problem(error)),
    }
}

fn problem(error: SetupError) -> Problem {
    match error {
        SetupError::Forbidden(error) => error.into(),
        SetupError::NotFound => Problem::not_found(),
        SetupError::Conflict(error) => Problem::conflict(error.code, error.to_string()),
        SetupError::VersionConflict { .. } => Problem::version_conflict(),
        SetupError::Invalid(invalid) => invalid.into(),
        SetupError::Internal(error) => error.into(),
    }
}

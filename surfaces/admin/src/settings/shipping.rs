//! Where the store ships to, and how.

use axum::response::{IntoResponse as _, Redirect};
use kernel::{Money, ShippingMethodId};
use serde::{Deserialize, Serialize};
use shipping::{Method, RateKind, SwitchMethodError, Zone};
use web::{Answer, Form, MoneyView, Path, Problem, Staff, can};

#[derive(Serialize)]
struct ShippingView {
    zones: Vec<ZoneView>,
}

#[derive(Serialize)]
struct ZoneView {
    name: String,
    regions: Vec<String>,
    methods: Vec<MethodView>,
}

#[derive(Serialize)]
struct MethodView {
    id: String,
    name: String,
    code: String,
    kind: &'static str,
    /// The lowest price it can have.
    from: Option<MoneyView>,
    free_from: Option<MoneyView>,
    days_min: i32,
    days_max: i32,
    active: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SwitchForm {
    active: String,
}

impl From<Zone> for ZoneView {
    fn from(zone: Zone) -> Self {
        Self {
            name: zone.name,
            regions: zone.regions.iter().map(ToString::to_string).collect(),
            methods: zone.methods.into_iter().map(MethodView::from).collect(),
        }
    }
}

impl From<Method> for MethodView {
    fn from(method: Method) -> Self {
        let (kind, from) = match &method.kind {
            RateKind::Flat(price) => ("flat", Some(*price)),
            RateKind::ByWeight(steps) => (
                "by-weight",
                steps.iter().map(|step| step.price).min_by_key(|price| price.minor()),
            ),
            RateKind::ByPrice(steps) => (
                "by-price",
                steps.iter().map(|step| step.price).min_by_key(|price| price.minor()),
            ),
        };
        Self {
            id: method.id.to_string(),
            name: method.name,
            code: method.code,
            kind,
            from: from.map(|price: Money| price.into()),
            free_from: method.free_from.map(MoneyView::from),
            days_min: method.days_min,
            days_max: method.days_max,
            active: method.active,
        }
    }
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>) -> Answer {
    let mut ctx = staff.work.read();
    let zones = shipping::list_zones(&mut ctx).await?;
    ctx.rollback().await;
    let view = ShippingView {
        zones: zones.into_iter().map(ZoneView::from).collect(),
    };
    staff.page("admin/settings/shipping.html", &view)
}

/// Offers a method, or stops offering it.
pub(crate) async fn switch(
    staff: Staff<can::ManageSettings>,
    Path(id): Path<ShippingMethodId>,
    Form(form): Form<SwitchForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    let switched = shipping::switch_method(&mut ctx, id, !form.active.is_empty()).await;
    switched.map_err(|error| match error {
        SwitchMethodError::Forbidden(error) => Problem::from(error),
        SwitchMethodError::NotFound => Problem::not_found(),
        SwitchMethodError::Internal(error) => error.into(),
    })?;
    ctx.commit().await?;
    staff.flash("admin-flash-saved");
    Ok(Redirect::to("/admin/settings/shipping").into_response())
}

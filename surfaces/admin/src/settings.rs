//! Settings: what is set up once and looked after since. Each page has a file of its own.

mod attributes;
mod audit;
mod feeds;
mod invoices;
mod locations;
mod mails;
mod providers;
mod pushes;
mod queue;
mod removal;
mod reviews;
mod roles;
mod selling;
mod shipping;
mod staff;
mod store;
mod taxes;
mod texts;
mod words;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use kernel::Permission;
use serde::Serialize;
use web::{Answer, Staff, can};

use self::shipping::{boxes, methods, profiles, restrictions, zones};
use crate::Desk;

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/settings", get(index))
        .route("/admin/settings/store", get(store::show).post(store::update))
        .route("/admin/settings/taxes", get(taxes::show))
        .route("/admin/settings/taxes/nexus", post(taxes::save_nexus))
        .route("/admin/settings/taxes/rates", post(taxes::put))
        .route("/admin/settings/taxes/rates/{id}/remove", get(taxes::rate::ask).post(taxes::rate::remove))
        .route("/admin/settings/taxes/import", post(taxes::upload::take).layer(DefaultBodyLimit::max(taxes::upload::LARGEST)))
        .route("/admin/settings/taxes/preview", get(taxes::preview::show))
        .route("/admin/settings/taxes/codes", get(taxes::codes::list).post(taxes::codes::put))
        .route("/admin/settings/taxes/codes/{code}/remove", get(taxes::codes::ask).post(taxes::codes::remove))
        .route("/admin/settings/taxes/exemptions", get(taxes::exemptions::list).post(taxes::exemptions::put))
        .route("/admin/settings/taxes/exemptions/{id}/remove", get(taxes::exemptions::ask).post(taxes::exemptions::remove))
        .route("/admin/settings/locations", get(locations::list))
        .route("/admin/settings/locations/new", get(locations::show_new).post(locations::create))
        .route("/admin/settings/locations/{id}", get(locations::show).post(locations::update))
        .route("/admin/settings/attributes", get(attributes::list))
        .route("/admin/settings/attributes/new", get(attributes::show_new).post(attributes::create))
        .route("/admin/settings/attributes/{id}", get(attributes::show).post(attributes::update))
        .route("/admin/settings/attributes/{id}/move", post(attributes::shift))
        .route("/admin/settings/attributes/{id}/delete", get(attributes::ask).post(attributes::delete))
        .route("/admin/settings/selling", get(selling::show).post(selling::save))
        .route("/admin/settings/feeds", get(feeds::show).post(feeds::save))
        .route("/admin/settings/invoices", get(invoices::show).post(invoices::save))
        .route("/admin/settings/reviews", get(reviews::show).post(reviews::save))
        .route("/admin/settings/queue", get(queue::show).post(queue::save))
        .route("/admin/settings/shipping", get(shipping::show))
        .route("/admin/settings/shipping/calendar", post(shipping::put_calendar))
        .route("/admin/settings/shipping/zones/new", get(zones::show_new).post(zones::create))
        .route("/admin/settings/shipping/zones/{id}", get(zones::show).post(zones::update))
        .route("/admin/settings/shipping/zones/{id}/remove", get(zones::ask).post(zones::remove))
        .route("/admin/settings/shipping/zones/{id}/methods", get(methods::show_new).post(methods::create))
        .route("/admin/settings/shipping/methods/{id}", get(methods::show).post(methods::update))
        .route("/admin/settings/shipping/methods/{id}/remove", get(methods::ask).post(methods::remove))
        .route("/admin/settings/shipping/methods/{id}/switch", post(methods::switch))
        .route("/admin/settings/shipping/methods/{id}/move", post(methods::shift))
        .route("/admin/settings/shipping/profiles/new", get(profiles::show_new).post(profiles::create))
        .route("/admin/settings/shipping/profiles/{id}", get(profiles::show).post(profiles::update))
        .route("/admin/settings/shipping/profiles/{id}/remove", get(profiles::ask).post(profiles::remove))
        .route("/admin/settings/shipping/boxes/new", get(boxes::show_new).post(boxes::create))
        .route("/admin/settings/shipping/boxes/{id}", get(boxes::show).post(boxes::update))
        .route("/admin/settings/shipping/boxes/{id}/remove", get(boxes::ask).post(boxes::remove))
        .route("/admin/settings/shipping/restrictions/new", get(restrictions::show_new).post(restrictions::create))
        .route("/admin/settings/shipping/restrictions/{id}", get(restrictions::show).post(restrictions::update))
        .route("/admin/settings/shipping/restrictions/{id}/remove", get(restrictions::ask).post(restrictions::remove))
        .route("/admin/settings/providers", get(providers::list))
        .route("/admin/settings/providers/new", get(providers::show_new).post(providers::create))
        .route("/admin/settings/providers/{id}", get(providers::show).post(providers::update))
        .route("/admin/settings/providers/{id}/remove", get(providers::ask).post(providers::remove))
        .route("/admin/settings/staff", get(staff::list).post(staff::invite))
        .route("/admin/settings/staff/second-factor", post(staff::change_policy))
        .route("/admin/settings/staff/{id}", get(staff::show).post(staff::update))
        .route("/admin/settings/staff/{id}/second-factor", post(staff::remove_second_factor))
        .route("/admin/settings/invitations/{id}/revoke", post(staff::revoke_invitation))
        .route("/admin/settings/roles/new", get(roles::show_new).post(roles::create))
        .route("/admin/settings/roles/{id}", get(roles::show).post(roles::update))
        .route("/admin/settings/roles/{id}/delete", post(roles::delete))
        .route("/admin/settings/audit", get(audit::show))
        .merge(mails::routes())
        .merge(texts::routes())
        .merge(pushes::routes())
}

/// The pages in the order they are listed, with what each asks of its reader; the address and the texts follow from the name.
pub(crate) const PAGES: &[(&str, Permission)] = &[
    ("store", Permission::ManageSettings),
    ("locations", Permission::ManageSettings),
    ("selling", Permission::ManageSettings),
    ("shipping", Permission::ManageSettings),
    ("taxes", Permission::ManageSettings),
    ("invoices", Permission::ManageSettings),
    ("feeds", Permission::ManageSettings),
    ("reviews", Permission::ManageSettings),
    ("queue", Permission::ManageSettings),
    ("mails", Permission::ManageSettings),
    ("texts", Permission::ManageSettings),
    ("pushes", Permission::ManageSettings),
    ("providers", Permission::ManageSettings),
    ("attributes", Permission::WriteCatalog),
    ("staff", Permission::ManageStaff),
    ("audit", Permission::ReadAudit),
];

#[derive(Serialize)]
struct IndexView {
    pages: Vec<&'static str>,
}

/// The pages that this member of staff may open.
async fn index(staff: Staff<can::WorkHere>) -> Answer {
    let held = &staff.member().permissions;
    let pages = PAGES.iter().filter(|(_, needed)| held.contains(needed));
    let view = IndexView {
        pages: pages.map(|(name, _)| *name).collect(),
    };
    staff.page("admin/settings/index.html", &view)
}

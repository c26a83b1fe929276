//! A zone: its name and its regions.

use axum::http::StatusCode;
use kernel::{Invalid, ZoneId};
use serde::{Deserialize, Serialize};
use shipping::{SetupError, Zone, ZoneTerms};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::{ask_removal, problem, refused, regions, saved};
use crate::forms::{Difference, Errors, differences, read_version};

/// A zone as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct ZoneForm {
    name: String,
    regions: String,
    version: String,
}

#[derive(Serialize)]
struct ZonePage {
    /// `None` for a new zone.
    id: Option<String>,
    form: ZoneForm,
    errors: Errors,
    conflict: Vec<Difference>,
}

/// What the page says besides its form.
#[derive(Default)]
struct Said {
    errors: Errors,
    conflict: Vec<Difference>,
}

impl ZoneForm {
    fn of(zone: Zone) -> Self {
        Self {
            name: zone.name,
            regions: regions::text(&zone.regions),
            version: zone.version.to_string(),
        }
    }

    fn read(&self) -> Result<ZoneTerms, Invalid> {
        let mut invalid = Invalid::default();
        let regions = regions::read(&mut invalid, &self.regions);
        invalid.into_result()?;
        Ok(ZoneTerms {
            name: self.name.clone(),
            regions,
        })
    }
}

pub(crate) async fn show_new(staff: Staff<can::ManageSettings>) -> Answer {
    render(&staff, StatusCode::OK, None, ZoneForm::default(), Said::default())
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>, Path(id): Path<ZoneId>) -> Answer {
    let form = ZoneForm::of(find(&staff, id).await?);
    render(&staff, StatusCode::OK, Some(id), form, Said::default())
}

pub(super) async fn find(visitor: &Visitor, id: ZoneId) -> Result<Zone, Problem> {
    let mut ctx = visitor.work.read();
    let zones = shipping::list_zones(&mut ctx).await?;
    ctx.rollback().await;
    zones
        .into_iter()
        .find(|zone| zone.id == id)
        .ok_or_else(Problem::not_found)
}

fn render(visitor: &Visitor, status: StatusCode, id: Option<ZoneId>, form: ZoneForm, said: Said) -> Answer {
    let page = ZonePage {
        id: id.map(|id| id.to_string()),
        form,
        errors: said.errors,
        conflict: said.conflict,
    };
    visitor.page_with_status(status, "admin/settings/zone.html", &page)
}

pub(crate) async fn create(staff: Staff<can::ManageSettings>, Form(form): Form<ZoneForm>) -> Answer {
    save(&staff, None, form).await
}

pub(crate) async fn update(
    staff: Staff<can::ManageSettings>,
    Path(id): Path<ZoneId>,
    Form(form): Form<ZoneForm>,
) -> Answer {
    find(&staff, id).await?;
    save(&staff, Some(id), form).await
}

async fn save(visitor: &Visitor, id: Option<ZoneId>, form: ZoneForm) -> Answer {
    let mut ctx = visitor.work.write();
    let done = match (form.read(), id) {
        (Err(invalid), _) => Err(SetupError::Invalid(invalid)),
        (Ok(terms), None) => shipping::create_zone(&mut ctx, &terms).await.map(|_id| ()),
        (Ok(terms), Some(id)) => {
            let version = Some(read_version(&form.version));
            shipping::update_zone(&mut ctx, id, version, &terms).await
        }
    };
    match done {
        Ok(()) => {
            ctx.commit().await?;
            Ok(saved(visitor))
        }
        Err(error) => {
            ctx.rollback().await;
            let saved = match (&error, id) {
                (SetupError::VersionConflict { .. }, Some(id)) => Some(ZoneForm::of(find(visitor, id).await?)),
                _ => None,
            };
            let (status, errors) = refused(visitor, error)?;
            let (form, conflict) = beside(form, saved);
            render(visitor, status, id, form, Said { errors, conflict })
        }
    }
}

/// What differs from what somebody else saved meanwhile. Saving once more keeps what was typed.
fn beside(typed: ZoneForm, saved: Option<ZoneForm>) -> (ZoneForm, Vec<Difference>) {
    let Some(saved) = saved else {
        return (typed, Vec::new());
    };
    let conflict = differences(&saved, &typed);
    let version = saved.version;
    (ZoneForm { version, ..typed }, conflict)
}

pub(crate) async fn ask(staff: Staff<can::ManageSettings>, Path(id): Path<ZoneId>) -> Answer {
    let zone = find(&staff, id).await?;
    ask_removal(&staff, ("zone", "zones"), id.to_string(), &zone.name)
}

pub(crate) async fn remove(staff: Staff<can::ManageSettings>, Path(id): Path<ZoneId>) -> Answer {
    let mut ctx = staff.work.write();
    shipping::remove_zone(&mut ctx, id, None).await.map_err(problem)?;
    ctx.commit().await?;
    Ok(saved(&staff))
}

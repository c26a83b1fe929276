//! What the store says above every page of the shop.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use content::{Announcement, AnnouncementError, Localised};
use kernel::{Invalid, Locale};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Problem, Staff, Visitor, can};

use crate::forms::{Difference, Errors, moment_text, read_kept_moment, read_version, tick};

/// The announcement as it is typed. The lists belong together, one entry a language.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct AnnouncementForm {
    active: String,
    locale: Vec<String>,
    text: Vec<String>,
    address: String,
    starts_at: String,
    ends_at: String,
    version: String,
}

#[derive(Serialize)]
struct AnnouncementView {
    form: AnnouncementForm,
    rows: Vec<TextRow>,
    /// The time zone that moments are typed in.
    zone: &'static str,
    errors: Errors,
    conflict: Vec<Difference>,
}

/// What is typed in one language.
#[derive(Serialize)]
struct TextRow {
    locale: &'static str,
    /// The language's own name.
    name: &'static str,
    /// Whether it is the store's own, which needs the sentence.
    own: bool,
    text: String,
    error: Option<String>,
}

impl AnnouncementForm {
    fn of(visitor: &Visitor, saved: &Announcement) -> Self {
        let locales = visitor.store().locales.iter();
        let zone = visitor.store().time_zone;
        let text = |locale: &Locale| saved.texts.get(*locale).cloned().unwrap_or_default();
        Self {
            active: tick(saved.active),
            locale: locales.clone().map(Locale::to_string).collect(),
            text: locales.map(text).collect(),
            address: saved.address.clone(),
            starts_at: moment_text(saved.starts_at, zone),
            ends_at: moment_text(saved.ends_at, zone),
            version: saved.version.to_string(),
        }
    }

    fn text(&self, locale: Locale) -> String {
        let place = self.locale.iter().position(|typed| typed == locale.code());
        place
            .and_then(|place| self.text.get(place))
            .cloned()
            .unwrap_or_default()
    }

    /// Where it differs from what is saved.
    fn differences(&self, visitor: &Visitor, saved: &Self) -> Vec<Difference> {
        let word = |key: &str| visitor.translate(key, &[]);
        let mut found = Vec::new();
        let mut compare = |label: &str, saved: &str, typed: &str| {
            if saved != typed {
                found.push(Difference::named(label, saved.to_owned(), typed.to_owned()));
            }
        };
        compare(&word("admin-announcement-active"), &saved.active, &self.active);
        for locale in &visitor.store().locales {
            let label = format!("{} ({})", word("admin-announcement-text"), locale.name());
            compare(&label, &saved.text(*locale), &self.text(*locale));
        }
        compare(&word("admin-announcement-address"), &saved.address, &self.address);
        compare(&word("admin-announcement-from"), &saved.starts_at, &self.starts_at);
        compare(&word("admin-announcement-until"), &saved.ends_at, &self.ends_at);
        found
    }

    fn read(&self, visitor: &Visitor, saved: &Announcement) -> Result<Announcement, Invalid> {
        let mut invalid = Invalid::default();
        let offered = visitor.store().locales.iter();
        let zone = visitor.store().time_zone;
        let texts: Localised<String> = offered.map(|locale| (*locale, self.text(*locale))).collect();
        let announcement = Announcement {
            active: !self.active.is_empty(),
            texts,
            address: self.address.clone(),
            starts_at: read_kept_moment(&mut invalid, "starts_at", &self.starts_at, saved.starts_at, zone),
            ends_at: read_kept_moment(&mut invalid, "ends_at", &self.ends_at, saved.ends_at, zone),
            version: read_version(&self.version),
        };
        invalid.into_result()?;
        Ok(announcement)
    }
}

pub(super) async fn show(staff: Staff<can::WriteContent>) -> Answer {
    let form = AnnouncementForm::of(&staff, &load(&staff).await?);
    render(&staff, StatusCode::OK, form, (&Invalid::default(), Vec::new()))
}

async fn load(visitor: &Visitor) -> Result<Announcement, Problem> {
    let mut ctx = visitor.work.read();
    let saved = content::load_announcement(&mut ctx).await?;
    ctx.rollback().await;
    Ok(saved)
}

fn render(
    visitor: &Visitor,
    status: StatusCode,
    form: AnnouncementForm,
    (invalid, conflict): (&Invalid, Vec<Difference>),
) -> Answer {
    let own = visitor.store().locale;
    let row = |locale: &Locale| TextRow {
        locale: locale.code(),
        name: locale.name(),
        own: *locale == own,
        text: form.text(*locale),
        error: Errors::under(visitor, invalid, &format!("texts.{locale}"))
            .into_sentences()
            .pop(),
    };
    let mut rows: Vec<TextRow> = visitor.store().locales.iter().map(row).collect();
    rows.sort_by_key(|row| !row.own);
    let mut errors = Errors::of(visitor, invalid.clone());
    if !conflict.is_empty() || status == StatusCode::CONFLICT {
        errors = Errors::one(visitor, "form", "version_conflict", "was changed in the meantime");
    }
    let view = AnnouncementView {
        form,
        rows,
        zone: visitor.store().time_zone.name(),
        errors,
        conflict,
    };
    visitor.page_with_status(status, "admin/content/announcement.html", &view)
}

pub(super) async fn save(staff: Staff<can::WriteContent>, Form(mut form): Form<AnnouncementForm>) -> Answer {
    let refused = match form.read(&staff, &load(&staff).await?) {
        Err(invalid) => invalid,
        Ok(announcement) => {
            let mut ctx = staff.work.write();
            match content::update_announcement(&mut ctx, announcement).await {
                Ok(_) => {
                    ctx.commit().await?;
                    staff.flash("admin-flash-saved");
                    return Ok(Redirect::to("/admin/announcement").into_response());
                }
                // Shows both versions. Saving once more keeps what was typed.
                Err(AnnouncementError::VersionConflict) => {
                    ctx.rollback().await;
                    let saved = AnnouncementForm::of(&staff, &load(&staff).await?);
                    let conflict = form.differences(&staff, &saved);
                    form.version = saved.version;
                    return render(&staff, StatusCode::CONFLICT, form, (&Invalid::default(), conflict));
                }
                Err(AnnouncementError::Invalid(invalid)) => {
                    ctx.rollback().await;
                    invalid
                }
                Err(AnnouncementError::Forbidden(error)) => return Err(error.into()),
                Err(AnnouncementError::Internal(error)) => return Err(error.into()),
            }
        }
    };
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, (&refused, Vec::new()))
}

//! The page that changes what a mail says.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::{EmailAddress, Locale};
use notifications::{
    MailKind, MailTemplate, Preview, PreviewError, SaveTemplate, SaveTemplateError, StoredTemplate, TemplateMistake,
};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::{problem, read_address, sentence};
use crate::{
    Desk,
    forms::{Choice, Difference, Errors, choices, differences, read_version, word},
};

/// A mail as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct MailForm {
    subject: String,
    html: String,
    plain: String,
    version: String,
    /// Which mail of the kind is looked at.
    #[serde(skip_serializing)]
    which: String,
    /// Which part of it.
    #[serde(skip_serializing)]
    pub(super) shown: String,
}

#[derive(Serialize)]
struct EditView {
    kind: &'static str,
    locale: &'static str,
    language: &'static str,
    form: MailForm,
    which: String,
    samples: Vec<Choice>,
    fields: Vec<FieldView>,
    errors: Errors,
    conflict: Vec<Difference>,
    /// Whom a test was sent to.
    sent_to: Option<String>,
    /// Why the theme's stood in for it since it was saved.
    failed: Option<String>,
    /// Only who may do everything says what it says.
    locked: bool,
}

#[derive(Serialize)]
struct FieldView {
    name: String,
    example: String,
}

#[derive(Serialize)]
struct ResetView {
    kind: &'static str,
    locale: &'static str,
    language: &'static str,
    version: i64,
}

/// What the page says beside the form.
#[derive(Default)]
struct Said {
    errors: Errors,
    conflict: Vec<Difference>,
    sent_to: Option<EmailAddress>,
}

impl MailForm {
    fn of(template: MailTemplate, version: i64) -> Self {
        Self {
            subject: template.subject,
            html: template.html,
            plain: template.plain,
            version: version.to_string(),
            ..Self::default()
        }
    }

    fn template(&self) -> MailTemplate {
        MailTemplate {
            subject: self.subject.clone(),
            html: self.html.clone(),
            plain: self.plain.clone(),
        }
    }

    pub(super) fn preview(&self, kind: MailKind, locale: Locale) -> Preview {
        Preview {
            kind,
            locale,
            which: self.which.parse().unwrap_or_default(),
            template: Some(self.template()),
        }
    }
}

async fn find(visitor: &Visitor, (kind, locale): (MailKind, Locale)) -> Result<Option<StoredTemplate>, Problem> {
    let mut ctx = visitor.work.read();
    let own = notifications::find_template(&mut ctx, kind, locale)
        .await
        .map_err(problem)?;
    ctx.rollback().await;
    Ok(own)
}

/// What is kept, or what the theme says for a beginning.
async fn kept(visitor: &Visitor, desk: &Desk, mail: (MailKind, Locale)) -> Result<MailForm, Problem> {
    Ok(match find(visitor, mail).await? {
        Some(own) => MailForm::of(own.template, own.version),
        None => MailForm::of(desk.renderer.start(mail.0, mail.1), 0),
    })
}

pub(crate) async fn show(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Path(address): Path<(String, String)>,
) -> Answer {
    let mail = read_address(&address)?;
    let form = kept(&staff, &desk, mail).await?;
    render(&staff, StatusCode::OK, mail, form, Said::default()).await
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    (kind, locale): (MailKind, Locale),
    form: MailForm,
    said: Said,
) -> Answer {
    let mut ctx = visitor.work.read();
    let own = notifications::list_templates(&mut ctx).await.map_err(problem)?;
    let locked = notifications::may_write(&ctx, kind).is_err();
    ctx.rollback().await;
    let own = own.into_iter().find(|own| own.kind == kind && own.locale == locale);
    let samples = if kind == MailKind::ParcelMoved {
        choices(visitor, "admin-parcel", ["out_for_delivery", "delivered", "failed"])
    } else {
        Vec::new()
    };
    let number = |(place, choice): (usize, Choice)| Choice {
        value: place.to_string(),
        label: choice.label,
    };
    let field = |field: notifications::TemplateField| FieldView {
        name: field.name,
        example: field.example,
    };
    let view = EditView {
        kind: kind.as_str(),
        locale: locale.code(),
        language: locale.name(),
        which: form.which.clone(),
        form,
        samples: samples.into_iter().enumerate().map(number).collect(),
        fields: notifications::template_fields(kind, locale)
            .into_iter()
            .map(field)
            .collect(),
        errors: said.errors,
        conflict: said.conflict,
        sent_to: said.sent_to.map(EmailAddress::into_string),
        failed: own.and_then(|own| own.failed),
        locked,
    };
    let page = visitor.page_with_status(status, "admin/settings/mail.html", &view)?;
    Ok(web::with_own_frames(page))
}

pub(crate) async fn save(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Path(address): Path<(String, String)>,
    Form(form): Form<MailForm>,
) -> Answer {
    let (kind, locale) = read_address(&address)?;
    let save = SaveTemplate {
        kind,
        locale,
        template: form.template(),
        version: read_version(&form.version),
    };
    let mut ctx = staff.work.write();
    let saved = notifications::save_template(&mut ctx, &desk.mails(&staff), save).await;
    let errors = match saved {
        Ok(()) => {
            ctx.commit().await?;
            return Ok(done(&staff, "admin-flash-saved"));
        }
        Err(error) => {
            ctx.rollback().await;
            match error {
                SaveTemplateError::Invalid(invalid) => Errors::of(&staff, invalid),
                SaveTemplateError::Mistake(mistake) => marked(&staff, &mistake),
                SaveTemplateError::VersionConflict => return conflict(&staff, &desk, (kind, locale), form).await,
                SaveTemplateError::Forbidden(error) => return Err(error.into()),
                SaveTemplateError::Internal(error) => return Err(error.into()),
            }
        }
    };
    let said = Said {
        errors,
        ..Said::default()
    };
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, (kind, locale), form, said).await
}

/// A mistake at the part that it is in.
fn marked(visitor: &Visitor, mistake: &TemplateMistake) -> Errors {
    Errors::said(mistake.part.as_str(), sentence(visitor, mistake))
}

/// Shows both versions. Saving once more keeps what was typed.
async fn conflict(visitor: &Visitor, desk: &Desk, mail: (MailKind, Locale), mut form: MailForm) -> Answer {
    let saved = kept(visitor, desk, mail).await?;
    let named = |mut difference: Difference| {
        difference.rename(|field| word(visitor, "admin-field-mail", field));
        difference
    };
    let said = Said {
        conflict: differences(&saved, &form).into_iter().map(named).collect(),
        errors: Errors::one(visitor, "form", "version_conflict", "was changed in the meantime"),
        ..Said::default()
    };
    form.version = saved.version;
    render(visitor, StatusCode::CONFLICT, mail, form, said).await
}

/// Sends what is typed to whoever typed it, and goes on with it.
pub(crate) async fn send_test(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Path(address): Path<(String, String)>,
    Form(form): Form<MailForm>,
) -> Answer {
    let mail = read_address(&address)?;
    let session = staff.session.as_ref().ok_or_else(Problem::not_found)?;
    let to = session.email.clone();
    let mut ctx = staff.work.write();
    let shown = form.preview(mail.0, mail.1);
    match notifications::send_test(&mut ctx, &desk.mails(&staff), shown, &to).await {
        Ok(()) => {
            ctx.commit().await?;
            let said = Said {
                sent_to: Some(to),
                ..Said::default()
            };
            render(&staff, StatusCode::OK, mail, form, said).await
        }
        Err(error) => {
            ctx.rollback().await;
            let errors = match error {
                PreviewError::Invalid(invalid) => Errors::of(&staff, invalid),
                PreviewError::Mistake(mistake) => marked(&staff, &mistake),
                PreviewError::Forbidden(error) => return Err(error.into()),
                PreviewError::Theme(error) => return Err(Problem::internal(&error)),
                PreviewError::Internal(error) => return Err(error.into()),
            };
            let said = Said {
                errors,
                ..Said::default()
            };
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, mail, form, said).await
        }
    }
}

/// Asks before the merchant's words are thrown away.
pub(crate) async fn ask(staff: Staff<can::ManageSettings>, Path(address): Path<(String, String)>) -> Answer {
    let (kind, locale) = read_address(&address)?;
    let own = find(&staff, (kind, locale)).await?;
    let view = ResetView {
        kind: kind.as_str(),
        locale: locale.code(),
        language: locale.name(),
        version: own.map_or(0, |own| own.version),
    };
    staff.page("admin/settings/mail_reset.html", &view)
}

pub(crate) async fn reset(
    staff: Staff<can::ManageSettings>,
    Path(address): Path<(String, String)>,
    Form(form): Form<MailForm>,
) -> Answer {
    let (kind, locale) = read_address(&address)?;
    let mut ctx = staff.work.write();
    let reset = notifications::reset_template(&mut ctx, kind, locale, read_version(&form.version)).await;
    match reset {
        Ok(()) => ctx.commit().await?,
        Err(SaveTemplateError::VersionConflict) => return Err(Problem::version_conflict()),
        Err(SaveTemplateError::Forbidden(error)) => return Err(error.into()),
        Err(SaveTemplateError::Invalid(error)) => return Err(error.into()),
        Err(SaveTemplateError::Mistake(error)) => return Err(Problem::internal(&error)),
        Err(SaveTemplateError::Internal(error)) => return Err(error.into()),
    }
    Ok(done(&staff, "admin-flash-mail-reset"))
}

fn done(visitor: &Visitor, flash: &str) -> Response {
    visitor.flash(flash);
    Redirect::to("/admin/settings/mails").into_response()
}

//! Composing the home page: a draft of sections, until somebody publishes it.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use content::{Composing, Home, HomeError, Section, SectionKind};
use kernel::{Invalid, SectionId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Query, Staff, Visitor, can};

use super::{
    menu_form::{Group, Targets, direction, errors_of},
    section_form::{SectionForm, SectionRow},
};
use crate::{
    category_choices::{CategoryChooser, Search},
    forms::{Choice, Errors, choices, read_version},
};

#[derive(Serialize)]
struct HomePageView {
    sections: Vec<Line>,
    is_draft: bool,
    version: i64,
    kinds: Vec<Choice>,
}

#[derive(Serialize)]
struct Line {
    id: String,
    kind: &'static str,
    /// Its heading, or the name of what it shows.
    title: String,
    /// Whether it shows something that is gone.
    is_gone: bool,
    is_hidden: bool,
}

#[derive(Serialize)]
struct SectionView {
    /// `None` for a new section.
    id: Option<String>,
    kind: &'static str,
    has_body: bool,
    has_button: bool,
    form: SectionForm,
    rows: Vec<SectionRow>,
    groups: Vec<Group>,
    categories: CategoryChooser,
    errors: Errors,
}

#[derive(Serialize)]
struct AskView {
    /// The section to be removed; none to drop the whole draft.
    id: Option<String>,
    kind: &'static str,
    version: i64,
}

/// A button of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ButtonForm {
    /// `up`, or else down.
    to: String,
    version: String,
}

async fn load(visitor: &Visitor) -> Result<Home, Problem> {
    let mut ctx = visitor.work.read();
    let home = content::load_home(&mut ctx).await.map_err(problem)?;
    ctx.rollback().await;
    Ok(home)
}

/// The home page and one section of it that must be there.
async fn load_section(visitor: &Visitor, id: SectionId) -> Result<(Home, Section), Problem> {
    let home = load(visitor).await?;
    let section = home.find(id).cloned().ok_or_else(Problem::not_found)?;
    Ok((home, section))
}

pub(super) async fn show(staff: Staff<can::WriteContent>) -> Answer {
    let home = load(&staff).await?;
    let mut ctx = staff.work.read();
    let targets = Targets::load(&staff, &mut ctx, &[], ("", &Search::default())).await?;
    ctx.rollback().await;
    let view = HomePageView {
        sections: home
            .composed()
            .iter()
            .map(|section| line(&staff, &targets, section))
            .collect(),
        is_draft: home.draft.is_some(),
        version: home.version,
        kinds: choices(&staff, "admin-section", SectionKind::ALL.map(SectionKind::as_str)),
    };
    staff.page("admin/content/home_page.html", &view)
}

fn line(visitor: &Visitor, targets: &Targets, section: &Section) -> Line {
    let terms = &section.terms;
    let title = terms.texts.shown(visitor.locale, visitor.store().locale);
    let title = title.map(|text| text.title.clone()).filter(|title| !title.is_empty());
    let shown = (terms.kind == SectionKind::Collection).then(|| targets.name(&terms.link));
    let is_gone = matches!(shown, Some(None));
    Line {
        id: section.id.to_string(),
        kind: terms.kind.as_str(),
        title: title.or_else(|| shown.flatten()).unwrap_or_default(),
        is_gone,
        is_hidden: terms.hidden,
    }
}

/// Which kind of section a new one is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct KindQuery {
    kind: String,
}

impl KindQuery {
    fn kind(&self) -> Result<SectionKind, Problem> {
        SectionKind::parse(&self.kind).ok_or_else(Problem::not_found)
    }
}

pub(super) async fn show_new(staff: Staff<can::WriteContent>, Query(query): Query<KindQuery>) -> Answer {
    let kind = query.kind()?;
    let form = SectionForm::default();
    let said = (Errors::default(), Invalid::default());
    render(&staff, StatusCode::OK, (None, kind), form, said).await
}

/// A new section stands at the end.
pub(super) async fn create(
    staff: Staff<can::WriteContent>,
    Query(query): Query<KindQuery>,
    Form(form): Form<SectionForm>,
) -> Answer {
    save(&staff, (None, query.kind()?), form).await
}

pub(super) async fn edit(staff: Staff<can::WriteContent>, Path(id): Path<SectionId>) -> Answer {
    let (home, section) = load_section(&staff, id).await?;
    let mut ctx = staff.work.read();
    let form = SectionForm::of(&staff, &mut ctx, &section, home.version).await?;
    ctx.rollback().await;
    let said = (Errors::default(), Invalid::default());
    render(&staff, StatusCode::OK, (Some(id), section.terms.kind), form, said).await
}

pub(super) async fn update(
    staff: Staff<can::WriteContent>,
    Path(id): Path<SectionId>,
    Form(form): Form<SectionForm>,
) -> Answer {
    let (_, section) = load_section(&staff, id).await?;
    save(&staff, (Some(id), section.terms.kind), form).await
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    (id, kind): (Option<SectionId>, SectionKind),
    form: SectionForm,
    (errors, invalid): (Errors, Invalid),
) -> Answer {
    let mut ctx = visitor.work.read();
    let targets = Targets::load(visitor, &mut ctx, &[], (&form.target, &form.search)).await?;
    ctx.rollback().await;
    let targets = match kind {
        SectionKind::Collection => targets.only_collections(),
        _ => targets,
    };
    let view = SectionView {
        id: id.map(|id| id.to_string()),
        kind: kind.as_str(),
        has_body: kind.has_body(),
        has_button: kind.has_button(),
        rows: form.rows(visitor, &invalid),
        form,
        groups: targets.groups,
        categories: targets.categories,
        errors,
    };
    visitor.page_with_status(status, "admin/content/section.html", &view)
}

async fn save(visitor: &Visitor, of: (Option<SectionId>, SectionKind), mut form: SectionForm) -> Answer {
    if form.search.is_asked() {
        let said = (Errors::default(), Invalid::default());
        return render(visitor, StatusCode::OK, of, form, said).await;
    }
    let mut ctx = visitor.work.write();
    let refused = match form.terms(visitor, &mut ctx, of.1).await? {
        Err(invalid) => HomeError::Invalid(invalid),
        Ok(terms) => {
            let (expected, composing) = match of.0 {
                Some(id) => (Some(read_version(&form.version)), Composing::Edit(id, terms)),
                None => (None, Composing::Add(terms)),
            };
            match content::compose_home(&mut ctx, expected, composing).await {
                Ok(_home) => {
                    ctx.commit().await?;
                    visitor.flash("admin-flash-saved");
                    return Ok(back());
                }
                Err(error) => error,
            }
        }
    };
    ctx.rollback().await;
    match refused {
        HomeError::Invalid(invalid) => {
            let said = (errors_of(visitor, &invalid), invalid);
            render(visitor, StatusCode::UNPROCESSABLE_ENTITY, of, form, said).await
        }
        HomeError::VersionConflict { current } => {
            form.version = current.to_string();
            let errors = Errors::one(visitor, "form", "version_conflict", "was changed in the meantime");
            render(visitor, StatusCode::CONFLICT, of, form, (errors, Invalid::default())).await
        }
        error => Err(problem(error)),
    }
}

pub(super) async fn shift(
    staff: Staff<can::WriteContent>,
    Path(id): Path<SectionId>,
    Form(form): Form<ButtonForm>,
) -> Answer {
    load_section(&staff, id).await?;
    press(&staff, &form, Composing::Move(id, direction(&form.to))).await
}

pub(super) async fn ask(staff: Staff<can::WriteContent>, Path(id): Path<SectionId>) -> Answer {
    let (home, section) = load_section(&staff, id).await?;
    let view = AskView {
        id: Some(id.to_string()),
        kind: section.terms.kind.as_str(),
        version: home.version,
    };
    staff.page("admin/content/home_ask.html", &view)
}

pub(super) async fn remove(
    staff: Staff<can::WriteContent>,
    Path(id): Path<SectionId>,
    Form(form): Form<ButtonForm>,
) -> Answer {
    load_section(&staff, id).await?;
    press(&staff, &form, Composing::Remove(id)).await
}

pub(super) async fn ask_discard(staff: Staff<can::WriteContent>) -> Answer {
    let home = load(&staff).await?;
    let view = AskView {
        id: None,
        kind: "",
        version: home.version,
    };
    staff.page("admin/content/home_ask.html", &view)
}

pub(super) async fn discard(staff: Staff<can::WriteContent>, Form(form): Form<ButtonForm>) -> Answer {
    press(&staff, &form, Composing::Discard).await
}

pub(super) async fn publish(staff: Staff<can::WriteContent>, Form(form): Form<ButtonForm>) -> Answer {
    press(&staff, &form, Composing::Publish).await
}

/// Changes the page as it was shown; when it is another by now, shows it again.
async fn press(visitor: &Visitor, form: &ButtonForm, composing: Composing) -> Answer {
    let says = match composing {
        Composing::Publish => Some("admin-flash-published"),
        _ => None,
    };
    let mut ctx = visitor.work.write();
    match content::compose_home(&mut ctx, Some(read_version(&form.version)), composing).await {
        Ok(_home) => {
            ctx.commit().await?;
            if let Some(says) = says {
                visitor.flash(says);
            }
        }
        Err(HomeError::VersionConflict { .. }) => {
            ctx.rollback().await;
            visitor.flash("admin-flash-changed");
        }
        Err(error) => return Err(problem(error)),
    }
    Ok(back())
}

fn back() -> Response {
    Redirect::to("/admin/home-page").into_response()
}

fn problem(error: HomeError) -> Problem {
    match error {
        HomeError::Forbidden(error) => error.into(),
        HomeError::NotFound => Problem::not_found(),
        HomeError::VersionConflict { .. } => Problem::version_conflict(),
        HomeError::Invalid(invalid) => invalid.into(),
        HomeError::Internal(error) => error.into(),
    }
}

//! Arranging the menus: every entry has its buttons, and a form below adds another.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use content::{Change, ChangeMenus, MenuError, MenuItem, Menus, Place};
use kernel::{FieldError, Invalid, MenuItemId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::menu_form::{Group, ItemForm, LabelRow, Targets, direction, errors_of, value_of};
use crate::{
    category_choices::{CategoryChooser, Search},
    forms::{Choice, Errors, choices, read_version},
};

#[derive(Serialize)]
struct MenusView {
    menus: Vec<MenuView>,
    version: i64,
    places: Vec<Choice>,
    /// The entries that others may lie below.
    above: Vec<Choice>,
    entry: EntryView,
}

#[derive(Serialize)]
struct MenuView {
    place: &'static str,
    items: Vec<ItemView>,
}

#[derive(Serialize)]
struct ItemView {
    id: String,
    label: String,
    kind: String,
    /// What it leads to is called so; nothing when it is gone.
    name: Option<String>,
    children: Vec<ItemView>,
}

/// The form of one entry.
#[derive(Serialize)]
struct EntryView {
    form: ItemForm,
    rows: Vec<LabelRow>,
    groups: Vec<Group>,
    categories: CategoryChooser,
    errors: Errors,
}

#[derive(Serialize)]
struct EditView {
    id: String,
    entry: EntryView,
}

#[derive(Serialize)]
struct RemoveView {
    id: String,
    label: String,
    below: usize,
    version: i64,
}

/// A button beside an entry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ButtonForm {
    /// `up`, or else down.
    to: String,
    version: String,
}

pub(super) async fn show(staff: Staff<can::WriteContent>) -> Answer {
    let form = ItemForm::empty(Place::Footer);
    render(&staff, StatusCode::OK, form, &Invalid::default()).await
}

async fn render(visitor: &Visitor, status: StatusCode, form: ItemForm, invalid: &Invalid) -> Answer {
    let mut ctx = visitor.work.read();
    let menus = content::load_menus(&mut ctx).await.map_err(problem)?;
    let items: Vec<&MenuItem> = menus.every_item().collect();
    let targets = Targets::load(visitor, &mut ctx, &items, (&form.target, &form.search)).await?;
    ctx.rollback().await;
    let menu = |place: Place| MenuView {
        place: place.as_str(),
        items: menus
            .of(place)
            .iter()
            .map(|item| item_view(visitor, &targets, item))
            .collect(),
    };
    let shown: Vec<MenuView> = Place::ALL.into_iter().map(menu).collect();
    let view = MenusView {
        version: menus.version,
        places: choices(visitor, "admin-menu", Place::ALL.map(Place::as_str)),
        above: above(visitor, &shown),
        menus: shown,
        entry: EntryView {
            rows: form.rows(visitor, invalid),
            form,
            groups: targets.groups,
            categories: targets.categories,
            errors: errors_of(visitor, invalid),
        },
    };
    visitor.page_with_status(status, "admin/content/menus.html", &view)
}

/// The entries at the top of each menu, under the menu's name.
fn above(visitor: &Visitor, menus: &[MenuView]) -> Vec<Choice> {
    let places = menus.iter().flat_map(|menu| {
        let place = visitor.translate(&format!("admin-menu-{}", menu.place), &[]);
        menu.items.iter().map(move |item| Choice {
            value: item.id.clone(),
            label: format!("{place}: {}", item.label),
        })
    });
    let top = Choice {
        value: String::new(),
        label: visitor.translate("admin-menu-top", &[]),
    };
    [top].into_iter().chain(places).collect()
}

fn item_view(visitor: &Visitor, targets: &Targets, item: &MenuItem) -> ItemView {
    let name = targets.name(&item.link);
    let own = visitor.store().locale;
    let label = item.labels.shown(own, own).cloned();
    let kind = value_of(&item.link);
    ItemView {
        id: item.id.to_string(),
        label: label.or_else(|| name.clone()).unwrap_or_else(|| "–".to_owned()),
        kind: kind.split(':').next().unwrap_or_default().to_owned(),
        name,
        children: item
            .children
            .iter()
            .map(|child| item_view(visitor, targets, child))
            .collect(),
    }
}

pub(super) async fn add(staff: Staff<can::WriteContent>, Form(form): Form<ItemForm>) -> Answer {
    if form.search.is_asked() {
        return render(&staff, StatusCode::OK, form, &Invalid::default()).await;
    }
    let under = match form.under.as_str() {
        "" => Ok(None),
        id => id.parse().map(Some),
    };
    let Ok(under) = under else {
        let invalid = FieldError::new("under", "gone", "is gone").into();
        return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, &invalid).await;
    };
    let mut ctx = staff.work.write();
    let link = match form.link(&mut ctx).await? {
        Ok(link) => link,
        Err(invalid) => {
            ctx.rollback().await;
            return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, &invalid).await;
        }
    };
    let menus = content::load_menus(&mut ctx).await.map_err(problem)?;
    let chosen = Place::parse(&form.place).unwrap_or(Place::Footer);
    let place = under.and_then(|id| menus.find(id)).map_or(chosen, |(place, _)| place);
    let labels = form.labels(&staff);
    // An entry at the end disturbs nobody who arranges the others.
    let change = ChangeMenus {
        expected_version: None,
        change: Change::Add {
            place,
            under,
            labels,
            link,
        },
    };
    match content::change_menus(&mut ctx, change).await {
        Ok(_menus) => {
            ctx.commit().await?;
            Ok(saved(&staff))
        }
        Err(MenuError::Invalid(invalid)) => {
            ctx.rollback().await;
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, &invalid).await
        }
        Err(error) => Err(problem(error)),
    }
}

fn saved(visitor: &Visitor) -> Response {
    visitor.flash("admin-flash-saved");
    Redirect::to("/admin/menus").into_response()
}

/// The menus and one entry of them that must be there.
async fn load(visitor: &Visitor, id: MenuItemId) -> Result<(Menus, MenuItem), Problem> {
    let mut ctx = visitor.work.read();
    let menus = content::load_menus(&mut ctx).await.map_err(problem)?;
    ctx.rollback().await;
    let item = menus.find(id).map(|(_, item)| item.clone());
    Ok((menus, item.ok_or_else(Problem::not_found)?))
}

pub(super) async fn edit(staff: Staff<can::WriteContent>, Path(id): Path<MenuItemId>) -> Answer {
    let (menus, item) = load(&staff, id).await?;
    let mut ctx = staff.work.read();
    let form = ItemForm::of(&staff, &mut ctx, &item, menus.version).await?;
    ctx.rollback().await;
    render_entry(&staff, StatusCode::OK, id, form, Errors::default(), &Invalid::default()).await
}

async fn render_entry(
    visitor: &Visitor,
    status: StatusCode,
    id: MenuItemId,
    form: ItemForm,
    errors: Errors,
    invalid: &Invalid,
) -> Answer {
    let mut ctx = visitor.work.read();
    let targets = Targets::load(visitor, &mut ctx, &[], (&form.target, &form.search)).await?;
    ctx.rollback().await;
    let view = EditView {
        id: id.to_string(),
        entry: EntryView {
            rows: form.rows(visitor, invalid),
            form,
            groups: targets.groups,
            categories: targets.categories,
            errors,
        },
    };
    visitor.page_with_status(status, "admin/content/menu_item.html", &view)
}

pub(super) async fn update(
    staff: Staff<can::WriteContent>,
    Path(id): Path<MenuItemId>,
    Form(mut form): Form<ItemForm>,
) -> Answer {
    if form.search.is_asked() {
        let errors = Errors::default();
        return render_entry(&staff, StatusCode::OK, id, form, errors, &Invalid::default()).await;
    }
    let mut ctx = staff.work.write();
    let refused = match form.link(&mut ctx).await? {
        Err(invalid) => MenuError::Invalid(invalid),
        Ok(link) => {
            let labels = form.labels(&staff);
            let change = ChangeMenus {
                expected_version: Some(read_version(&form.version)),
                change: Change::Edit { id, labels, link },
            };
            match content::change_menus(&mut ctx, change).await {
                Ok(_menus) => {
                    ctx.commit().await?;
                    return Ok(saved(&staff));
                }
                Err(error) => error,
            }
        }
    };
    ctx.rollback().await;
    match refused {
        MenuError::Invalid(invalid) => {
            let errors = errors_of(&staff, &invalid);
            render_entry(&staff, StatusCode::UNPROCESSABLE_ENTITY, id, form, errors, &invalid).await
        }
        MenuError::VersionConflict { current } => {
            load(&staff, id).await?;
            form.version = current.to_string();
            let errors = Errors::one(&staff, "form", "version_conflict", "was changed in the meantime");
            render_entry(&staff, StatusCode::CONFLICT, id, form, errors, &Invalid::default()).await
        }
        error => Err(problem(error)),
    }
}

pub(super) async fn shift(
    staff: Staff<can::WriteContent>,
    Path(id): Path<MenuItemId>,
    Form(form): Form<ButtonForm>,
) -> Answer {
    load(&staff, id).await?;
    press(&staff, &form, Change::Move(id, direction(&form.to))).await
}

pub(super) async fn ask(staff: Staff<can::WriteContent>, Path(id): Path<MenuItemId>) -> Answer {
    let (menus, item) = load(&staff, id).await?;
    let mut ctx = staff.work.read();
    let targets = Targets::load(&staff, &mut ctx, &[&item], ("", &Search::default())).await?;
    ctx.rollback().await;
    let view = RemoveView {
        id: id.to_string(),
        label: item_view(&staff, &targets, &item).label,
        below: item.children.len(),
        version: menus.version,
    };
    staff.page("admin/content/menu_remove.html", &view)
}

pub(super) async fn remove(
    staff: Staff<can::WriteContent>,
    Path(id): Path<MenuItemId>,
    Form(form): Form<ButtonForm>,
) -> Answer {
    load(&staff, id).await?;
    press(&staff, &form, Change::Remove(id)).await
}

/// Changes the menus as they were shown; when they are others by now, shows them again.
async fn press(visitor: &Visitor, form: &ButtonForm, change: Change) -> Answer {
    let change = ChangeMenus {
        expected_version: Some(read_version(&form.version)),
        change,
    };
    let mut ctx = visitor.work.write();
    match content::change_menus(&mut ctx, change).await {
        Ok(_menus) => ctx.commit().await?,
        Err(MenuError::VersionConflict { .. }) => {
            ctx.rollback().await;
            visitor.flash("admin-flash-changed");
        }
        Err(error) => return Err(problem(error)),
    }
    Ok(Redirect::to("/admin/menus").into_response())
}

fn problem(error: MenuError) -> Problem {
    match error {
        MenuError::Forbidden(error) => error.into(),
        MenuError::NotFound => Problem::not_found(),
        MenuError::VersionConflict { .. } => Problem::version_conflict(),
        MenuError::Invalid(invalid) => invalid.into(),
        MenuError::Internal(error) => error.into(),
    }
}

//! Staff arrange the menus.

use database::Ctx;
use kernel::{CategoryId, FieldError, Invalid, Locale, MenuItemId, Permission};

use crate::{
    Link, Localised, MenuItem, Menus, NewMenuItem, Place,
    events::MenusChanged,
    menu::{MOST, check_item},
    store,
    targets::check_categories,
};

/// Which way an entry moves among its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Before the one in front of it.
    Up,
    /// Behind the one after it.
    Down,
}

impl Direction {
    /// The place that one of so many moves to; none at the end of the list.
    pub(crate) fn neighbour(self, index: usize, count: usize) -> Option<usize> {
        match self {
            Self::Up => index.checked_sub(1),
            Self::Down => index.checked_add(1).filter(|other| *other < count),
        }
    }
}

/// One thing to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Puts a new entry at the end of a menu, or below one of its entries.
    Add {
        /// The menu.
        place: Place,
        /// The entry it lies below.
        under: Option<MenuItemId>,
        /// What it is called.
        labels: Localised<String>,
        /// Where it leads.
        link: Link,
    },
    /// Gives an entry another name or another target.
    Edit {
        /// The entry.
        id: MenuItemId,
        /// What it is called in these languages; other languages stay.
        labels: Localised<String>,
        /// Where it leads.
        link: Link,
    },
    /// Moves an entry among its neighbours; the first stays the first.
    Move(MenuItemId, Direction),
    /// Takes an entry away, with those below it.
    Remove(MenuItemId),
}

/// A change of the menus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeMenus {
    /// The version the change was made on; `None` takes any.
    pub expected_version: Option<i64>,
    /// What to change.
    pub change: Change,
}

/// Why the menus stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum MenuError {
    /// The actor may not arrange menus.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such entry.
    #[error("there is no such entry")]
    NotFound,
    /// Somebody else changed them.
    #[error("the menus have version {current} now")]
    VersionConflict {
        /// The version they have.
        current: i64,
    },
    /// Fields break a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Both menus as the merchant arranged them.
pub async fn load_menus(ctx: &mut Ctx) -> Result<Menus, MenuError> {
    ctx.require(Permission::WriteContent)?;
    Ok(store::menus::find(ctx).await?)
}

/// Changes one entry.
pub async fn change_menus(ctx: &mut Ctx, change: ChangeMenus) -> Result<Menus, MenuError> {
    let mut menus = lock(ctx, change.expected_version).await?;
    let own = ctx.store().locale;
    match change.change {
        Change::Add {
            place,
            under,
            labels,
            link,
        } => {
            let mut invalid = Invalid::default();
            let item = MenuItem {
                id: ctx.new_id(),
                labels: check_item(&mut invalid, "", labels, &link, own),
                link,
                children: Vec::new(),
            };
            add(&mut menus, place, under, item, &mut invalid)?;
            invalid.into_result()?;
        }
        Change::Edit { id, labels, link } => {
            let mut invalid = Invalid::default();
            let (siblings, index) = siblings_of(&mut menus, id).ok_or(MenuError::NotFound)?;
            let item = siblings.get_mut(index).ok_or(MenuError::NotFound)?;
            let mut all = item.labels.clone();
            all.extend(labels);
            item.labels = check_item(&mut invalid, "", all, &link, own);
            item.link = link;
            invalid.into_result()?;
        }
        Change::Move(id, direction) => {
            let (siblings, index) = siblings_of(&mut menus, id).ok_or(MenuError::NotFound)?;
            if let Some(other) = direction.neighbour(index, siblings.len()) {
                siblings.swap(index, other);
            }
        }
        Change::Remove(id) => {
            let (siblings, index) = siblings_of(&mut menus, id).ok_or(MenuError::NotFound)?;
            siblings.remove(index);
        }
    }
    write(ctx, menus).await
}

/// Puts other entries in the place of those of some menus; a menu that is `None` stays.
pub async fn replace_menus(
    ctx: &mut Ctx,
    expected_version: Option<i64>,
    header: Option<Vec<NewMenuItem>>,
    footer: Option<Vec<NewMenuItem>>,
) -> Result<Menus, MenuError> {
    let mut menus = lock(ctx, expected_version).await?;
    let own = ctx.store().locale;
    let before = [Place::Header, Place::Footer].map(|place| categories_of(place.as_str(), menus.of(place)));
    let before: Vec<CategoryId> = before.into_iter().flatten().map(|(_, id)| id).collect();
    let mut invalid = Invalid::default();
    for (place, items) in [(Place::Header, header), (Place::Footer, footer)] {
        if let Some(items) = items {
            let items = made(ctx, &mut invalid, place.as_str(), items, own);
            check_categories(ctx, &mut invalid, categories_of(place.as_str(), &items), &before).await?;
            *menus.of_mut(place) = items;
            check_count(&mut invalid, place.as_str(), menus.of(place));
        }
    }
    invalid.into_result()?;
    write(ctx, menus).await
}

/// New entries with ids.
fn made(ctx: &mut Ctx, invalid: &mut Invalid, place: &str, items: Vec<NewMenuItem>, own: Locale) -> Vec<MenuItem> {
    let mut list = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let place = format!("{place}.{index}.");
        let mut children = Vec::with_capacity(item.children.len());
        for (index, child) in item.children.into_iter().enumerate() {
            let place = format!("{place}children.{index}.");
            if !child.children.is_empty() {
                let message = "may not be nested deeper";
                invalid.push(FieldError::new(format!("{place}children"), "too_deep", message));
            }
            children.push(MenuItem {
                id: ctx.new_id(),
                labels: check_item(invalid, &place, child.labels, &child.link, own),
                link: child.link,
                children: Vec::new(),
            });
        }
        list.push(MenuItem {
            id: ctx.new_id(),
            labels: check_item(invalid, &place, item.labels, &item.link, own),
            link: item.link,
            children,
        });
    }
    list
}

/// The categories that entries and those below them lead to, each with its place.
fn categories_of(place: &str, items: &[MenuItem]) -> Vec<(String, CategoryId)> {
    let mut categories = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let place = format!("{place}.{index}.");
        categories.extend(categories_of(&format!("{place}children"), &item.children));
        if let Link::Category(id) = item.link {
            categories.push((place, id));
        }
    }
    categories
}

fn add(
    menus: &mut Menus,
    place: Place,
    under: Option<MenuItemId>,
    item: MenuItem,
    invalid: &mut Invalid,
) -> Result<(), MenuError> {
    let top = menus.of_mut(place);
    match under {
        None => top.push(item),
        Some(under) => match top.iter_mut().find(|item| item.id == under) {
            Some(above) => above.children.push(item),
            None => invalid.push(FieldError::new("under", "gone", "is gone")),
        },
    }
    check_count(invalid, "link", menus.of(place));
    Ok(())
}

fn check_count(invalid: &mut Invalid, field: &str, items: &[MenuItem]) {
    let count: usize = items.iter().map(|item| item.children.len() + 1).sum();
    if count > MOST {
        let message = format!("may have at most {MOST} entries");
        invalid.push(FieldError::new(field, "too_many", message));
    }
}

/// The list that an entry stands in, and where.
fn siblings_of(menus: &mut Menus, id: MenuItemId) -> Option<(&mut Vec<MenuItem>, usize)> {
    let position = |items: &[MenuItem]| items.iter().position(|item| item.id == id);
    let (place, _) = menus.find(id)?;
    let top = menus.of_mut(place);
    if let Some(index) = position(top) {
        return Some((top, index));
    }
    top.iter_mut().find_map(|item| {
        let index = position(&item.children)?;
        Some((&mut item.children, index))
    })
}

async fn lock(ctx: &mut Ctx, expected_version: Option<i64>) -> Result<Menus, MenuError> {
    ctx.require(Permission::WriteContent)?;
    store::menus::insert_empty(ctx).await?;
    let menus = store::menus::lock(ctx).await?;
    match expected_version {
        Some(expected) if expected != menus.version => Err(MenuError::VersionConflict { current: menus.version }),
        _ => Ok(menus),
    }
}

async fn write(ctx: &mut Ctx, mut menus: Menus) -> Result<Menus, MenuError> {
    menus.version += 1;
    store::menus::update(ctx, &menus).await?;
    let store_id = ctx.store_id();
    ctx.publish(&MenusChanged { store_id }).await?;
    Ok(menus)
}

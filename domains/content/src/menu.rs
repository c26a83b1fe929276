//! The menus and the rules of their entries.

use catalog::{check_address, check_text};
use kernel::{FieldError, Invalid, Locale, MenuItemId};
use serde::{Deserialize, Serialize};

use crate::{Link, Localised};

/// The most entries of one menu, nested ones counted.
pub(crate) const MOST: usize = 100;
/// The most characters of what an entry is called.
const LABEL: usize = 100;

/// Where a menu stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Above every page.
    Header,
    /// Below every page.
    Footer,
}

impl Place {
    /// Every place, from the top of a page down.
    pub const ALL: [Self; 2] = [Self::Header, Self::Footer];

    /// The name in forms and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Footer => "footer",
        }
    }

    /// The place of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.as_str() == text)
    }
}

/// An entry of a menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuItem {
    /// Its id.
    pub id: MenuItemId,
    /// What it is called; without it, what the thing it leads to is called.
    pub labels: Localised<String>,
    /// Where it leads.
    pub link: Link,
    /// The entries below it; those have none.
    #[serde(default)]
    pub children: Vec<MenuItem>,
}

/// An entry to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMenuItem {
    /// What it is called; without it, what the thing it leads to is called.
    pub labels: Localised<String>,
    /// Where it leads.
    pub link: Link,
    /// The entries below it.
    pub children: Vec<NewMenuItem>,
}

/// Both menus of a store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Menus {
    /// The entries above every page; without any, the store's departments stand there.
    pub header: Vec<MenuItem>,
    /// The entries below every page.
    pub footer: Vec<MenuItem>,
    /// Raised by every change; 0 when there was none.
    pub version: i64,
}

impl Menus {
    /// The entries of one menu.
    pub fn of(&self, place: Place) -> &[MenuItem] {
        match place {
            Place::Header => &self.header,
            Place::Footer => &self.footer,
        }
    }

    pub(crate) fn of_mut(&mut self, place: Place) -> &mut Vec<MenuItem> {
        match place {
            Place::Header => &mut self.header,
            Place::Footer => &mut self.footer,
        }
    }

    /// Every entry of both, each straight before those below it.
    pub fn every_item(&self) -> impl Iterator<Item = &MenuItem> {
        let top = self.header.iter().chain(&self.footer);
        top.flat_map(|item| [item].into_iter().chain(&item.children))
    }

    /// An entry and where it stands.
    pub fn find(&self, id: MenuItemId) -> Option<(Place, &MenuItem)> {
        Place::ALL.into_iter().find_map(|place| {
            let mut items = self
                .of(place)
                .iter()
                .flat_map(|item| [item].into_iter().chain(&item.children));
            items.find(|item| item.id == id).map(|item| (place, item))
        })
    }
}

/// Notes what is wrong with an entry, and drops labels that say nothing. `place` is put before the names of its fields.
pub(crate) fn check_item(
    invalid: &mut Invalid,
    place: &str,
    labels: Localised<String>,
    link: &Link,
    own: Locale,
) -> Localised<String> {
    let labels = labels.filter_map(|locale, label| {
        let label = label.trim().to_owned();
        let field = format!("{place}labels.{locale}");
        if label.chars().any(char::is_control) {
            invalid.push(FieldError::new(
                field,
                "invalid_text",
                "may not hold control characters",
            ));
        } else {
            check_text(invalid, &field, &label, LABEL);
        }
        (!label.is_empty()).then_some(label)
    });
    if let Link::Address(address) = link {
        check_address(invalid, &format!("{place}link.address"), address);
    }
    if matches!(link, Link::Address(_) | Link::Heading) && labels.get(own).is_none() {
        invalid.push(FieldError::required(format!("{place}labels.{own}")));
    }
    labels
}

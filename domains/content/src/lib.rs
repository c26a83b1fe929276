#![doc = include_str!("../README.md")]

mod announcement;
mod change_menus;
mod compose_home;
mod create_page;
pub mod events;
mod find_page;
mod link;
mod list_pages;
mod localised;
mod menu;
mod page;
mod section;
mod shown_home;
mod shown_menus;
mod store;
mod targets;
mod update_page;

pub use announcement::{Announcement, AnnouncementError, ShownAnnouncement, load_announcement, update_announcement};
pub use change_menus::{Change, ChangeMenus, Direction, MenuError, change_menus, load_menus, replace_menus};
pub use compose_home::{Composing, Home, HomeError, compose_home, load_home};
pub use create_page::{NewPage, PageError, create_page};
pub use find_page::{find_page, find_page_by_id, find_slug_redirect};
pub use link::{Link, Target};
pub use list_pages::{ListPagesError, PageSummary, list_pages, list_published_pages, page_pages, page_published_pages};
pub use localised::Localised;
pub use menu::{MenuItem, Menus, NewMenuItem, Place};
pub use page::{Page, PageText};
pub use section::{Section, SectionKind, SectionTerms, SectionText};
pub use shown_home::{ShownSection, preview_home, shown_home};
pub use shown_menus::{ShownItem, ShownMenus, shown_menus};
pub use update_page::{PageChanges, UpdatePage, delete_page, update_page};

#[cfg(test)]
mod tests;

//! `/admin/menus`: both menus as they are arranged.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode};
use content::{Link, MenuError, MenuItem, NewMenuItem};
use kernel::{FieldError, Invalid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Problem, can};

use super::{page_body::localised, require_version, tagged};
use crate::{
    endpoint::Endpoint,
    wire::{ids, present},
};

const TAG: &str = "Admin: content";

/// An entry of a menu.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMenuEntry {
    /// What it is called, by language; without it, what the thing it leads to is called.
    #[serde(default)]
    labels: BTreeMap<String, String>,
    /// `heading` leads nowhere.
    #[schema(pattern = "^(heading|page|category|collection|product|address)$")]
    kind: String,
    /// The id of the thing it leads to, or the address; empty for a heading.
    #[serde(default)]
    #[schema(max_length = 2000)]
    target: String,
    /// The entries below it; those have none.
    #[serde(default)]
    #[schema(no_recursion, max_items = 100)]
    children: Vec<NewMenuEntry>,
}

impl NewMenuEntry {
    fn parse(self, place: &str) -> Result<NewMenuItem, Invalid> {
        Ok(NewMenuItem {
            link: link(&format!("{place}."), &self.kind, &self.target)?,
            labels: localised(&format!("{place}.labels"), self.labels)?,
            children: parse(&format!("{place}.children"), self.children)?,
        })
    }
}

/// What leads to a thing of that kind; `place` is put before the names of the fields.
pub(super) fn link(place: &str, kind: &str, target: &str) -> Result<Link, Invalid> {
    let id = |known: Option<Link>| {
        let wrong = || FieldError::new(format!("{place}target"), "invalid_id", "is not the id of such a thing");
        known.ok_or_else(wrong)
    };
    let link = match kind {
        "heading" => Ok(Link::Heading),
        "page" => id(target.parse().ok().map(Link::Page)),
        "category" => id(target.parse().ok().map(Link::Category)),
        "collection" => id(target.parse().ok().map(Link::Collection)),
        "product" => id(target.parse().ok().map(Link::Product)),
        "address" => Ok(Link::Address(target.to_owned())),
        _ => Err(FieldError::new(
            format!("{place}kind"),
            "unknown",
            "is none of the names that are known",
        )),
    };
    Ok(link?)
}

/// A link as answers tell it.
pub(super) fn kind_and_target(link: Link) -> (&'static str, String) {
    match link {
        Link::Heading => ("heading", String::new()),
        Link::Page(id) => ("page", id.to_string()),
        Link::Category(id) => ("category", id.to_string()),
        Link::Collection(id) => ("collection", id.to_string()),
        Link::Product(id) => ("product", id.to_string()),
        Link::Address(address) => ("address", address),
    }
}

fn parse(place: &str, entries: Vec<NewMenuEntry>) -> Result<Vec<NewMenuItem>, Invalid> {
    let entries = entries.into_iter().enumerate();
    entries
        .map(|(index, entry)| entry.parse(&format!("{place}.{index}")))
        .collect()
}

/// The menus to be; one that is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateMenus {
    /// Every entry above the pages; none to show the departments there.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<NewMenuEntry>, required = false, max_items = 100)]
    header: Option<Vec<NewMenuEntry>>,
    /// Every entry below the pages.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<NewMenuEntry>, required = false, max_items = 100)]
    footer: Option<Vec<NewMenuEntry>>,
}

/// An entry of a menu as it is arranged.
#[derive(Serialize, ToSchema)]
struct AdminMenuEntry {
    #[schema(value_type = ids::MenuItemId)]
    id: kernel::MenuItemId,
    /// What it is called, by language; without it, what the thing it leads to is called.
    labels: BTreeMap<String, String>,
    #[schema(pattern = "^(heading|page|category|collection|product|address)$")]
    kind: &'static str,
    /// The id of the thing it leads to, or the address; empty for a heading.
    target: String,
    #[schema(no_recursion)]
    children: Vec<AdminMenuEntry>,
}

impl From<MenuItem> for AdminMenuEntry {
    fn from(item: MenuItem) -> Self {
        let (kind, target) = kind_and_target(item.link);
        let labels = item.labels.iter();
        Self {
            id: item.id,
            labels: labels
                .map(|(locale, label)| (locale.to_string(), label.clone()))
                .collect(),
            kind,
            target,
            children: item.children.into_iter().map(Self::from).collect(),
        }
    }
}

/// Both menus as they are arranged.
#[derive(Serialize, ToSchema)]
struct AdminMenus {
    header: Vec<AdminMenuEntry>,
    footer: Vec<AdminMenuEntry>,
    /// Raised by every change; also in the ETag.
    version: i64,
}

impl From<content::Menus> for AdminMenus {
    fn from(menus: content::Menus) -> Self {
        let entries = |items: Vec<MenuItem>| items.into_iter().map(AdminMenuEntry::from).collect();
        Self {
            header: entries(menus.header),
            footer: entries(menus.footer),
            version: menus.version,
        }
    }
}

/// Every endpoint of menus.
pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("get_admin_menus", "/admin/menus", get)
            .says(
                TAG,
                "Get the menus",
                "Both menus as they are arranged, with what is not shown.",
            )
            .guarded::<can::WriteContent>()
            .answers::<AdminMenus>(200, "The menus.")
            .tagged(200),
        Endpoint::patch("update_menus", "/admin/menus", patch)
            .says(
                TAG,
                "Arrange the menus",
                "Puts other entries in the place of those of a menu.",
            )
            .guarded::<can::WriteContent>()
            .idempotent()
            .if_match(true)
            .body::<UpdateMenus>()
            .answers::<AdminMenus>(200, "The menus.")
            .tagged(200),
    ]
}

async fn get(api: Api<can::WriteContent>) -> Answer {
    let menus = content::load_menus(&mut api.work.read()).await.map_err(problem)?;
    Ok(tagged(StatusCode::OK, menus.version, AdminMenus::from(menus)))
}

async fn patch(
    api: Api<can::WriteContent>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateMenus>,
) -> Answer {
    let expected = require_version(version, &headers)?;
    let header = body.header.map(|entries| parse("header", entries)).transpose()?;
    let footer = body.footer.map(|entries| parse("footer", entries)).transpose()?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let replaced = content::replace_menus(ctx, expected, header, footer).await;
        let menus = replaced.map_err(problem)?;
        Ok(tagged(StatusCode::OK, menus.version, AdminMenus::from(menus)))
    })
    .await
}

fn problem(error: MenuError) -> Problem {
    match error {
        MenuError::Forbidden(error) => error.into(),
        MenuError::NotFound => Problem::not_found(),
        MenuError::VersionConflict { current } => Problem::version_conflict().with("version", &current),
        MenuError::Invalid(invalid) => invalid.into(),
        MenuError::Internal(error) => error.into(),
    }
}

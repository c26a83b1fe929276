//! `/admin/menus`: both menus as they are arranged.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode};
use content::{Link, MenuError, MenuItem, NewMenuItem};
use kernel::{FieldError, Invalid};
use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{Object, RefOr, Schema, Type},
};
use web::{Answer, Api, Idempotent, IfMatch, Problem, can};

use super::{page_body::localised, require_version, tagged};
use crate::{
    endpoint::Endpoint,
    kinds::{self, OfKind},
    wire::{IdSchema as _, ids, present},
};

const TAG: &str = "Admin: content";

/// An entry of a menu. `target` is the id of the thing it leads to, or the address; a `heading` leads nowhere.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMenuEntry {
    /// What it is called, by language; without it, what the thing it leads to is called.
    #[serde(default)]
    labels: BTreeMap<String, String>,
    kind: String,
    #[serde(default)]
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

/// What each kind of an entry leads to.
fn kinds() -> Vec<OfKind> {
    let of_thing = |kind, id: RefOr<Schema>| OfKind::new(kind).needs("target", id);
    vec![
        OfKind::new("heading").takes("target", kinds::empty_text()),
        of_thing("page", ids::PageId::reference()),
        of_thing("category", ids::CategoryId::reference()),
        of_thing("collection", ids::CollectionId::reference()),
        of_thing("product", ids::ProductId::reference()),
        OfKind::new("address").needs("target", address()),
    ]
}

/// An address that something leads to, in the document.
pub(super) fn address() -> Object {
    Object::builder()
        .schema_type(Type::String)
        .description(Some("A path of the store, or an address of the web."))
        .min_length(Some(1))
        .max_length(Some(2000))
        .build()
}

/// What leads to a thing of that kind; `place` is put before the names of the fields.
pub(super) fn link(place: &str, kind: &str, target: &str) -> Result<Link, Invalid> {
    let id = |known: Option<Link>| {
        let wrong = || FieldError::new(format!("{place}target"), "invalid_id", "is not the id of such a thing");
        known.ok_or_else(wrong)
    };
    let link = match kind {
        "heading" if target.is_empty() => Ok(Link::Heading),
        "heading" => Err(FieldError::new(
            format!("{place}target"),
            "not_of_this_kind",
            "does not go with what leads nowhere",
        )),
        "page" | "category" | "collection" | "product" | "address" if target.is_empty() => {
            Err(FieldError::required(format!("{place}target")))
        }
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
            .schema::<ids::PageId>()
            .schema::<ids::CategoryId>()
            .schema::<ids::CollectionId>()
            .schema::<ids::ProductId>()
            .by_kind::<NewMenuEntry>(kinds())
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

/// The same with the field that the address of a link has in the body.
pub(super) fn in_words_of_the_body(mut invalid: Invalid, target: &str) -> Invalid {
    for error in &mut invalid.0 {
        let place = error.field.strip_suffix("link.address");
        if let Some(place) = place.or_else(|| error.field.strip_suffix("link.target")) {
            error.field = format!("{place}{target}");
        }
    }
    invalid
}

fn problem(error: MenuError) -> Problem {
    match error {
        MenuError::Forbidden(error) => error.into(),
        MenuError::NotFound => Problem::not_found(),
        MenuError::VersionConflict { current } => Problem::version_conflict().with("version", &current),
        MenuError::Invalid(invalid) => in_words_of_the_body(invalid, "target").into(),
        MenuError::Internal(error) => error.into(),
    }
}

//! An entry of a menu as it is typed, and what it may lead to.

use std::collections::HashMap;

use content::{Direction, Link, Localised, MenuItem, Place};
use database::Ctx;
use kernel::{CategoryId, FieldError, Invalid, Locale};
use serde::{Deserialize, Serialize};
use web::{Problem, Visitor};

use crate::{
    category_choices::{CategoryChooser, Search},
    forms::{Choice, Errors},
};

/// The beginning of a product's address in the shop: an address that is typed so leads to the product itself.
const PRODUCTS: &str = "/products/";

/// The fields of an entry. The lists belong together, one entry a language.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct ItemForm {
    /// `header` or `footer`.
    pub(super) place: String,
    /// The entry it lies below, or empty.
    pub(super) under: String,
    /// A thing such as `page:pge_…`, `heading`, or `address` for what is typed there.
    pub(super) target: String,
    pub(super) address: String,
    locale: Vec<String>,
    label: Vec<String>,
    #[serde(flatten, skip_serializing)]
    pub(super) search: Search,
    pub(super) version: String,
}

/// What is typed in one language.
#[derive(Debug, Serialize)]
pub(super) struct LabelRow {
    locale: &'static str,
    name: &'static str,
    label: String,
    error: Option<String>,
}

/// Things of one kind that an entry may lead to.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    kind: &'static str,
    label: String,
    choices: Vec<Choice>,
}

/// What there is to lead to, by the value of the select.
pub(super) struct Targets {
    pub(super) groups: Vec<Group>,
    /// The part of the form in which one looks for more categories.
    pub(super) categories: CategoryChooser,
    names: HashMap<String, String>,
}

impl Targets {
    /// Everything that a menu of this store may lead to, and the products that it leads to. Of many categories these are the ones
    /// that it leads to, that of the form's own target and those that are looked for.
    pub(super) async fn load(
        visitor: &Visitor,
        ctx: &mut Ctx,
        items: &[&MenuItem],
        (target, search): (&str, &Search),
    ) -> Result<Self, Problem> {
        let own = visitor.store().locale;
        let pages = content::list_pages(ctx).await.map_err(super::pages::problem)?;
        let pages = pages.iter().map(|page| {
            let title = page.title(visitor.locale, own);
            (page.published, format!("page:{}", page.id), title.to_owned())
        });
        let draft = visitor.translate("admin-page-draft", &[]);
        let pages: Vec<Choice> = pages
            .map(|(published, value, title)| Choice {
                value,
                label: if published { title } else { format!("{title} ({draft})") },
            })
            .collect();
        let chooser = CategoryChooser::load(ctx, search, &categories_of(items, target)).await?;
        let categories: Vec<Choice> = chooser
            .options()
            .map(|(id, label)| Choice {
                value: format!("category:{id}"),
                label,
            })
            .collect();
        let collections = catalog::list_collections(ctx).await?.into_iter();
        let collections: Vec<Choice> = collections
            .map(|collection| Choice {
                value: format!("collection:{}", collection.id),
                label: collection.title,
            })
            .collect();
        let ids: Vec<_> = items
            .iter()
            .filter_map(|item| match item.link {
                Link::Product(id) => Some(id),
                _ => None,
            })
            .collect();
        let products = catalog::labels(ctx, &ids, &[]).await?.into_iter();
        let mut names: HashMap<String, String> = products
            .map(|product| (format!("product:{}", product.product_id), product.title))
            .collect();
        let groups: Vec<Group> = [
            ("pages", pages),
            ("categories", categories),
            ("collections", collections),
        ]
        .into_iter()
        .filter(|(kind, choices)| !choices.is_empty() || (*kind == "categories" && !chooser.is_all()))
        .map(|(kind, choices)| Group {
            kind,
            label: visitor.translate(&format!("admin-menu-{kind}"), &[]),
            choices,
        })
        .collect();
        let listed = groups.iter().flat_map(|group| &group.choices);
        names.extend(listed.map(|choice| {
            let name = choice.label.trim_start_matches("— ").to_owned();
            (choice.value.clone(), name)
        }));
        Ok(Self {
            groups,
            categories: chooser,
            names,
        })
    }

    /// Only the collections.
    pub(super) fn only_collections(mut self) -> Self {
        self.groups.retain(|group| group.kind == "collections");
        self
    }

    /// What the thing is called; nothing when it is gone.
    pub(super) fn name(&self, link: &Link) -> Option<String> {
        match link {
            Link::Heading => Some(String::new()),
            Link::Address(address) => Some(address.clone()),
            link => self.names.get(&value_of(link)).cloned(),
        }
    }
}

/// The ids of the categories that these entries and the form's target lead to.
fn categories_of(items: &[&MenuItem], target: &str) -> Vec<String> {
    let led_to = items.iter().map(|item| value_of(&item.link)).chain([target.to_owned()]);
    led_to
        .filter_map(|value| value.strip_prefix("category:").map(str::to_owned))
        .collect()
}

/// The value of the select for a link.
pub(super) fn value_of(link: &Link) -> String {
    match link {
        Link::Heading => "heading".to_owned(),
        Link::Page(id) => format!("page:{id}"),
        Link::Category(id) => format!("category:{id}"),
        Link::Collection(id) => format!("collection:{id}"),
        Link::Product(id) => format!("product:{id}"),
        Link::Address(_) => "address".to_owned(),
    }
}

impl ItemForm {
    /// A form for a new entry.
    pub(super) fn empty(place: Place) -> Self {
        Self {
            place: place.as_str().to_owned(),
            ..Self::default()
        }
    }

    /// The form of an entry. One that leads to a product shows the product's address.
    pub(super) async fn of(visitor: &Visitor, ctx: &mut Ctx, item: &MenuItem, version: i64) -> Result<Self, Problem> {
        let locales = &visitor.store().locales;
        let labels = locales.iter().map(|locale| item.labels.get(*locale));
        let TargetForm { target, address } = TargetForm::of(ctx, &item.link).await?;
        Ok(Self {
            target,
            address,
            locale: locales.iter().map(Locale::to_string).collect(),
            label: labels.map(|label| label.cloned().unwrap_or_default()).collect(),
            version: version.to_string(),
            ..Self::default()
        })
    }

    /// What it is called in each language that the store offers.
    pub(super) fn labels(&self, visitor: &Visitor) -> Localised<String> {
        let offered = visitor.store().locales.iter();
        offered.map(|locale| (*locale, self.label(*locale))).collect()
    }

    fn label(&self, locale: Locale) -> String {
        let index = self.locale.iter().position(|typed| typed == locale.code());
        index
            .and_then(|index| self.label.get(index))
            .cloned()
            .unwrap_or_default()
    }

    /// The languages with what is typed in each.
    pub(super) fn rows(&self, visitor: &Visitor, invalid: &Invalid) -> Vec<LabelRow> {
        let row = |locale: &Locale| LabelRow {
            locale: locale.code(),
            name: locale.name(),
            label: self.label(*locale),
            error: invalid
                .0
                .iter()
                .find(|error| error.field == format!("labels.{locale}"))
                .map(|error| crate::forms::sentence(visitor, error.code, &error.message)),
        };
        visitor.store().locales.iter().map(row).collect()
    }

    /// Where it leads.
    pub(super) async fn link(&self, ctx: &mut Ctx) -> Result<Result<Link, Invalid>, Problem> {
        let target = TargetForm {
            target: self.target.clone(),
            address: self.address.clone(),
        };
        target.link(ctx).await
    }
}

/// Where something leads, as it is chosen and typed.
pub(super) struct TargetForm {
    /// A thing such as `page:pge_…`, `heading`, or `address` for what is typed there.
    pub(super) target: String,
    pub(super) address: String,
}

impl TargetForm {
    /// As it is typed for a link; one that leads to a product shows the product's address.
    pub(super) async fn of(ctx: &mut Ctx, link: &Link) -> Result<Self, Problem> {
        let (target, address) = match link {
            Link::Address(address) => ("address".to_owned(), address.clone()),
            Link::Product(id) => {
                let slug = catalog::slugs_of(ctx, &[*id]).await?.into_iter().next();
                let address = slug.map(|slug| format!("{PRODUCTS}{slug}"));
                ("address".to_owned(), address.unwrap_or_default())
            }
            link => (value_of(link), String::new()),
        };
        Ok(Self { target, address })
    }

    /// Where it leads. The address of a product's page leads to the product, wherever its page moves.
    pub(super) async fn link(&self, ctx: &mut Ctx) -> Result<Result<Link, Invalid>, Problem> {
        let unknown = || FieldError::required("target").into();
        let link = match self.target.split_once(':') {
            Some(("page", id)) => id.parse().map(Link::Page).map_err(|_error| unknown()),
            Some(("category", id)) => match id.parse::<CategoryId>() {
                Ok(id) => category_link(ctx, id).await?,
                Err(_error) => Err(unknown()),
            },
            Some(("collection", id)) => id.parse().map(Link::Collection).map_err(|_error| unknown()),
            None if self.target == "heading" => Ok(Link::Heading),
            None if self.target == "address" => Ok(self.address_link(ctx).await?),
            _ => Err(unknown()),
        };
        Ok(link)
    }

    async fn address_link(&self, ctx: &mut Ctx) -> Result<Link, Problem> {
        let address = self.address.trim().to_owned();
        if let Some(slug) = address.strip_prefix(PRODUCTS)
            && let Ok(products) = catalog::products_of_slugs(ctx, &[slug.to_owned()]).await?
            && let Some(product) = products.first()
        {
            return Ok(Link::Product(*product));
        }
        Ok(Link::Address(address))
    }
}

/// A link to the category, unless somebody took it away while the form was filled in.
async fn category_link(ctx: &mut Ctx, id: CategoryId) -> Result<Result<Link, Invalid>, Problem> {
    if catalog::known_categories(ctx, &[id]).await?.is_empty() {
        let gone = FieldError::new("target", "gone", "was taken away in the meantime");
        return Ok(Err(gone.into()));
    }
    Ok(Ok(Link::Category(id)))
}

/// Which way a button moves something: `up`, or else down.
pub(super) fn direction(to: &str) -> Direction {
    match to {
        "up" => Direction::Up,
        _ => Direction::Down,
    }
}

/// What is wrong with the form, by its fields.
pub(super) fn errors_of(visitor: &Visitor, invalid: &Invalid) -> Errors {
    let mut errors = Errors::under(visitor, invalid, "link.");
    errors.add_all(visitor, invalid.clone());
    errors
}

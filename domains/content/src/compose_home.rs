//! Staff compose the home page: in a draft, until they publish it.

use database::Ctx;
use kernel::{CategoryId, FieldError, Invalid, Permission, SectionId};

use crate::{
    Direction, Link, Section, SectionTerms,
    events::HomeChanged,
    section::{MOST, checked, of_the_theme},
    store,
    targets::check_categories,
};

/// A store's home page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// What shoppers see.
    pub sections: Vec<Section>,
    /// What staff composed since, if anything.
    pub draft: Option<Vec<Section>>,
    /// Raised by every change; 0 when there was none.
    pub version: i64,
}

impl Default for Home {
    fn default() -> Self {
        Self {
            sections: of_the_theme(),
            draft: None,
            version: 0,
        }
    }
}

impl Home {
    /// What staff see: the draft, or what shoppers see when there is none.
    pub fn composed(&self) -> &[Section] {
        self.draft.as_deref().unwrap_or(&self.sections)
    }

    /// One section of what staff see.
    pub fn find(&self, id: SectionId) -> Option<&Section> {
        self.composed().iter().find(|section| section.id == id)
    }
}

/// One thing to be done with a home page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Composing {
    /// Puts a section at the end.
    Add(SectionTerms),
    /// Has a section show and say something else.
    Edit(SectionId, SectionTerms),
    /// Moves a section; the first stays the first.
    Move(SectionId, Direction),
    /// Takes a section away.
    Remove(SectionId),
    /// Puts these sections in the place of those there are.
    Replace(Vec<SectionTerms>),
    /// Shows the draft to shoppers.
    Publish,
    /// Drops the draft.
    Discard,
}

/// Why a home page stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// The actor may not compose it.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such section.
    #[error("there is no such section")]
    NotFound,
    /// Somebody else changed it.
    #[error("the home page has version {current} now")]
    VersionConflict {
        /// The version it has.
        current: i64,
    },
    /// Fields break a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// The home page as it is composed.
pub async fn load_home(ctx: &mut Ctx) -> Result<Home, HomeError> {
    ctx.require(Permission::WriteContent)?;
    Ok(store::homes::find(ctx).await?)
}

/// Does one thing, on the version that was looked at; `None` takes any.
pub async fn compose_home(
    ctx: &mut Ctx,
    expected_version: Option<i64>,
    composing: Composing,
) -> Result<Home, HomeError> {
    ctx.require(Permission::WriteContent)?;
    store::homes::insert(ctx, &of_the_theme()).await?;
    let mut home = store::homes::lock(ctx).await?;
    if expected_version.is_some_and(|expected| expected != home.version) {
        return Err(HomeError::VersionConflict { current: home.version });
    }
    let is_published = matches!(composing, Composing::Publish);
    match composing {
        Composing::Publish => home.sections = home.draft.take().unwrap_or(home.sections),
        Composing::Discard => home.draft = None,
        other => {
            let mut invalid = Invalid::default();
            let before = home.composed().iter().chain(&home.sections);
            let before = before.filter_map(|section| match section.terms.link {
                Link::Category(id) => Some(id),
                _ => None,
            });
            let before: Vec<CategoryId> = before.collect();
            check_categories(ctx, &mut invalid, categories_of(&other), &before).await?;
            home.draft = Some(composed(ctx, invalid, home.composed().to_vec(), other)?);
        }
    }
    home.version += 1;
    store::homes::update(ctx, &home).await?;
    if is_published {
        let store_id = ctx.store_id();
        ctx.publish(&HomeChanged { store_id }).await?;
    }
    Ok(home)
}

/// The categories that sections in the place of others lead to, each with its place.
fn categories_of(composing: &Composing) -> Vec<(String, CategoryId)> {
    let Composing::Replace(list) = composing else {
        return Vec::new();
    };
    let places = list.iter().enumerate();
    let categories = places.filter_map(|(index, terms)| match terms.link {
        Link::Category(id) => Some((format!("sections.{index}."), id)),
        _ => None,
    });
    categories.collect()
}

/// The sections after it, if nothing is wrong with it that was not known before.
fn composed(
    ctx: &mut Ctx,
    mut invalid: Invalid,
    mut sections: Vec<Section>,
    composing: Composing,
) -> Result<Vec<Section>, HomeError> {
    let own = ctx.store().locale;
    let find = |sections: &[Section], id: SectionId| {
        let found = sections.iter().position(|section| section.id == id);
        found.ok_or(HomeError::NotFound)
    };
    match composing {
        Composing::Add(terms) => {
            let terms = checked(&mut invalid, "", terms, own);
            let id = ctx.new_id();
            sections.push(Section { id, terms });
        }
        Composing::Edit(id, terms) => {
            let index = find(&sections, id)?;
            let section = sections.get_mut(index).ok_or(HomeError::NotFound)?;
            section.terms = checked(&mut invalid, "", terms, own);
        }
        Composing::Move(id, direction) => {
            let index = find(&sections, id)?;
            if let Some(other) = direction.neighbour(index, sections.len()) {
                sections.swap(index, other);
            }
        }
        Composing::Remove(id) => {
            let index = find(&sections, id)?;
            sections.remove(index);
        }
        Composing::Replace(list) => {
            sections.clear();
            for (index, terms) in list.into_iter().enumerate() {
                let terms = checked(&mut invalid, &format!("sections.{index}."), terms, own);
                let id = ctx.new_id();
                sections.push(Section { id, terms });
            }
        }
        Composing::Publish | Composing::Discard => {}
    }
    if sections.len() > MOST {
        let message = format!("may be at most {MOST}");
        invalid.push(FieldError::new("sections", "too_many", message));
    }
    invalid.into_result()?;
    Ok(sections)
}

//! The categories that a form offers: all of few, and of many those that are chosen and those that were looked for.

use std::collections::HashSet;

use database::{Ctx, Error};
use kernel::{CategoryId, Slug};

use crate::{
    CategoryFilter,
    store::placed_categories::{self, After, Placed},
};

/// So many categories are looked through at a glance: a form offers them all.
const FEW: usize = 30;
/// How many of those that were looked for are offered.
const MOST_FOUND: usize = 20;

/// A category that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryChoice {
    /// The category.
    pub id: CategoryId,
    /// Its name.
    pub name: String,
    /// What those it lies in are called, from the top down.
    pub above: Vec<String>,
}

/// What a form offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryChoices {
    /// In the order of the tree when these are all, else what is chosen and then what was found.
    pub offered: Vec<CategoryChoice>,
    /// Whether the store has no others.
    pub is_all: bool,
    /// How many of them were found by what was typed, chosen or not.
    pub found: usize,
    /// How many of those are chosen already.
    pub found_chosen: usize,
    /// Whether more are called so than are offered.
    pub has_more: bool,
}

/// What was found by what somebody typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundCategories {
    /// The first of them, by name.
    pub choices: Vec<CategoryChoice>,
    /// Whether more are called so.
    pub has_more: bool,
}

/// The categories that a form offers, in up to three statements however many there are.
pub async fn category_choices(ctx: &mut Ctx, typed: &str, chosen: &[CategoryId]) -> Result<CategoryChoices, Error> {
    let limit = i64::try_from(FEW).unwrap_or(i64::MAX).saturating_add(1);
    let first = placed_categories::list(ctx, &CategoryFilter::Every, &After::default(), limit).await?;
    if first.len() <= FEW {
        return Ok(CategoryChoices {
            offered: first.into_iter().map(CategoryChoice::from).collect(),
            is_all: true,
            found: 0,
            found_chosen: 0,
            has_more: false,
        });
    }
    let mut offered: Vec<CategoryChoice> = Vec::new();
    if !chosen.is_empty() {
        let chosen = placed_categories::list_of(ctx, chosen).await?.into_iter();
        offered.extend(chosen.map(CategoryChoice::from));
    }
    let known: HashSet<CategoryId> = offered.iter().map(|choice| choice.id).collect();
    let FoundCategories { choices, has_more } = find_choices(ctx, typed).await?;
    let found = choices.len();
    offered.extend(choices.into_iter().filter(|choice| !known.contains(&choice.id)));
    let added = offered.len().saturating_sub(known.len());
    Ok(CategoryChoices {
        offered,
        is_all: false,
        found,
        found_chosen: found.saturating_sub(added),
        has_more,
    })
}

/// Categories with words that begin as typed, by name; of nothing typed, none.
pub async fn find_choices(ctx: &mut Ctx, typed: &str) -> Result<FoundCategories, Error> {
    if typed.trim().is_empty() {
        return Ok(FoundCategories::default());
    }
    let filter = CategoryFilter::Called(typed.to_owned());
    let limit = i64::try_from(MOST_FOUND).unwrap_or(i64::MAX).saturating_add(1);
    let found = placed_categories::list(ctx, &filter, &After::default(), limit).await?;
    Ok(FoundCategories {
        has_more: found.len() > MOST_FOUND,
        choices: found.into_iter().take(MOST_FOUND).map(CategoryChoice::from).collect(),
    })
}

/// The slug of the category that is called so, whatever the size of the letters, or has this slug.
pub async fn category_called(ctx: &mut Ctx, name: &str) -> Result<Option<Slug>, Error> {
    placed_categories::find_slug(ctx, name).await
}

/// Which of these categories there are; nobody is asked of none.
pub async fn known_categories(ctx: &mut Ctx, ids: &[CategoryId]) -> Result<HashSet<CategoryId>, Error> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let known = placed_categories::list_known(ctx, ids).await?;
    Ok(known.into_iter().collect())
}

impl From<Placed> for CategoryChoice {
    fn from(placed: Placed) -> Self {
        Self {
            id: placed.category.id,
            name: placed.category.name,
            above: placed.ancestor_names,
        }
    }
}

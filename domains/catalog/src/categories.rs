//! The category tree, read.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{CategoryId, FieldError, Page, PageRequest, Permission, Slug};

use crate::{Category, CategoryDetails, FindError, ListError, category::in_tree_order, needs, store};

/// Every category in tree order with its depth, in one cheap statement: what navigation shows.
pub async fn list_categories(ctx: &mut Ctx) -> Result<Vec<Category>, Error> {
    ctx.note(&needs::shelves(ctx));
    Ok(in_tree_order(store::categories::list(ctx).await?))
}

/// The same, each with how many products shoppers find in it or below it, in two statements.
pub async fn list_counted_categories(ctx: &mut Ctx) -> Result<Vec<(Category, i64)>, Error> {
    let categories = list_categories(ctx).await?;
    let counts = store::categories::counts(ctx).await?;
    let count = |category: &Category| counts.get(&category.id).copied().unwrap_or_default();
    Ok(categories
        .into_iter()
        .map(|category| (count(&category), category))
        .map(|(count, c)| (c, count))
        .collect())
}

/// Which categories staff look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Branch {
    /// All of them.
    #[default]
    Every,
    /// Those at the top.
    Top,
    /// Those that lie directly in a category.
    Of(CategoryId),
}

/// A category as staff see it in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedCategory {
    /// The category.
    pub category: Category,
    /// The categories it lies in, from the top down.
    pub ancestor_ids: Vec<CategoryId>,
    /// How many categories lie directly in it.
    pub children: usize,
    /// How many products shoppers find in it or below it.
    pub products: i64,
}

/// A page of categories in tree order, in two statements.
pub async fn page_categories(
    ctx: &mut Ctx,
    branch: Branch,
    page: &PageRequest,
) -> Result<Page<PlacedCategory>, ListError> {
    ctx.require(Permission::ReadCatalog)?;
    let placed = list_placed(ctx).await?.into_iter();
    let wanted: Vec<PlacedCategory> = placed.filter(|one| branch.holds(&one.category)).collect();
    Ok(cut(wanted, page)?)
}

/// A category with its place in the tree, in two statements.
pub async fn find_placed_category(ctx: &mut Ctx, id: CategoryId) -> Result<Option<PlacedCategory>, FindError> {
    ctx.require(Permission::ReadCatalog)?;
    let placed = list_placed(ctx).await?;
    Ok(placed.into_iter().find(|one| one.category.id == id))
}

impl Branch {
    fn holds(self, category: &Category) -> bool {
        match self {
            Self::Every => true,
            Self::Top => category.parent_id.is_none(),
            Self::Of(parent) => category.parent_id == Some(parent),
        }
    }
}

async fn list_placed(ctx: &mut Ctx) -> Result<Vec<PlacedCategory>, Error> {
    let counted = list_counted_categories(ctx).await?;
    let mut children: HashMap<CategoryId, usize> = HashMap::new();
    for parent in counted.iter().filter_map(|(category, _)| category.parent_id) {
        *children.entry(parent).or_default() += 1;
    }
    let mut above: Vec<CategoryId> = Vec::new();
    let place = |(category, products): (Category, i64)| {
        // In the order of the tree those above it are the last ones before it that lie less deep.
        above.truncate(category.depth);
        let ancestor_ids = above.clone();
        above.push(category.id);
        PlacedCategory {
            children: children.get(&category.id).copied().unwrap_or_default(),
            category,
            ancestor_ids,
            products,
        }
    };
    Ok(counted.into_iter().map(place).collect())
}

/// The page that begins behind the category that the cursor names.
fn cut(mut wanted: Vec<PlacedCategory>, page: &PageRequest) -> Result<Page<PlacedCategory>, FieldError> {
    let total = i64::try_from(wanted.len()).unwrap_or(i64::MAX);
    if let Some(cursor) = &page.cursor {
        let last: CategoryId = cursor.decode()?;
        let place = wanted.iter().position(|one| one.category.id == last);
        let place = place.ok_or_else(|| {
            let message = "is of a category that is gone; begin at the first page";
            FieldError::new("cursor", "invalid_cursor", message)
        })?;
        wanted.drain(..=place);
    }
    wanted.truncate(usize::from(page.limit()) + 1);
    Ok(Page::from_rows(wanted, page, total, |one| one.category.id))
}

/// A category by slug with those above it and those in it, in one statement.
pub async fn find_category(ctx: &mut Ctx, slug: &Slug) -> Result<Option<CategoryDetails>, Error> {
    ctx.note(&needs::shelves(ctx));
    let (mut ancestors, mut children) = (Vec::new(), Vec::new());
    let mut found = None;
    for (above, category) in store::categories::find_with_surroundings(ctx, slug).await? {
        match above {
            0 => found = Some(category),
            -1 => children.push(category),
            _ => ancestors.push(category),
        }
    }
    Ok(found.map(|category| with_depths(category, ancestors, children)))
}

/// The slug that a category has now, if it had this one before.
pub async fn find_category_redirect(ctx: &mut Ctx, slug: &Slug) -> Result<Option<Slug>, Error> {
    store::old_slugs::find_category(ctx, slug).await
}

fn with_depths(mut category: Category, mut ancestors: Vec<Category>, mut children: Vec<Category>) -> CategoryDetails {
    category.depth = ancestors.len();
    for (depth, ancestor) in ancestors.iter_mut().enumerate() {
        ancestor.depth = depth;
    }
    for child in &mut children {
        child.depth = category.depth + 1;
    }
    CategoryDetails {
        category,
        ancestors,
        children,
    }
}

//! Categories as staff see them: with their places in the tree, a page at a time.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{CategoryId, FieldError, Page, PageRequest, Permission};

use crate::{Category, FindError, ListError, list_categories, store};

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

/// Which categories are wanted; the default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CategoryFilter {
    /// Only those of this branch.
    pub branch: Branch,
    /// Only those with this in their name or slug.
    pub q: String,
}

/// A category as staff see it in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedCategory {
    /// The category.
    pub category: Category,
    /// The categories it lies in, from the top down.
    pub ancestor_ids: Vec<CategoryId>,
    /// What they are called.
    pub ancestor_names: Vec<String>,
    /// How many categories lie directly in it.
    pub children: usize,
    /// How many products shoppers find in it or below it.
    pub products: i64,
}

/// A page of categories in tree order, in two statements. Only the products of the page are counted.
pub async fn page_categories(
    ctx: &mut Ctx,
    filter: &CategoryFilter,
    page: &PageRequest,
) -> Result<Page<PlacedCategory>, ListError> {
    ctx.require(Permission::ReadCatalog)?;
    let tree = list_categories(ctx).await?;
    let wanted = filter.wanted(&tree);
    let page = cut(wanted, page)?;
    let products = count_products(ctx, &tree, &page.items).await?;
    Ok(page.map(|found| place(&tree, found, &products)))
}

/// A category with its place in the tree, in two statements. Whoever may change categories may see them.
pub async fn find_placed_category(ctx: &mut Ctx, id: CategoryId) -> Result<Option<PlacedCategory>, FindError> {
    ctx.require(Permission::ReadCatalog)
        .or_else(|_| ctx.require(Permission::WriteCatalog))?;
    let tree = list_categories(ctx).await?;
    let Some(found) = tree.iter().enumerate().find(|(_, category)| category.id == id) else {
        return Ok(None);
    };
    let products = count_products(ctx, &tree, &[found]).await?;
    Ok(Some(place(&tree, found, &products)))
}

/// A category and how many stand before it in the order of the tree.
type Found<'t> = (usize, &'t Category);

impl CategoryFilter {
    fn wanted<'t>(&self, tree: &'t [Category]) -> Vec<Found<'t>> {
        let typed = self.q.trim().to_lowercase();
        let is_wanted = |category: &Category| {
            let is_named_so =
                || category.name.to_lowercase().contains(&typed) || category.slug.as_str().contains(&typed);
            self.branch.holds(category) && (typed.is_empty() || is_named_so())
        };
        let all = tree.iter().enumerate();
        all.filter(|(_, category)| is_wanted(category)).collect()
    }
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

/// The page that begins behind the category that the cursor names.
fn cut<'t>(mut wanted: Vec<Found<'t>>, page: &PageRequest) -> Result<Page<Found<'t>>, FieldError> {
    let total = i64::try_from(wanted.len()).unwrap_or(i64::MAX);
    if let Some(cursor) = &page.cursor {
        let last: CategoryId = cursor.decode()?;
        let place = wanted.iter().position(|(_, category)| category.id == last);
        let place = place.ok_or_else(|| {
            let message = "is of a category that is gone; begin at the first page";
            FieldError::new("cursor", "invalid_cursor", message)
        })?;
        wanted.drain(..=place);
    }
    wanted.truncate(usize::from(page.limit()) + 1);
    Ok(Page::from_rows(wanted, page, total, |(_, category)| category.id))
}

/// Those below a category in tree order, which all lie deeper than it does.
fn below<'t>(tree: &'t [Category], (at, category): Found<'t>) -> impl Iterator<Item = &'t Category> {
    let behind = tree.iter().skip(at + 1);
    behind.take_while(|below| below.depth > category.depth)
}

async fn count_products(
    ctx: &mut Ctx,
    tree: &[Category],
    found: &[Found<'_>],
) -> Result<HashMap<CategoryId, i64>, Error> {
    let mut counted = Vec::new();
    for (at, category) in found {
        let below = below(tree, (*at, category)).map(|below| below.id);
        counted.extend(below.chain([category.id]).map(|id| (category.id, id)));
    }
    if counted.is_empty() {
        return Ok(HashMap::new());
    }
    store::categories::counts_of(ctx, &counted).await
}

fn place(tree: &[Category], (at, category): Found<'_>, products: &HashMap<CategoryId, i64>) -> PlacedCategory {
    let mut ancestors: Vec<&Category> = Vec::with_capacity(category.depth);
    // In the order of the tree those above it are the last ones before it that lie less deep.
    for before in tree.get(..at).unwrap_or_default().iter().rev() {
        if before.depth < category.depth - ancestors.len() {
            ancestors.push(before);
        }
    }
    ancestors.reverse();
    let deeper = category.depth + 1;
    PlacedCategory {
        ancestor_ids: ancestors.iter().map(|above| above.id).collect(),
        ancestor_names: ancestors.iter().map(|above| above.name.clone()).collect(),
        children: below(tree, (at, category))
            .filter(|below| below.depth == deeper)
            .count(),
        products: products.get(&category.id).copied().unwrap_or_default(),
        category: category.clone(),
    }
}

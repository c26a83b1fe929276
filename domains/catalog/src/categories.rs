//! The category tree, read.

use database::{Ctx, Error};
use kernel::Slug;

use crate::{Category, CategoryDetails, CategoryNode, category::in_tree_order, needs, store};

/// Every category in tree order with its depth, in one cheap statement: what navigation shows.
pub async fn list_categories(ctx: &mut Ctx) -> Result<Vec<CategoryNode>, Error> {
    ctx.note(&needs::shelves(ctx));
    Ok(in_tree_order(store::categories::list(ctx).await?))
}

/// The same, each with how many products shoppers find in it or below it, in two statements.
pub async fn list_counted_categories(ctx: &mut Ctx) -> Result<Vec<(CategoryNode, i64)>, Error> {
    let categories = list_categories(ctx).await?;
    let counts = store::categories::counts(ctx).await?;
    let count = |category: &CategoryNode| counts.get(&category.id).copied().unwrap_or_default();
    Ok(categories
        .into_iter()
        .map(|category| (count(&category), category))
        .map(|(count, c)| (c, count))
        .collect())
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

//! Staff put a category before or behind its neighbour, or take it away.

use database::Ctx;
use kernel::{CategoryId, Permission};

use crate::{
    CategoryError, CategoryNode, category::in_tree_order, events::CategoriesChanged, needs::tell_display_changed, store,
};

/// Which way a category goes among those that lie beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Before the one above it.
    Up,
    /// Behind the one below it.
    Down,
}

/// Changes places with the neighbour; at the end of the row nothing happens. The tree is locked, so that two moves follow
/// each other.
pub async fn move_category(ctx: &mut Ctx, id: CategoryId, direction: Direction) -> Result<(), CategoryError> {
    ctx.require(Permission::WriteCatalog)?;
    store::categories::lock_parents(ctx).await?;
    let tree = in_tree_order(store::categories::list(ctx).await?);
    let moved = tree
        .iter()
        .find(|category| category.id == id)
        .ok_or(CategoryError::NotFound)?;
    let row = swapped(&tree, moved, direction);
    store::categories::place(ctx, &row).await?;
    Ok(tell_display_changed(ctx, id).await?)
}

/// The categories beside `moved` in their new order.
fn swapped(tree: &[CategoryNode], moved: &CategoryNode, direction: Direction) -> Vec<CategoryId> {
    let beside = tree.iter().filter(|category| category.parent_id == moved.parent_id);
    let mut row: Vec<CategoryId> = beside.map(|category| category.id).collect();
    let place = row.iter().position(|id| *id == moved.id).unwrap_or_default();
    let other = match direction {
        Direction::Up => place.saturating_sub(1),
        Direction::Down => place.saturating_add(1),
    };
    if other < row.len() {
        row.swap(place, other);
    }
    row
}

/// Takes the category away: what lies in it moves up to where it lay, and its products stay in the store.
pub async fn delete_category(
    ctx: &mut Ctx,
    id: CategoryId,
    expected_version: Option<i64>,
) -> Result<(), CategoryError> {
    ctx.require(Permission::WriteCatalog)?;
    store::categories::lock_parents(ctx).await?;
    let category = store::categories::lock(ctx, id).await?.ok_or(CategoryError::NotFound)?;
    if expected_version.is_some_and(|expected| expected != category.version) {
        return Err(CategoryError::VersionConflict {
            current: category.version,
        });
    }
    let products = store::refresh::lock_in_category(ctx, id).await?;
    store::categories::delete(ctx, id, category.parent_id).await?;
    ctx.publish(&CategoriesChanged { category_id: id }).await?;
    // Searches found the products by the category's name.
    store::refresh::products(ctx, &products).await?;
    Ok(())
}

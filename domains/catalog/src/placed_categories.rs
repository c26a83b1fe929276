//! Categories with their places in the tree, a page at a time.

use database::Ctx;
use kernel::{CategoryId, Cursor, FieldError, Page, PageRequest, Permission};

use crate::{
    Category, FindError, ListError, needs,
    store::placed_categories::{self, After, Place, Placed},
};

/// Which categories staff look for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CategoryFilter {
    /// All of them, in the order of the tree.
    #[default]
    Every,
    /// Those at the top, in their order.
    Top,
    /// Those that lie directly in a category, in their order.
    In(CategoryId),
    /// Those with words in their name or slug that begin so, by name.
    Called(String),
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
    /// Whether there are more of them than were counted.
    pub has_more: bool,
}

/// A page of categories, in three statements, and of the tree one more behind the first page. Only what the page shows is read, and only
/// its products are counted, of each about so many at `most`.
pub async fn page_categories(
    ctx: &mut Ctx,
    filter: &CategoryFilter,
    page: &PageRequest,
    most: Option<i64>,
) -> Result<Page<PlacedCategory>, ListError> {
    ctx.require(Permission::ReadCatalog)?;
    let page = page_placed(ctx, filter, page).await?;
    let ids: Vec<CategoryId> = page.items.iter().map(|placed| placed.category.id).collect();
    let products = placed_categories::count_products(ctx, &ids, most).await?;
    Ok(page.map(|placed| {
        let counted = products.get(&placed.category.id).copied();
        placed.with(counted.unwrap_or_default())
    }))
}

/// A page of every category in the order of the tree, as shoppers see them, in two statements, and one more behind the first
/// page.
pub async fn page_shown_categories(ctx: &mut Ctx, page: &PageRequest) -> Result<Page<Category>, ListError> {
    ctx.note(&needs::shelves(ctx));
    let page = page_placed(ctx, &CategoryFilter::Every, page).await?;
    Ok(page.map(|placed| placed.category))
}

async fn page_placed(ctx: &mut Ctx, filter: &CategoryFilter, page: &PageRequest) -> Result<Page<Placed>, ListError> {
    let after = match &page.cursor {
        Some(cursor) => begin(ctx, filter, cursor).await?,
        None => After::default(),
    };
    let found = placed_categories::list(ctx, filter, &after, page.limit_plus_one()).await?;
    let total = placed_categories::count(ctx, filter).await?;
    Ok(Page::from_rows(found, page, total, trail))
}

/// The places of what a category lies in, from the top down, and its own: a page begins there also when it is gone.
fn trail(placed: &Placed) -> Vec<Place> {
    let (ids, positions) = (&placed.ancestor_ids, &placed.ancestor_positions);
    let above = ids.iter().zip(positions).zip(&placed.ancestor_names);
    let above = above.map(|((id, position), name)| Place {
        id: *id,
        position: *position,
        name: name.clone(),
    });
    let own = Place {
        id: placed.category.id,
        position: placed.category.position,
        name: placed.category.name.clone(),
    };
    above.chain([own]).collect()
}

/// Where a page begins: in the order of the tree behind the category before it, or, if that is gone, behind its place in what it
/// lay in, as far down as that is still there.
async fn begin(ctx: &mut Ctx, filter: &CategoryFilter, cursor: &Cursor) -> Result<After, ListError> {
    let trail: Vec<Place> = cursor.decode()?;
    let Some(last) = trail.last() else {
        let message = "is not a cursor that this list gave out";
        return Err(FieldError::new("cursor", "invalid_cursor", message).into());
    };
    if *filter != CategoryFilter::Every {
        return Ok(After {
            at: None,
            behind: Some(last.clone()),
        });
    }
    let ids: Vec<CategoryId> = trail.iter().map(|place| place.id).collect();
    let known = placed_categories::list_known(ctx, &ids).await?;
    let gone = trail.iter().rev().take_while(|place| !known.contains(&place.id));
    let there = trail.len().saturating_sub(gone.count());
    Ok(After {
        at: ids.into_iter().take(there).next_back(),
        behind: trail.into_iter().nth(there),
    })
}

/// A category, in one statement. Whoever may change categories may see them.
pub async fn find_category_by_id(ctx: &mut Ctx, id: CategoryId) -> Result<Option<Category>, FindError> {
    Ok(find(ctx, id).await?.map(|placed| placed.category))
}

async fn find(ctx: &mut Ctx, id: CategoryId) -> Result<Option<Placed>, FindError> {
    ctx.require(Permission::ReadCatalog)
        .or_else(|_| ctx.require(Permission::WriteCatalog))?;
    Ok(placed_categories::list_of(ctx, &[id]).await?.into_iter().next())
}

/// A category with its place in the tree, in two statements. Whoever may change categories may see them.
pub async fn find_placed_category(ctx: &mut Ctx, id: CategoryId) -> Result<Option<PlacedCategory>, FindError> {
    let Some(placed) = find(ctx, id).await? else {
        return Ok(None);
    };
    let products = placed_categories::count_products(ctx, &[id], None).await?;
    let counted = products.get(&id).copied();
    Ok(Some(placed.with(counted.unwrap_or_default())))
}

impl Placed {
    fn with(self, (products, has_more): (i64, bool)) -> PlacedCategory {
        PlacedCategory {
            category: self.category,
            ancestor_ids: self.ancestor_ids,
            ancestor_names: self.ancestor_names,
            children: self.children,
            products,
            has_more,
        }
    }
}

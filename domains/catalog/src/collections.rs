//! Collections, read.

use database::{Ctx, Error, cache::Needs};
use kernel::{CollectionId, Cursor, Page, PageRequest, Permission, ProductId, Slug};

use crate::{Collection, CollectionError, ListError, Rules, input::rules_error, needs, store};

/// How many products a preview shows.
const PREVIEW: i64 = 12;

/// What rules would choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// How many products fit.
    pub total: i64,
    /// The first of them, last changed first.
    pub first: Vec<Previewed>,
}

/// A product that rules would choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previewed {
    /// The product.
    pub id: ProductId,
    /// Its name.
    pub title: String,
    /// Its first picture, or empty.
    pub image_url: String,
}

/// Every collection, by title.
pub async fn list_collections(ctx: &mut Ctx) -> Result<Vec<Collection>, Error> {
    note_collections(ctx);
    store::collections::list(ctx).await
}

/// A page of them, by title, in two statements.
pub async fn page_collections(ctx: &mut Ctx, page: &PageRequest) -> Result<Page<Collection>, ListError> {
    note_collections(ctx);
    let after = page.cursor.as_ref().map(Cursor::decode).transpose()?;
    let found = store::collections::list_after(ctx, after, page.limit_plus_one()).await?;
    let total = store::collections::count(ctx).await?;
    Ok(Page::from_rows(found, page, total, |collection| {
        (collection.title.clone(), collection.id)
    }))
}

/// The collections in which shoppers find a product, by title.
pub async fn list_shown_collections(ctx: &mut Ctx) -> Result<Vec<Collection>, Error> {
    note_collections(ctx);
    if ctx.is_noted() {
        let turn = needs::next_turn(ctx).await?;
        ctx.note(&Needs::default().until(turn));
    }
    store::collections::list_shown(ctx).await
}

/// A collection by slug.
pub async fn find_collection(ctx: &mut Ctx, slug: &Slug) -> Result<Option<Collection>, Error> {
    note_collections(ctx);
    store::collections::find(ctx, slug).await
}

/// The slug that a collection has now, if it had this one before.
pub async fn find_collection_redirect(ctx: &mut Ctx, slug: &Slug) -> Result<Option<Slug>, Error> {
    store::old_slugs::find_collection(ctx, slug).await
}

/// They tell how many products they have.
fn note_collections(ctx: &Ctx) {
    ctx.note(&needs::shelves(ctx));
    ctx.note(&needs::every_product(ctx));
}

/// A collection by id.
pub async fn find_collection_by_id(ctx: &mut Ctx, id: CollectionId) -> Result<Option<Collection>, Error> {
    store::collections::find_by_id(ctx, id).await
}

/// What rules would choose, without keeping them.
pub async fn preview_collection(ctx: &mut Ctx, rules: &Rules) -> Result<Preview, CollectionError> {
    ctx.require(Permission::ReadCatalog)?;
    rules_error(ctx.currency(), rules)?;
    Ok(store::collections::preview(ctx, rules, PREVIEW).await?)
}

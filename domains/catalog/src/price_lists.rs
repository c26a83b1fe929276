//! Price lists and their prices, read.

use database::{Ctx, Error};
use kernel::{CustomerGroupId, Page, PageRequest, Permission, PriceListId, VariantId};

use crate::{
    ListName, ListedVariant, PriceList, PriceListError, PriceListState,
    store::{self, price_lists::After},
};

/// The order of a list of price lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PriceListSort {
    /// What came last first.
    #[default]
    Newest,
    /// What came first first.
    Oldest,
    /// By name.
    Name,
    /// By name, backwards.
    NameBackwards,
    /// What counts before others first.
    Priority,
    /// What counts after others first.
    PriorityBackwards,
}

impl PriceListSort {
    /// Every order.
    pub const ALL: [Self; 6] = [
        Self::Newest,
        Self::Oldest,
        Self::Name,
        Self::NameBackwards,
        Self::Priority,
        Self::PriorityBackwards,
    ];

    /// The name in addresses and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Name => "name",
            Self::NameBackwards => "name_backwards",
            Self::Priority => "priority",
            Self::PriorityBackwards => "priority_backwards",
        }
    }

    /// The order of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }
}

/// The price list of that id.
pub async fn find_price_list(ctx: &mut Ctx, id: PriceListId) -> Result<Option<PriceList>, PriceListError> {
    ctx.require(Permission::WriteCoupons)?;
    Ok(store::price_lists::find(ctx, id).await?)
}

/// The store's price lists, all or those that are there in their time.
pub async fn list_price_lists(
    ctx: &mut Ctx,
    state: Option<PriceListState>,
    sort: PriceListSort,
    request: &PageRequest,
) -> Result<Page<PriceList>, PriceListError> {
    ctx.require(Permission::WriteCoupons)?;
    let after = match &request.cursor {
        Some(cursor) => Some(After::read(sort, cursor).map_err(kernel::Invalid::from)?),
        None => None,
    };
    let lists = store::price_lists::list(ctx, state, sort, after, request.limit_plus_one()).await?;
    let total = store::price_lists::count(ctx, state).await?;
    Ok(match sort {
        PriceListSort::Newest | PriceListSort::Oldest => {
            Page::from_rows(lists, request, total, |list| (list.created_at, list.id))
        }
        PriceListSort::Name | PriceListSort::NameBackwards => {
            Page::from_rows(lists, request, total, |list| list.terms.name.clone())
        }
        PriceListSort::Priority | PriceListSort::PriorityBackwards => {
            Page::from_rows(lists, request, total, |list| (list.terms.priority, list.id))
        }
    })
}

/// The lists that are for a group, by name: what keeps it from being taken away.
pub async fn price_lists_of_group(ctx: &mut Ctx, group: CustomerGroupId) -> Result<Vec<ListName>, Error> {
    store::price_lists::list_of_group(ctx, group).await
}

/// The lists that ask a price for a variant, by name, for the page where staff change it.
pub async fn price_lists_of_variant(ctx: &mut Ctx, variant: VariantId) -> Result<Vec<ListName>, Error> {
    store::price_lists::list_of_variant(ctx, variant).await
}

/// What a list asks, variant by variant in the order they were made; `q` leaves those whose SKU, barcode or product's words begin so.
pub async fn list_list_prices(
    ctx: &mut Ctx,
    list: PriceListId,
    q: &str,
    request: &PageRequest,
) -> Result<Page<ListedVariant>, PriceListError> {
    ctx.require(Permission::WriteCoupons)?;
    let after: Option<uuid::Uuid> = match &request.cursor {
        Some(cursor) => Some(cursor.decode().map_err(kernel::Invalid::from)?),
        None => None,
    };
    let found = match q.trim() {
        "" => None,
        q => Some(store::names::variants_begun(ctx, q).await?),
    };
    let total = store::list_prices::count_variants(ctx, list, found.as_deref()).await?;
    let after = after.map(VariantId::from);
    let rows = store::list_prices::list(ctx, list, found.as_deref(), after, request.limit_plus_one()).await?;
    Ok(Page::from_rows(rows, request, total, |row| {
        uuid::Uuid::from(row.variant_id)
    }))
}

/// What a list asks for one variant; no breaks where it asks nothing. None: there is no such variant.
pub async fn find_listed_variant(
    ctx: &mut Ctx,
    list: PriceListId,
    variant: VariantId,
) -> Result<Option<ListedVariant>, PriceListError> {
    ctx.require(Permission::WriteCoupons)?;
    Ok(store::list_prices::describe(ctx, list, &[variant]).await?.pop())
}

/// The variant with this very SKU, then the first whose SKU or barcode begins so, or the words of whose product do, with what a list asks for them: for
/// whoever adds one to it.
pub async fn look_up_for_list(
    ctx: &mut Ctx,
    list: PriceListId,
    q: &str,
    limit: usize,
) -> Result<Vec<ListedVariant>, PriceListError> {
    ctx.require(Permission::WriteCoupons)?;
    if q.trim().is_empty() {
        return Ok(Vec::new());
    }
    let exact = store::list_prices::identify(ctx, &[], &[q.trim().to_owned()]).await?;
    let is_other = |id: &VariantId| !exact.iter().any(|(same, _)| same == id);
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut begun = store::names::some_variants_begun(ctx, q.trim(), most).await?;
    begun.retain(is_other);
    begun.sort_unstable();
    let mut found: Vec<VariantId> = exact.iter().map(|(id, _)| *id).chain(begun).collect();
    found.truncate(limit);
    let mut described = store::list_prices::describe(ctx, list, &found).await?;
    described.sort_by_key(|listed| is_other(&listed.variant_id));
    Ok(described)
}

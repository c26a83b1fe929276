//! Everything about published products that somebody may search for.

use database::{Ctx, Error};
use kernel::{CategoryId, Money, ProductId, Time};

use crate::{Choice, Rating, store};

/// A published product, or one that will be, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductDescription {
    /// The product.
    pub id: ProductId,
    /// Its name.
    pub title: String,
    /// One or two plain sentences.
    pub short_description: String,
    /// The long description.
    pub description_html: String,
    /// The maker's name.
    pub brand: String,
    /// What kind of thing it is, in the merchant's words.
    pub product_type: String,
    /// Tags, attributes that shoppers see, and option values.
    pub details: Vec<String>,
    /// SKUs and barcodes of its active variants.
    pub codes: Vec<String>,
    /// The categories it was put into.
    pub categories: Vec<CategoryId>,
    /// What its active variants cost now, each price once, from the lowest to the highest.
    pub prices: Vec<Money>,
    /// Whether any variant can be bought.
    pub in_stock: bool,
    /// What shoppers think of it.
    pub rating: Rating,
    /// Pieces sold lately.
    pub sold: i64,
    /// What shoppers choose of it.
    pub choices: Vec<Choice>,
    /// From when shoppers see it.
    pub published_at: Time,
}

/// The active products with the next larger ids, in one statement.
pub async fn describe_products_after(
    ctx: &mut Ctx,
    after: Option<ProductId>,
    limit: i64,
) -> Result<Vec<ProductDescription>, Error> {
    let rows = store::describe::list_after(ctx, after, limit).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Those of these products that are active, in one statement.
pub async fn describe_products(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Vec<ProductDescription>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = store::describe::list_by_ids(ctx, ids).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

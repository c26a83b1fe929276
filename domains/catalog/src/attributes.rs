//! Reads of attributes: all of them, those of a product, and what shoppers see of its values.

use database::{Ctx, Error};
use kernel::{AttributeId, CategoryId, Cursor, Page, PageRequest};

use crate::{Attribute, AttributeValue, Attributes, ListError, ProductDetails, attribute::as_text, needs, store};

/// Every attribute, in order.
pub async fn list_attributes(ctx: &mut Ctx) -> Result<Vec<Attribute>, Error> {
    ctx.note(&needs::shelves(ctx));
    store::attributes::list(ctx).await
}

/// A page of them, in order, in two statements.
pub async fn page_attributes(ctx: &mut Ctx, page: &PageRequest) -> Result<Page<Attribute>, ListError> {
    let after = page.cursor.as_ref().map(Cursor::decode).transpose()?;
    let found = store::attributes::list_after(ctx, after, page.limit_plus_one()).await?;
    let total = store::attributes::count(ctx).await?;
    let place = |(position, attribute): &(i32, Attribute)| (*position, attribute.id);
    Ok(Page::from_rows(found, page, total, place).map(|(_, attribute)| attribute))
}

/// The attribute.
pub async fn find_attribute(ctx: &mut Ctx, id: AttributeId) -> Result<Option<Attribute>, Error> {
    store::attributes::find(ctx, id).await
}

/// The attributes that are for products of that type in these categories, in order.
pub async fn attributes_for(
    ctx: &mut Ctx,
    product_type: &str,
    categories: &[CategoryId],
) -> Result<Vec<Attribute>, Error> {
    store::attributes::list_for(ctx, product_type, categories).await
}

/// How many products have a value of that code.
pub async fn count_products_with(ctx: &mut Ctx, code: &str) -> Result<i64, Error> {
    store::attributes::count_products(ctx, code).await
}

/// What shoppers read of a product's values, by name: those of attributes in their order, then the free ones.
pub async fn shown_attributes(ctx: &mut Ctx, details: &ProductDetails) -> Result<Vec<(String, AttributeValue)>, Error> {
    let values = &details.product.attributes;
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let defined = list_attributes(ctx).await?;
    let typed = defined
        .iter()
        .filter(|attribute| attribute.terms.shown)
        .filter_map(|attribute| {
            let value = attribute.shown(values.get(&attribute.code)?)?;
            Some((attribute.terms.name.clone(), value))
        });
    let free = values
        .iter()
        .filter(|(code, _)| defined.iter().all(|attribute| attribute.code != **code))
        .filter(|(_, value)| !value.is_boolean())
        .filter_map(|(code, value)| Some((readable(code), AttributeValue::Text(as_text(value)?))));
    Ok(typed.chain(free).collect())
}

/// A product's values without those that shoppers do not see.
pub async fn public_attributes(ctx: &mut Ctx, mut values: Attributes) -> Result<Attributes, Error> {
    if !values.is_empty() {
        for attribute in list_attributes(ctx)
            .await?
            .iter()
            .filter(|attribute| !attribute.terms.shown)
        {
            values.remove(&attribute.code);
        }
    }
    Ok(values)
}

/// `shoe_size` and `product.metafields.custom.care` as `Shoe size` and `Care`.
fn readable(name: &str) -> String {
    let words = name.rsplit('.').next().unwrap_or(name).replace(['_', '-'], " ");
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

//! Whoever buys for a shop of their own: a group of customers, one of them, and what they pay.

use catalog::{PriceListTerms, PricedVariant, PutPrice};
use database::Ctx;
use identity::PasswordHash;
use kernel::{EmailAddress, Rounding, VariantId};
use rust_decimal::Decimal;

use super::{SeedError, accounts};
use crate::{content::ContentError, people::Shopper};

/// Who signs in as a member of the group, with the password of every shopper.
const EMAIL: &str = "trade@example.com";
/// From how many pieces on two of the products cost less still.
const CASE: i64 = 10;

/// Makes the group with its customer, and a list: a tenth off everything, a fifth off ten pieces of the first two products.
pub(super) async fn welcome(
    ctx: &mut Ctx,
    like: &Shopper,
    password: PasswordHash,
    products: &[Vec<VariantId>],
) -> Result<(), SeedError> {
    let shopper = Shopper {
        email: EmailAddress::parse(EMAIL).map_err(|error| ContentError::value(EMAIL, error))?,
        address: like.address.clone(),
    };
    let customer = accounts::welcome(ctx, &shopper, password).await?;
    let terms = customers::GroupTerms {
        name: "Trade".to_owned(),
        note: String::new(),
    };
    let group = customers::create_group(ctx, terms).await.map_err(SeedError::refused)?;
    customers::set_groups(ctx, customer, &[group.id])
        .await
        .map_err(SeedError::refused)?;
    let terms = PriceListTerms {
        name: "Trade prices".to_owned(),
        active: true,
        percent_off: Some(Decimal::new(1, 1)),
        groups: vec![group.id],
        ..PriceListTerms::default()
    };
    let list = catalog::create_price_list(ctx, terms)
        .await
        .map_err(SeedError::refused)?;
    let first: Vec<VariantId> = products
        .iter()
        .filter_map(|variants| variants.first().copied())
        .collect();
    let mut prices = Vec::new();
    for found in catalog::sellable(ctx, &first).await? {
        let Some(regular) = found.price else { continue };
        let off = regular.at_rate_in_practice(Decimal::new(2, 1), Rounding::HalfUp);
        let price = off.and_then(|off| regular.minus(off)).map_err(SeedError::refused)?;
        prices.push((found.variant_id, price));
    }
    prices.sort_by_key(|(id, _)| first.iter().position(|one| one == id));
    let put = prices.into_iter().take(2).map(|(id, price)| PutPrice {
        variant: PricedVariant::Id(id),
        min_quantity: CASE,
        price,
    });
    catalog::put_list_prices(ctx, list.id, put.collect())
        .await
        .map(|_changed| ())
        .map_err(SeedError::refused)
}

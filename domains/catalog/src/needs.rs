//! What would make another of something that was made from the catalogue.

use database::{Ctx, Error, cache::Needs};
use kernel::{ProductId, Time};
use uuid::Uuid;

use crate::{
    Sale,
    events::{
        AttributeShownChanged, CategoriesChanged, DisplayChanged, PopularityChanged, PricesTurned, ProductChanged,
        ProductsImported, ProductsInStockChanged, RatingsChanged,
    },
    store,
};

/// Any change of these products.
pub(crate) fn products(ctx: &Ctx, ids: &[ProductId]) -> Needs {
    let store = ctx.store_id();
    ids.iter().fold(Needs::default(), |needs, id| {
        needs
            .one::<ProductChanged>(store, *id)
            .one::<ProductsImported>(store, *id)
            .one::<ProductsInStockChanged>(store, *id)
            .one::<RatingsChanged>(store, *id)
    })
}

/// Any change of any product.
pub(crate) fn every_product(ctx: &Ctx) -> Needs {
    let store = ctx.store_id();
    Needs::default()
        .any::<ProductChanged>(store)
        .any::<ProductsImported>(store)
        .any::<ProductsInStockChanged>(store)
        .any::<RatingsChanged>(store)
        .any::<PopularityChanged>(store)
        .any::<PricesTurned>(store)
}

/// Any change of how products are sorted and described: of categories, collections and attributes. Imports make
/// categories.
pub(crate) fn shelves(ctx: &Ctx) -> Needs {
    let store = ctx.store_id();
    Needs::default()
        .any::<CategoriesChanged>(store)
        .any::<AttributeShownChanged>(store)
        .any::<DisplayChanged>(store)
        .any::<ProductsImported>(store)
}

/// When the first of these sales begins or ends.
pub(crate) fn next_sale<'s>(sales: impl Iterator<Item = &'s Sale>, now: Time) -> Option<Time> {
    let turns = sales.flat_map(|sale| [sale.starts_at, sale.ends_at]);
    turns.flatten().filter(|turn| *turn > now).min()
}

/// When a product of the store is next published, or has another price, by itself: looked up once and kept until a product
/// changes or that moment comes.
pub(crate) async fn next_turn(ctx: &mut Ctx) -> Result<Option<Time>, Error> {
    let making = match ctx.kept::<Option<Time>>("catalog.next_turn", "") {
        Ok(turn) => return Ok(*turn),
        Err(making) => making,
    };
    let turn = store::turns::next(ctx).await?;
    let needs = every_product(ctx).until(turn);
    Ok(*ctx.keep(making, turn, &needs, 16))
}

/// Tells that a category, collection or attribute is shown in another way.
pub(crate) async fn tell_display_changed(ctx: &mut Ctx, id: impl Into<Uuid>) -> Result<(), Error> {
    ctx.publish(&DisplayChanged { id: id.into() }).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use database::testing::TestDatabase;
    use kernel::{Currency, Money};

    use super::*;

    #[test]
    fn the_next_sale_is_the_first_beginning_or_end_that_is_still_to_come() {
        let now = Time::UNIX_EPOCH;
        let hour = |hours| now + TimeDelta::hours(hours);
        let sale = |from, until| Sale {
            price: Money::new(100, Currency::USD),
            starts_at: Some(hour(from)),
            ends_at: Some(hour(until)),
        };
        for (sales, next) in [
            (vec![], None),
            (vec![sale(-2, -1)], None),
            (vec![sale(-1, 3)], Some(hour(3))),
            (vec![sale(-1, 3), sale(2, 4)], Some(hour(2))),
            (vec![sale(-1, 0)], None),
        ] {
            assert_eq!(next_sale(sales.iter(), now), next, "{sales:?}");
        }
    }

    #[tokio::test]
    async fn a_store_without_sales_and_plans_has_no_turn() {
        let db = TestDatabase::new().await;
        assert_eq!(next_turn(&mut db.work().read()).await.unwrap(), None);
    }
}

//! The use cases together, on PostgreSQL and with many buyers at once.

mod bookings;
mod counts;
mod places;
mod quotas;
mod reserving;
mod sorted;

use std::collections::HashMap;

use catalog::{NewProduct, NewVariant, ProductStatus};
use chrono::TimeDelta;
use database::{Ctx, Work, testing::TestDatabase};
use kernel::{LocationId, OrderId, PageRequest, Time, VariantId};

use crate::{
    Adjust, AdjustError, Book, BookError, BookLine, Booking, CommitError, Demand, Holder, LevelFilter, LevelPlan,
    Location, LocationTerms, MovementKind, PlanLevelError, ReserveError, SetLevel, SetLevelsError, Shortage,
    StockState, Transfer, TransferError, UpdateLocation, UpdateLocationError, adjust, availability, book, check,
    commit, count_low, create_location, events::AvailabilityChanged, expire_due, extend, find_location,
    forget_given_up, levels, list_levels, list_lowest, movements, plan_level, release, reserve, restock, set_levels,
    transfer, update_location,
};

/// Variants with that many on hand each, and back-orders where it is -1.
async fn stock(work: &Work, counts: &[i64]) -> Vec<VariantId> {
    let mut ctx = work.write();
    let variants = (0..counts.len()).map(|index| NewVariant {
        option_values: vec![index.to_string()],
        ..NewVariant::default()
    });
    let product = NewProduct {
        title: "Lamp".to_owned(),
        status: ProductStatus::Active,
        option_names: vec!["Number".to_owned()],
        variants: variants.collect(),
        ..NewProduct::default()
    };
    let details = catalog::create_product(&mut ctx, product).await.unwrap();
    let ids: Vec<VariantId> = details.variants.iter().map(|variant| variant.id).collect();
    let wanted = ids.iter().zip(counts).map(|(&variant_id, &count)| SetLevel {
        variant_id,
        on_hand: count.max(0),
        backorder: count < 0,
    });
    set_levels(&mut ctx, &wanted.collect::<Vec<_>>()).await.unwrap();
    ctx.commit().await.unwrap();
    ids
}

fn demand(variant_id: VariantId, quantity: i64) -> Demand {
    Demand { variant_id, quantity }
}

fn in_minutes(ctx: &Ctx, minutes: i64) -> Time {
    ctx.now() + TimeDelta::minutes(minutes)
}

/// Reserves for a new order for ten minutes.
async fn order(work: &Work, demands: &[Demand]) -> Result<OrderId, ReserveError> {
    let mut ctx = work.write();
    let (id, until) = (ctx.new_id(), in_minutes(&ctx, 10));
    reserve(&mut ctx, Holder::Order(id), &[], demands, until).await?;
    ctx.commit().await?;
    Ok(id)
}

async fn pay(work: &Work, order: OrderId) -> Result<(), CommitError> {
    let mut ctx = work.write();
    commit(&mut ctx, Holder::Order(order)).await?;
    Ok(ctx.commit().await?)
}

/// What lies there, what is promised, and what is free, of each variant; and nothing is wrong.
async fn state(work: &Work, ids: &[VariantId]) -> Vec<(i64, i64, i64)> {
    let mut ctx = work.read();
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    let all = availability(&mut ctx, ids).await.unwrap();
    ids.iter()
        .map(|id| (all[id].on_hand, all[id].reserved, all[id].available))
        .collect()
}

async fn told(work: &Work) -> HashMap<VariantId, Vec<bool>> {
    let mut told: HashMap<VariantId, Vec<bool>> = HashMap::new();
    for (_, event) in database::outbox::replay(&mut work.read(), 0, 1000).await.unwrap() {
        if let Ok(event) = event.read::<AvailabilityChanged>() {
            for (variant, can_sell) in event.variants {
                told.entry(variant).or_default().push(can_sell);
            }
        }
    }
    told
}

#[tokio::test]
async fn every_statement_fits_the_schema() {
    let db = TestDatabase::new().await;
    database::testing::prepare_all(&db, crate::store::STATEMENTS).await;
    database::testing::prepare_all(&db, crate::store::reservations::STATEMENTS).await;
    database::testing::prepare_all(&db, crate::store::lists::STATEMENTS).await;
    database::testing::prepare_all(&db, crate::store::lists::sorted::STATEMENTS).await;
    database::testing::prepare_all(&db, crate::store::locations::STATEMENTS).await;
    database::testing::prepare_all(&db, crate::store::quotas::STATEMENTS).await;
    database::testing::prepare_all(&db, crate::store::erase::STATEMENTS).await;
}

/// Two locations, the default one first.
async fn two_places(ctx: &mut Ctx) -> [LocationId; 2] {
    let first = crate::default_location(ctx).await.unwrap();
    let terms = LocationTerms {
        priority: 5,
        ..LocationTerms::named("Shop")
    };
    [first, create_location(ctx, terms).await.unwrap().id]
}

//! The use cases together, on PostgreSQL.

mod attributes;
mod collections;
mod finding;
mod held;
mod lists;
mod making;
mod many;
mod matrix;
mod narrowing;
mod placed;
mod price_lists;
mod prices;
mod renaming;
mod shown;
mod together;
mod writes;

use chrono::TimeDelta;
use database::{Ctx, testing::TestDatabase};
use kernel::{Currency, Money, Slug};

use crate::{NewProduct, NewVariant, ProductDetails, ProductStatus, create_product};

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

/// An active product with one variant at that price.
fn product(title: &str, price: Option<i64>) -> NewProduct {
    NewProduct {
        title: title.to_owned(),
        status: ProductStatus::Active,
        variants: vec![NewVariant {
            price: price.map(usd),
            ..NewVariant::default()
        }],
        ..NewProduct::default()
    }
}

/// Stores products, each published a minute after the one before.
async fn shelf(db: &TestDatabase, products: Vec<NewProduct>) -> Vec<ProductDetails> {
    let mut stored = Vec::new();
    for product in products {
        db.clock().advance(TimeDelta::minutes(1));
        stored.push(write(db, async |ctx| create_product(ctx, product.clone()).await.unwrap()).await);
    }
    stored
}

async fn write<T>(db: &TestDatabase, body: impl AsyncFnOnce(&mut Ctx) -> T) -> T {
    let mut ctx = db.work().write();
    let value = body(&mut ctx).await;
    ctx.commit().await.unwrap();
    value
}

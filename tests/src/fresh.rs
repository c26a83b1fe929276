//! Nothing that is kept between requests is ever shown when it is not so any more: every fact is changed, and every page that
//! shows it is looked at, in the process that changed it and in another one on the same database.

mod around;
mod lists;
mod product;
mod reviews;

use catalog::{ProductChanges, UpdateProduct};
use database::Ctx;
use kernel::ProductId;

use crate::watch::THINGS;

const LISTS: [&str; 3] = [
    "/products?brand=Aardvark+Works&sort=title",
    THINGS,
    "/api/v1/products?sort=title",
];

async fn update(ctx: &mut Ctx, id: ProductId, changes: ProductChanges) {
    let update = UpdateProduct {
        id,
        expected_version: None,
        changes,
    };
    catalog::update_product(ctx, update).await.unwrap();
}

//! How many pieces lie in a cart, as every page shows it.

use async_trait::async_trait;
use database::{Error, Work};
use kernel::CartId;

/// Asks the domain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Carts;

#[async_trait]
impl web::CountsCarts for Carts {
    async fn count(&self, work: &Work, cart: CartId) -> Result<i64, Error> {
        let mut ctx = work.read();
        let count = cart::count(&mut ctx, cart).await;
        ctx.rollback().await;
        count
    }
}

//! The port behind which carts live, as far as every page shows something of them; `app` fills it from the domain.

use async_trait::async_trait;
use database::Work;
use kernel::CartId;

/// Knows how many pieces lie in a cart. `work` acts as a guest of the store in question.
#[async_trait]
pub trait CountsCarts: Send + Sync {
    /// How many pieces the open cart holds; zero for one that is closed or unknown.
    async fn count(&self, work: &Work, cart: CartId) -> Result<i64, database::Error>;
}

/// What a program without carts has.
#[derive(Debug, Clone, Copy)]
pub struct NoCarts;

#[async_trait]
impl CountsCarts for NoCarts {
    async fn count(&self, _work: &Work, _cart: CartId) -> Result<i64, database::Error> {
        Ok(0)
    }
}

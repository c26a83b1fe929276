//! What a store decided about reviews.

use database::{Ctx, Error};

use crate::store;

kernel::named! {
    /// Who may write reviews.
    WhoWrites {
        /// Whoever got a piece of the product.
        Buyers = "buyers",
        /// Whoever has an account, or bought something.
        Accounts = "accounts",
        /// Nobody; what was written stays.
        Nobody = "nobody",
    }

    /// When somebody looks at a review.
    Moderation {
        /// Before others see it.
        Before = "before",
        /// After, unless it is suspicious.
        After = "after",
    }
}

/// A store's decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Who may write.
    pub who_writes: WhoWrites,
    /// When somebody looks at it.
    pub moderation: Moderation,
    /// Words that make a review suspicious, in lower case.
    pub bad_words: Vec<String>,
}

impl Default for Settings {
    /// Buyers write, and somebody looks at it first.
    fn default() -> Self {
        Self {
            who_writes: WhoWrites::Buyers,
            moderation: Moderation::Before,
            bad_words: Vec::new(),
        }
    }
}

/// What the store decided, or what holds until it does.
pub async fn load_settings(ctx: &mut Ctx) -> Result<Settings, Error> {
    Ok(store::settings::find(ctx).await?.unwrap_or_default())
}

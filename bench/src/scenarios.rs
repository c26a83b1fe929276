//! What is measured, one function a line of the table, with the goals of each.

mod buying;
mod flash;
mod reading;
mod running;

use clap::ValueEnum;

pub(crate) use self::running::prove;
use crate::run::Run;

/// A part of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// PostgreSQL with the least that an order writes
    Floor,
    /// From the start to the first answer, and memory when idle
    Start,
    /// Complete purchases through the API
    Purchases,
    /// Everybody buys the same thing
    Hot,
    /// Everybody wants a thing of which there are few
    Scarce,
    /// Adding to a cart
    Cart,
    /// Far more shoppers than can be served come at once, and wait for their turn
    Flash,
    /// The page of a product
    Product,
    /// A product through the API
    ProductJson,
    /// A page of 24 products with what the list can be narrowed by
    List,
    /// A page of found products
    Search,
    /// What is suggested while somebody types into the search field, known and new
    Suggest,
    /// Lists and searches that nobody asked for before
    Cold,
    /// Memory after everything else
    Memory,
}

impl Scenario {
    /// Measures it and adds to the table.
    pub(crate) async fn measure(self, run: &mut Run) -> anyhow::Result<()> {
        match self {
            Self::Floor => buying::floor(run).await,
            Self::Start => running::start(run).await,
            Self::Purchases => buying::purchases(run).await,
            Self::Hot => buying::hot(run).await,
            Self::Scarce => buying::scarce(run).await,
            Self::Cart => buying::cart(run).await,
            Self::Flash => flash::flash(run).await,
            Self::Product => reading::product(run).await,
            Self::ProductJson => reading::product_json(run).await,
            Self::List => reading::list(run).await,
            Self::Search => reading::search(run).await,
            Self::Suggest => reading::suggest(run).await,
            Self::Cold => reading::cold(run).await,
            Self::Memory => running::memory(run).await,
        }
    }
}

/// How many callers there are where nothing else is said.
const CROWD: usize = 64;

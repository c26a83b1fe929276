//! Keeps the search index of every store in step with its catalogue. Processes that share a data folder share its indexes, and
//! whoever is first takes in what happened.

use std::{collections::HashMap, sync::Arc, time::Duration};

use database::{Database, Error, Scope, Work};
use kernel::{StoreId, Time};
use search::{Engine, Synced};
use tokio_util::sync::CancellationToken;

use crate::measure;

const EVERY: Duration = Duration::from_secs(1);

/// Runs rounds until `stop` is cancelled.
pub(crate) async fn run(database: Database, engine: Arc<dyn Engine>, stop: CancellationToken) {
    let mut in_step = HashMap::new();
    while !stop.is_cancelled() {
        if let Err(error) = round(&database, &engine, &mut in_step).await {
            tracing::warn!(%error, "the search indexes could not follow and will try again");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// One round over every store, which notes when each index last knew everything.
async fn round(
    database: &Database,
    engine: &Arc<dyn Engine>,
    in_step: &mut HashMap<StoreId, Time>,
) -> Result<(), Error> {
    for store in database.list_stores().await? {
        let work = Work::new(database.clone(), Scope::system(store));
        let slug = &work.store().slug;
        let began = database.now();
        let synced = search::sync_flow(&work, engine).await;
        let known = in_step.entry(work.store().id).or_insert(began);
        if synced.is_ok() {
            *known = began;
        }
        let lag = (database.now() - *known).num_milliseconds().max(0);
        measure::search_lag(slug, lag);
        match synced {
            Ok(Synced::Idle) => {}
            Ok(Synced::Changed(products)) => tracing::debug!(store = slug, products, "the search index follows"),
            Ok(Synced::Rebuilt(products)) => tracing::info!(store = slug, products, "the search index was made anew"),
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(store = slug, error, "the search index could not follow");
            }
        }
    }
    Ok(())
}

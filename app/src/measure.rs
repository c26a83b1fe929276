//! `/metrics` for Prometheus.

use std::{sync::OnceLock, time::Duration};

use axum::{Router, extract::State, routing::get};
use database::Database;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

const BUCKETS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// The process's recorder: there can be one.
fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let builder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), BUCKETS)
                .ok()?;
            let handle = builder.install_recorder().ok()?;
            metrics::describe_histogram!(
                "http_request_duration_seconds",
                "Time to answer, by route, method and status"
            );
            metrics::describe_counter!("orders_total", "Orders placed, by source");
            metrics::describe_counter!("cart_operations_total", "Changes of carts, by operation");
            metrics::describe_gauge!(
                "outbox_lag_seconds",
                "Age of the oldest event that some consumer has not seen"
            );
            metrics::describe_gauge!(
                "search_index_lag_seconds",
                "Time since a store's search index last knew everything"
            );
            metrics::describe_gauge!("database_connections", "Connections of the pool, by state");
            Some(handle)
        })
        .as_ref()
}

/// Starts measuring, so that nothing is missed before the first look.
pub(crate) fn start() {
    recorder();
}

/// Notes how far a store's search index is behind.
pub(crate) fn search_lag(store: &str, milliseconds: i64) {
    let milliseconds = u32::try_from(milliseconds).unwrap_or(u32::MAX);
    let lag = Duration::from_millis(milliseconds.into());
    metrics::gauge!("search_index_lag_seconds", "store" => store.to_owned()).set(lag.as_secs_f64());
}

/// The page that Prometheus reads. It is for the operator: put it behind the proxy's access rules.
pub(crate) fn router(database: Database) -> Router {
    Router::new().route("/metrics", get(page)).with_state(database)
}

async fn page(State(database): State<Database>) -> String {
    let (open, idle) = database.pool_use();
    let idle = u32::try_from(idle).unwrap_or_default();
    metrics::gauge!("database_connections", "state" => "idle").set(f64::from(idle));
    metrics::gauge!("database_connections", "state" => "used").set(f64::from(open.saturating_sub(idle)));
    match database::worker::lag_seconds(&database).await {
        Ok(lag) => metrics::gauge!("outbox_lag_seconds").set(lag),
        Err(error) => tracing::warn!(%error, "the outbox could not be measured"),
    }
    recorder().map(PrometheusHandle::render).unwrap_or_default()
}

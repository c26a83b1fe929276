//! `/metrics` for Prometheus.

use std::{net::SocketAddr, sync::OnceLock, time::Duration};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    middleware::{Next, from_fn},
    response::Response,
    routing::get,
};
use database::{Database, inspect};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;
use web::Problem;

const BUCKETS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];
/// How often measurements are gathered when nobody asks for them; what was not gathered takes memory.
const TIDY: Duration = Duration::from_secs(5);

/// What kind of series a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Many measurements, in buckets.
    Histogram,
}

/// Everything that is measured, by name, kind and meaning.
#[rustfmt::skip]
pub const METRICS: &[(&str, Kind, &str)] = &[
    ("http_request_duration_seconds", Kind::Histogram, "Time to answer, by route, method and status"),
    ("http_requests_at_once", Kind::Gauge, "Requests that hold a place or wait for one, by purpose and state: working or waiting"),
    ("http_requests_shed_total", Kind::Counter, "Requests told to come back because others hold the places, by purpose and why: full, or waited in vain"),
    ("http_requests_panicked_total", Kind::Counter, "Requests that ended in a panic"),
    ("http_requests_throttled_total", Kind::Counter, "Requests refused because their caller asks too often, by class"),
    ("http_streams_open", Kind::Gauge, "Open pages that are told when what they show is another"),
    ("shared_limits_up", Kind::Gauge, "Whether limits are counted for all processes together: 1, or 0 while Redis is away"),
    ("shared_limits_failures_total", Kind::Counter, "Times that limits could not be counted together"),
    ("orders_total", Kind::Counter, "Orders placed, by source"),
    ("cart_operations_total", Kind::Counter, "Changes of carts, by operation"),
    ("jobs_total", Kind::Counter, "Jobs run, by kind and outcome: done, retried or parked"),
    ("job_duration_seconds", Kind::Histogram, "Time a job takes, by kind"),
    ("deliveries_total", Kind::Counter, "Events handed to consumers, by consumer and outcome"),
    ("mails_total", Kind::Counter, "Mails handed to the mail server, by outcome: sent, refused or unavailable"),
    ("texts_total", Kind::Counter, "Texts handed over, by outcome: sent, refused, unavailable or unknown"),
    ("pushes_total", Kind::Counter, "Pushes handed over, by outcome: sent, gone, refused or unavailable"),
    ("cache_hits_total", Kind::Counter, "Facts and answers taken out of the cache, by kind"),
    ("cache_misses_total", Kind::Counter, "Facts and answers that were not in the cache, by kind"),
    ("cache_drops_total", Kind::Counter, "Things that events and other changes dropped from the cache"),
    ("cache_bytes", Kind::Gauge, "Memory that the cache takes, about"),
    ("jobs_waiting", Kind::Gauge, "Jobs that are not done, by kind and state"),
    ("parked_work", Kind::Gauge, "Jobs and deliveries that were tried to the limit and wait for a human"),
    ("overdue_work", Kind::Gauge, "Jobs and deliveries that are due for more than an hour, and that no worker takes"),
    ("outbox_lag_seconds", Kind::Gauge, "Age of the oldest event that some consumer has not seen"),
    ("search_lag_seconds", Kind::Gauge, "Age of the oldest event that lists and search have not seen"),
    ("search_index_lag_seconds", Kind::Gauge, "Time since a store's search index last knew everything, by store"),
    ("database_connections", Kind::Gauge, "Connections of the pool, by state"),
    ("database_disk_full", Kind::Gauge, "Whether PostgreSQL refused to write for want of room, and has none yet: 1, or 0"),
    ("process_resident_memory_bytes", Kind::Gauge, "Memory the program takes"),
    ("souk_build_info", Kind::Gauge, "Always 1, with the version"),
];

/// What the domain `cart` counts as changes of carts.
pub(crate) const CART_OPERATIONS: &[&str] = &["add", "change", "remove", "save"];

/// The process's recorder: there can be one.
fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let builder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), BUCKETS)
                .ok()?;
            let handle = builder.install_recorder().ok()?;
            for (name, kind, meaning) in METRICS {
                match kind {
                    Kind::Counter => metrics::describe_counter!(*name, *meaning),
                    Kind::Gauge => metrics::describe_gauge!(*name, *meaning),
                    Kind::Histogram => metrics::describe_histogram!(*name, *meaning),
                }
            }
            // Whoever watches sales takes a missing series for a broken one, and a rate needs a first value.
            for source in orders::Source::ALL {
                metrics::counter!("orders_total", "source" => source.as_str()).increment(0);
            }
            for operation in CART_OPERATIONS {
                metrics::counter!("cart_operations_total", "operation" => *operation).increment(0);
            }
            metrics::gauge!("souk_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
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

/// Gathers measurements until told to stop, so that memory stays bounded when nobody reads the page.
pub(crate) async fn keep_tidy(stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Some(recorder) = recorder() {
            recorder.run_upkeep();
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(TIDY) => {}
        }
    }
}

/// The page that Prometheus reads, at an address of its own.
pub(crate) fn router(database: Database) -> Router {
    Router::new().route("/metrics", get(page)).with_state(database)
}

/// The same among the stores' pages: for callers on this machine, and for nobody whom a proxy let in.
pub(crate) fn router_for_neighbours(database: Database) -> Router {
    router(database).layer(from_fn(refuse_strangers))
}

async fn refuse_strangers(request: Request, next: Next) -> Result<Response, Problem> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_near = peer.is_none_or(|peer| peer.0.ip().to_canonical().is_loopback());
    let is_passed_on = ["forwarded", "x-forwarded-for"]
        .iter()
        .any(|name| request.headers().contains_key(*name));
    if is_near && !is_passed_on {
        return Ok(next.run(request).await);
    }
    Err(Problem::not_found())
}

async fn page(State(database): State<Database>) -> String {
    let (open, idle) = database.pool_use();
    let idle = u32::try_from(idle).unwrap_or_default();
    metrics::gauge!("database_connections", "state" => "idle").set(idle);
    metrics::gauge!("database_connections", "state" => "used").set(open.saturating_sub(idle));
    match database.has_room().await {
        Ok(has_room) => metrics::gauge!("database_disk_full").set(if has_room { 0_u32 } else { 1_u32 }),
        Err(error) => tracing::warn!(%error, "whether the disk has room could not be measured"),
    }
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!("process_resident_memory_bytes").set(bytes);
    }
    if let Err(error) = measure_work(&database).await {
        tracing::warn!(%error, "waiting work could not be measured");
    }
    recorder().map(PrometheusHandle::render).unwrap_or_default()
}

async fn measure_work(database: &Database) -> Result<(), database::Error> {
    let backlog = inspect::backlog(database).await?;
    metrics::gauge!("outbox_lag_seconds").set(backlog.outbox_lag_seconds);
    metrics::gauge!("search_lag_seconds").set(backlog.search_lag_seconds);
    metrics::gauge!("parked_work").set(gauge(backlog.parked));
    metrics::gauge!("overdue_work").set(gauge(backlog.overdue));
    for (kind, queued, parked) in inspect::waiting_jobs(database).await? {
        metrics::gauge!("jobs_waiting", "kind" => kind.clone(), "state" => "queued").set(gauge(queued));
        metrics::gauge!("jobs_waiting", "kind" => kind, "state" => "parked").set(gauge(parked));
    }
    Ok(())
}

fn gauge(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Where the system tells it, in the line `VmRSS:  123 kB`.
fn resident_bytes() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok().map(bytes_of)
}

#[expect(clippy::float_arithmetic, reason = "a measurement, not money")]
fn bytes_of(kilobytes: u32) -> f64 {
    f64::from(kilobytes) * 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sales_are_measured_before_there_are_any() {
        let page = recorder().map(PrometheusHandle::render).unwrap();
        for source in orders::Source::ALL {
            let series = format!("orders_total{{source=\"{}\"}}", source.as_str());
            assert!(page.contains(&series), "{series}: {page}");
        }
        for operation in CART_OPERATIONS {
            let series = format!("cart_operations_total{{operation=\"{operation}\"}}");
            assert!(page.contains(&series), "{series}: {page}");
        }
    }
}

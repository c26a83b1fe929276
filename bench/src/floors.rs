//! What the machine can do at best, measured in the same run: PostgreSQL with the least that an order writes, and a handler
//! that does nothing but answer with as many bytes.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::{
    Router,
    extract::{Path as UrlPath, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use hyper::body::Bytes;
use sqlx::{ConnectOptions as _, postgres::PgConnectOptions};
use tokio::process::Command;

use crate::load::Measured;

/// The database of the floor.
pub(crate) const DATABASE: &str = "floor";
const SCHEMA: &str = include_str!("../sql/floor_schema.sql");
const ORDER: &str = include_str!("../sql/floor_order.sql");
/// The longest answer of the bare handler.
const LONGEST: usize = 4 * 1024 * 1024;

/// Fills the floor's database.
pub(crate) async fn prepare(options: &PgConnectOptions) -> anyhow::Result<()> {
    let mut connection = options.clone().database(DATABASE).connect().await?;
    sqlx::raw_sql(SCHEMA).execute(&mut connection).await?;
    Ok(())
}

/// `pgbench` with the least order.
pub(crate) async fn write_orders(
    sockets: &Path,
    folder: &Path,
    clients: usize,
    time: Duration,
) -> anyhow::Result<Measured> {
    let (script, logs) = (folder.join("floor.sql"), folder.join("floor-log"));
    std::fs::write(&script, ORDER)?;
    let _none = std::fs::remove_dir_all(&logs);
    std::fs::create_dir_all(&logs)?;
    let seconds = time.as_secs().max(1);
    let output = Command::new("pgbench")
        .args([
            "--no-vacuum",
            "--protocol=prepared",
            "--username=souk",
            "--jobs=1",
            "--log",
        ])
        .arg("--host")
        .arg(sockets)
        .arg(format!("--client={clients}"))
        .arg(format!("--time={seconds}"))
        .arg("--log-prefix")
        .arg(logs.join("log"))
        .arg("--file")
        .arg(&script)
        .arg(DATABASE)
        .output()
        .await
        .context("pgbench is missing: install PostgreSQL's client programs")?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "pgbench failed: {complaint}");
    let mut measured = Measured::new()?;
    for entry in std::fs::read_dir(&logs)? {
        read_log(&std::fs::read_to_string(entry?.path())?, &mut measured);
    }
    measured.time = Duration::from_secs(seconds);
    Ok(measured)
}

/// Each line is a transaction: client, number, microseconds, and more.
fn read_log(text: &str, measured: &mut Measured) {
    for line in text.lines() {
        match line.split(' ').nth(2).map(str::parse) {
            Some(Ok(micros)) => measured.note(micros),
            Some(Err(_)) | None => measured.errors += 1,
        }
    }
}

/// `bench bare`: answers `/N` with N bytes.
pub(crate) async fn answer_bare(address: SocketAddr) -> anyhow::Result<()> {
    let bytes = Bytes::from(vec![b'a'; LONGEST]);
    let router = Router::new().route("/{bytes}", get(bare)).with_state(Arc::new(bytes));
    let listener = tokio::net::TcpListener::bind(address).await?;
    Ok(axum::serve(listener, router).await?)
}

async fn bare(State(bytes): State<Arc<Bytes>>, UrlPath(length): UrlPath<usize>) -> Response {
    if length > bytes.len() {
        return StatusCode::NOT_FOUND.into_response();
    }
    (
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        bytes.slice(..length),
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_of_pgbench_is_read() {
        let mut measured = Measured::new().unwrap();
        read_log(
            "0 1 1500 0 1700000000 1\n1 1 1900 0 1700000000 2\n0 2 failed 0 1 1\n",
            &mut measured,
        );
        assert_eq!((measured.count(), measured.errors), (2, 1));
        assert_eq!(measured.latency(990), Some(1900));
    }
}

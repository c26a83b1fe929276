//! A flash sale: far more shoppers than can be served come at once, and a waiting room lets them in one by one.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use hyper::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::buying::{floor_of_crowd, mixed_of_this_run, rate, variants};
use crate::{
    figures::{Milli, micros},
    http::Connection,
    load::{Caller as _, Done, Measured},
    run::{Run, row},
    shoppers::Buyer,
    table::Goal,
};

/// How many times the rate that can be served they come at.
const TIMES: u64 = 10;
/// How often somebody asks again who is told that the server has no time now.
const MOST_ASKS: u32 = 100;

/// The parts of a ticket that a shopper reads.
#[derive(Deserialize)]
struct Place {
    ticket: String,
    wait_seconds: Option<u64>,
}

/// Everybody is served once, in the order of their tickets, and as quickly as if nobody else had come.
pub(super) async fn flash(run: &mut Run) -> anyhow::Result<()> {
    let floor = floor_of_crowd(run).await?;
    let served = rate(mixed_of_this_run(run).await?.per_second).unwrap_or_default();
    let variants = variants(run).await?;
    let said = run.site.program.run(&["key", "flash sale"]).await?;
    let key = said.lines().last().unwrap_or_default();
    let mut desk = Connection::new(run.server.address)
        .with("authorization", format!("Bearer {key}"))
        .with("if-match", "*");
    let per_minute = (served * 60 / 2 / 1_000).clamp(1, 100_000);
    let room = json!({"before": "checkout", "per_minute": per_minute, "admission_minutes": 10});
    open(&mut desk, room).await?;
    let crowd = Crowd {
        address: run.server.address,
        shoppers: if run.times.is_quick() { 1_000 } else { 10_000 },
        per_second: served * TIMES / 1_000,
        variants,
    };
    crate::tell(&format!(
        "a flash sale: {} shoppers, {} a second, and {per_minute} admitted a minute",
        crowd.shoppers, crowd.per_second
    ));
    let (tickets, purchases) = tokio::task::block_in_place(|| crowd.come())?;
    run.told += purchases.count();
    open(&mut desk, json!({"before": "nothing"})).await?;

    let tickets = row("flash sale: tickets", crowd.shoppers, &tickets);
    let mut bought = row("flash sale: purchases", crowd.shoppers, &purchases);
    bought.goals = vec![
        Goal::below(
            format!("{} served", purchases.count()),
            "everybody, once",
            usize::try_from(purchases.count())? == crowd.shoppers,
        ),
        Goal::at_most("floor p99", bought.p99_us, floor.p99_us, Milli(3_000)),
    ];
    run.table.rows.extend([tickets, bought]);
    Ok(())
}

async fn open(desk: &mut Connection, room: serde_json::Value) -> anyhow::Result<()> {
    let answer = desk
        .change(Method::PATCH, "/api/v1/admin/queue", room.to_string())
        .await?;
    answer.expect(StatusCode::OK)?;
    Ok(())
}

/// Shoppers who come whether or not those before them were answered.
struct Crowd {
    address: SocketAddr,
    shoppers: usize,
    per_second: u64,
    variants: Arc<[String]>,
}

/// How long one waited for a ticket, and for the order from the moment at which the ticket admitted.
type Visit = (anyhow::Result<Duration>, Option<anyhow::Result<Duration>>);

impl Crowd {
    fn come(&self) -> anyhow::Result<(Measured, Measured)> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let began = Instant::now();
        let visits = runtime.block_on(join_all((0..self.shoppers).map(|index| self.visit(began, index))));
        let (mut tickets, mut purchases) = (Measured::new()?, Measured::new()?);
        for (ticket, order) in visits {
            note(&mut tickets, ticket);
            if let Some(order) = order {
                note(&mut purchases, order);
            }
        }
        tickets.time = self.arrival(self.shoppers);
        purchases.time = began.elapsed();
        Ok((tickets, purchases))
    }

    /// When a shopper comes, counted from the beginning.
    fn arrival(&self, index: usize) -> Duration {
        let nanos = u64::try_from(index).unwrap_or(u64::MAX).saturating_mul(1_000_000_000);
        Duration::from_nanos(nanos / self.per_second.max(1))
    }

    async fn visit(&self, began: Instant, index: usize) -> Visit {
        let comes = began + self.arrival(index);
        tokio::time::sleep_until(comes.into()).await;
        let client = client(index).to_string();
        let place = match self.take_place(&client).await {
            Ok(place) => place,
            Err(error) => return (Err(error), None),
        };
        let waited = comes.elapsed();
        let admitted = Instant::now() + Duration::from_secs(place.wait_seconds.unwrap_or_default());
        tokio::time::sleep_until(admitted.into()).await;
        let mut http = self.connection(&client).with("queue-ticket", place.ticket);
        let order = match Buyer::of_two(&self.variants, index).operate(&mut http).await {
            Ok(Done::Counted) => Ok(admitted.elapsed()),
            Ok(Done::Over) => Err(anyhow::anyhow!("there was nothing to buy")),
            Err(error) => Err(error),
        };
        (Ok(waited), Some(order))
    }

    async fn take_place(&self, client: &str) -> anyhow::Result<Place> {
        let answer = self.connection(client).post("/api/v1/queue", String::new()).await?;
        Ok(serde_json::from_slice(&answer.expect(StatusCode::CREATED)?.body)?)
    }

    fn connection(&self, client: &str) -> Connection {
        Connection::new(self.address)
            .with("x-forwarded-for", client)
            .patient(MOST_ASKS)
    }
}

fn note(measured: &mut Measured, took: anyhow::Result<Duration>) {
    match took {
        Ok(took) => measured.note(micros(took)),
        Err(error) => measured.fail(&error),
    }
}

/// Everybody has an address of their own.
fn client(index: usize) -> Ipv4Addr {
    let number = u32::try_from(index % (1 << 24)).unwrap_or_default();
    Ipv4Addr::from_bits(Ipv4Addr::new(10, 0, 0, 0).to_bits() | number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_comes_from_elsewhere_and_in_turn() {
        let crowd = Crowd {
            address: SocketAddr::from(([127, 0, 0, 1], 9)),
            shoppers: 10_000,
            per_second: 4_000,
            variants: Arc::from([]),
        };
        assert_eq!(crowd.arrival(0), Duration::ZERO);
        assert_eq!(crowd.arrival(10_000), Duration::from_millis(2_500));
        assert_eq!(
            [0, 1, 300].map(client).map(|client| client.to_string()),
            ["10.0.0.0", "10.0.0.1", "10.0.1.44"]
        );
    }
}

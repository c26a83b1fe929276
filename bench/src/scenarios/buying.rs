//! Orders, beside the floor of PostgreSQL itself.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;

use super::CROWD;
use crate::{
    figures::{Milli, milliseconds},
    floors,
    http::Connection,
    run::{Floor, Run, row},
    seed::FEW,
    shoppers::{Buyer, Collector, open_cart},
    table::{Goal, Row},
};

/// How long it may take until the last piece is sold.
const PATIENCE: Duration = Duration::from_secs(600);

/// `pgbench` at 16 and at 64 clients.
pub(super) async fn floor(run: &mut Run) -> anyhow::Result<()> {
    for clients in [16, CROWD] {
        let what = "floor: pgbench, least order";
        crate::tell(&format!("{what}, {clients} clients"));
        let (sockets, folder) = (run.site.sockets(), run.site.folder.as_path());
        floors::write_orders(sockets, folder, clients, run.times.warm_up).await?;
        let measured = floors::write_orders(sockets, folder, clients, run.times.measured).await?;
        let row = row(what, clients, &measured);
        run.floor = Some(Floor::of(&row));
        run.table.rows.push(row);
    }
    Ok(())
}

pub(super) async fn floor_of_crowd(run: &mut Run) -> anyhow::Result<Floor> {
    if run.floor.is_none() {
        floor(run).await?;
    }
    run.floor.context("the floor was measured")
}

/// Carts of two different things.
pub(super) async fn purchases(run: &mut Run) -> anyhow::Result<()> {
    let floor = floor_of_crowd(run).await?;
    let mut row = mixed(run).await?;
    row.goals = vec![
        Goal::at_least("floor", rate(row.per_second), rate(floor.rate), Milli(1_000)),
        Goal::at_most("floor p99", row.p99_us, floor.p99_us, Milli(3_000)),
    ];
    run.table.rows.push(row);
    Ok(())
}

const MIXED: &str = "purchases through REST";

/// What was measured of mixed carts, or is now.
pub(super) async fn mixed_of_this_run(run: &mut Run) -> anyhow::Result<Row> {
    match run.table.rows.iter().find(|row| row.what == MIXED) {
        Some(row) => Ok(row.clone()),
        None => mixed(run).await,
    }
}

async fn mixed(run: &mut Run) -> anyhow::Result<Row> {
    let variants = variants(run).await?;
    run.measure(MIXED, CROWD, |index| Buyer::of_two(&variants, index)).await
}

/// One variant that everybody buys, compared with the mixed carts of this run.
pub(super) async fn hot(run: &mut Run) -> anyhow::Result<()> {
    let mixed = mixed_of_this_run(run).await?;
    let variant = variant(run, "wanted").await?;
    let mut row = run
        .measure("one hot variant", CROWD, |_index| Buyer::of_one(&variant.variant))
        .await?;
    let goal = Goal::at_least("mixed", rate(row.per_second), rate(mixed.per_second), Milli(800));
    row.goals.push(goal);
    run.table.rows.push(row);
    Ok(())
}

/// A thing that is sold out under the crowd: every piece once, and none twice.
pub(super) async fn scarce(run: &mut Run) -> anyhow::Result<()> {
    let variant = variant(run, "scarce").await?;
    let told = run.told;
    let what = format!("the last {FEW} pieces");
    crate::tell(&what);
    let mut row = run
        .measure_cold(&what, CROWD, PATIENCE, |_index| Buyer::until_sold_out(&variant.variant))
        .await?;
    let sold = run.told - told;
    let left = run.store.remaining(variant.id).await?;
    let is_exact = (sold, left) == (u64::from(FEW), 0);
    let found = format!("{sold} sold, {left} left");
    row.goals.push(Goal::below(found, "exactly the stock", is_exact));
    run.table.rows.push(row);
    Ok(())
}

/// One more piece in a cart that is there.
pub(super) async fn cart(run: &mut Run) -> anyhow::Result<()> {
    let variants = variants(run).await?;
    let mut http = Connection::new(run.server.address);
    let mut carts = Vec::with_capacity(CROWD);
    for _ in 0..CROWD {
        carts.push(open_cart(&mut http).await?);
    }
    drop(http);
    let told = run.told;
    let collector = |index: usize| Collector {
        cart: carts.get(index).cloned().unwrap_or_default(),
        variants: Arc::clone(&variants),
        next: index,
    };
    let mut row = run.measure("add to cart", CROWD, collector).await?;
    run.told = told;
    let statements = row.costs.statements;
    row.goals = vec![
        Goal::below(
            format!(
                "{} SQL",
                statements.map_or("–".to_owned(), |count| count.with_digits(1))
            ),
            "≤ 3 SQL",
            statements.is_some_and(|count| count <= Milli(3_050)),
        ),
        below_ms(row.p99_us, 10),
    ];
    run.table.rows.push(row);
    Ok(())
}

/// A bound of the slowest but one in a hundred.
pub(super) fn below_ms(p99_us: Option<u64>, bound_ms: u64) -> Goal {
    Goal::below(
        format!("p99 {} ms", p99_us.map_or("–".to_owned(), milliseconds)),
        &format!("< {bound_ms} ms"),
        p99_us.is_some_and(|p99| p99 < bound_ms * 1_000),
    )
}

/// A rate as a whole number that can be compared.
pub(super) fn rate(per_second: Option<Milli>) -> Option<u64> {
    per_second.map(|rate| rate.0)
}

pub(super) async fn variants(run: &mut Run) -> anyhow::Result<Arc<[String]>> {
    let products = run.store.list_products("plain-").await?;
    Ok(products.into_iter().map(|product| product.variant).collect())
}

async fn variant(run: &mut Run, slug: &str) -> anyhow::Result<crate::store::Product> {
    let found = run.store.list_products(slug).await?;
    found.into_iter().next().context("the store lacks a product")
}

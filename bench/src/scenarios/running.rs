//! The process itself: how fast it starts, what memory it takes, and that nothing was lost under load.

use std::time::Duration;

use super::CROWD;
use crate::{
    figures::{megabytes, micros, milliseconds},
    run::Run,
    store::Sales,
    table::{Goal, Row},
};

/// How long the start of this run took, and what the server needs at rest.
pub(super) async fn start(run: &mut Run) -> anyhow::Result<()> {
    let took = run.server.first_answer;
    let goal = Goal::below(
        format!("{} ms", milliseconds(micros(took))),
        "< 500 ms",
        took < Duration::from_millis(500),
    );
    run.table.rows.push(Row {
        what: "start to first answer".to_owned(),
        clients: 1,
        p50_us: Some(micros(took)),
        peak_kb: run.server.memory("VmHWM"),
        goals: vec![goal],
        ..Row::default()
    });
    tokio::time::sleep(run.times.warm_up).await;
    remember(run, "memory, idle", 100);
    Ok(())
}

/// What is resident when everything else was measured.
pub(super) async fn memory(run: &mut Run) -> anyhow::Result<()> {
    tokio::time::sleep(run.times.warm_up).await;
    remember(run, "memory, after all of the above", 250);
    Ok(())
}

fn remember(run: &mut Run, what: &str, bound_mb: u64) {
    let resident = run.server.memory("VmRSS").map(megabytes);
    let found = resident.map_or("–".to_owned(), |resident| format!("{resident} MB"));
    let goal = Goal::below(
        found,
        &format!("< {bound_mb} MB"),
        resident.is_some_and(|resident| resident < bound_mb),
    );
    run.table.rows.push(Row {
        what: what.to_owned(),
        clients: if bound_mb == 100 { 0 } else { CROWD },
        peak_kb: run.server.memory("VmHWM"),
        goals: vec![goal],
        ..Row::default()
    });
}

/// Holds what was sold against what buyers were told and what is left, and lets Souk check its books.
pub(crate) async fn prove(run: &mut Run, before: Sales) -> anyhow::Result<()> {
    let after = run.store.count_sales().await?;
    check_sales(before, after, i64::try_from(run.told)?)?;
    run.site.program.run(&["check"]).await?;
    crate::tell(&format!(
        "{} orders, each told to its buyer; {} pieces sold and gone from the stock; souk check is content",
        after.orders - before.orders,
        after.pieces - before.pieces
    ));
    Ok(())
}

/// Orders and pieces agree with what buyers were told.
fn check_sales(before: Sales, after: Sales, told: i64) -> anyhow::Result<()> {
    let (orders, pieces) = (after.orders - before.orders, after.pieces - before.pieces);
    let gone = before.on_hand - after.on_hand;
    anyhow::ensure!(orders == told, "{orders} orders stand, and buyers were told of {told}");
    anyhow::ensure!(pieces == gone, "{pieces} pieces were sold, and {gone} are gone");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_order_or_a_lost_piece_is_noticed() {
        let before = Sales {
            orders: 10,
            pieces: 20,
            on_hand: 100,
        };
        let after = |orders, pieces, on_hand| Sales {
            orders,
            pieces,
            on_hand,
        };
        assert!(check_sales(before, after(13, 26, 94), 3).is_ok());
        assert!(check_sales(before, after(13, 26, 94), 4).is_err());
        assert!(check_sales(before, after(13, 26, 95), 3).is_err());
    }
}

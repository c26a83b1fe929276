//! What hits the program: it is killed at any moment or at a named point of the path of the money, and so is PostgreSQL.

use std::{
    fs::File,
    io::Write as _,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use kernel::SeededEntropy;
use tokio::task::JoinHandle;

use crate::{
    load::{Notes, keep_buying, roll, variants},
    server::{Home, RARE, Server, signal},
};

const BUYERS: u64 = 6;
const FAIL_POINTS: [&str; 5] = ["opening-order", "order-opened", "bank-answered", "settling", "settled"];
/// More answers than ever come.
const NEVER: usize = usize::MAX;

/// What happens in one round. Each blow but that at a fail point comes after so many answers.
#[derive(Debug, Clone, Copy)]
enum Blow {
    /// The program is killed.
    Killed(usize),
    /// It dies at that fail point, the time it passes it.
    DiesAt(&'static str, usize),
    /// PostgreSQL's postmaster is killed.
    PostmasterKilled(usize),
    /// One of its processes is killed, so that it restarts itself.
    BackendKilled(usize),
    /// PostgreSQL is told to restart, and cuts off whoever is at work.
    PostgresEnded(usize),
    /// Every connection of the program is cut.
    ConnectionsCut(usize),
}

/// The first rounds show each kind once; after them chance decides.
fn blow(round: u64, dice: &SeededEntropy) -> Blow {
    let when = roll(dice, 12) + 1;
    let kinds = 5 + FAIL_POINTS.len();
    let kind = usize::try_from(round).unwrap();
    match if kind < kinds { kind } else { roll(dice, kinds) } {
        0 => Blow::Killed(when),
        1 => Blow::PostmasterKilled(when),
        2 => Blow::ConnectionsCut(when),
        3 => Blow::BackendKilled(when),
        4 => Blow::PostgresEnded(when),
        point => Blow::DiesAt(FAIL_POINTS[point - 5], roll(dice, 8) + 1),
    }
}

/// Lets buyers buy until so many answers have come after a blow that the server survives, or until it is dead.
async fn strike(home: &Home, blow: Blow, seed: u64, notes: &Arc<Notes>) {
    let point = match blow {
        Blow::DiesAt(point, passing) => Some(format!("{point}:{passing}")),
        _ => None,
    };
    let mut server = Server::start(home, point.as_deref()).await;
    let address = server.address.clone();
    // A server that is to die at its fail point may pass it for anybody.
    if point.is_none() {
        notes.ask_again(&address).await;
        notes.hold(&address).await;
    }
    let variants = notes.variants.get_or_init(|| variants(&address)).await;
    let before = notes.answers.load(Ordering::SeqCst);
    let buyers = |first: u64, enough: usize| -> Vec<JoinHandle<()>> {
        let enough = before.saturating_add(enough);
        let buyer = |number| {
            let seed = seed.wrapping_mul(1000).wrapping_add(number);
            let (address, notes, variants) = (address.clone(), Arc::clone(notes), Arc::clone(variants));
            tokio::spawn(keep_buying(address, notes, variants, seed, enough))
        };
        (first..first + BUYERS).map(buyer).collect()
    };
    match blow {
        Blow::DiesAt(..) => {
            finished(buyers(0, NEVER)).await;
            server.death().await;
        }
        Blow::Killed(when) => {
            // Others go on when the first have had so many answers and stop: the blow falls into their requests.
            let others = buyers(BUYERS, NEVER);
            finished(buyers(0, when)).await;
            signal("-KILL", &server.process());
            finished(others).await;
            server.death().await;
        }
        Blow::PostmasterKilled(when)
        | Blow::BackendKilled(when)
        | Blow::PostgresEnded(when)
        | Blow::ConnectionsCut(when) => {
            let others = buyers(BUYERS, when + 12);
            finished(buyers(0, when)).await;
            hit_postgres(home, blow).await;
            finished(others).await;
            address.until_ready().await;
            notes.ask_again(&address).await;
            notes.hold(&address).await;
            server.stop().await;
        }
    }
}

async fn hit_postgres(home: &Home, blow: Blow) {
    let postmaster = home.postmaster().unwrap();
    match blow {
        Blow::Killed(_) | Blow::DiesAt(..) => {}
        Blow::PostmasterKilled(_) => signal("-KILL", &postmaster),
        Blow::PostgresEnded(_) => signal("-INT", &postmaster),
        Blow::BackendKilled(_) => {
            let processes = home
                .numbers("SELECT pid FROM pg_stat_activity WHERE application_name = 'souk' LIMIT 1")
                .await;
            for process in processes {
                signal("-KILL", &process.to_string());
            }
        }
        Blow::ConnectionsCut(_) => {
            // Chosen first, or PostgreSQL may end whoever asks before it looks at the name.
            home.numbers(
                "WITH cut AS MATERIALIZED (SELECT pid FROM pg_stat_activity WHERE application_name = 'souk')
                 SELECT pid FROM cut WHERE pg_terminate_backend(pid)",
            )
            .await;
        }
    }
}

async fn finished(buyers: Vec<JoinHandle<()>>) {
    for buyer in buyers {
        buyer.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_order_that_was_told_about_is_lost_or_doubled_by_a_crash() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let long = number("TORTURE_SECONDS").map(Duration::from_secs);
    let (began, seed) = (Instant::now(), number("SEED").unwrap_or(1));
    let dice = SeededEntropy::new(seed);
    let (home, notes) = (Home::new(), Arc::new(Notes::default()));
    home.open_shop().await;
    let mut round = 0;
    // A long run has two hundred rounds at least; a short one shows each kind of blow.
    let rounds = if long.is_some() {
        200
    } else {
        5 + u64::try_from(FAIL_POINTS.len()).unwrap()
    };
    while round < rounds || long.is_some_and(|long| began.elapsed() < long) {
        let blow = blow(round, &dice);
        println!("crashes: SEED={seed}, round {round}: {blow:?}");
        strike(&home, blow, seed.wrapping_add(round), &notes).await;
        if long.is_some() {
            home.check().await;
        }
        round += 1;
    }
    let server = Server::start(&home, None).await;
    notes.ask_again(&server.address).await;
    let rare = notes.hold_all(&server.address).await;
    assert!(rare <= RARE, "{rare} pieces sold of {RARE}");
    server.stop().await;
    home.check().await;
    let (answers, refusals) = (
        notes.answers.load(Ordering::SeqCst),
        notes.refusals.load(Ordering::SeqCst),
    );
    println!(
        "crashes: {} orders told, {answers} answers, {refusals} refusals",
        notes.orders()
    );
    assert!(notes.orders() > 0);
    if let Ok(tally) = std::env::var("TORTURE_TALLY") {
        let mut tally = File::options().append(true).open(tally).unwrap();
        tally.write_all(format!("{answers} crashes\n").as_bytes()).unwrap();
    }
}

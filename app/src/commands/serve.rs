//! `souk serve`, `souk worker` and `souk demo`.

use chrono::Datelike as _;
use std::{net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use clap::ValueEnum as _;
use database::{cache, worker};
use demo::DemoLogins;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use super::say;
use crate::{
    cli::Role,
    config::Config,
    http, indexing, kept,
    listen::Listen,
    measure, periodic,
    program::{Company, Opened, Program},
};

/// Does what the roles say until told to stop.
pub(crate) async fn serve(config: Config, roles: &[Role]) -> anyhow::Result<ExitCode> {
    measure::start();
    let stop = stop_signal()?;
    let mut opened = Opened::open_to_seal(&config, Company::Alone).await?;
    let database = opened.database.clone();
    let served = async {
        let program = Program::new(&config, &database, false).await?;
        run_on(listen(&config).await?, &config, &program, roles, stop, |address| {
            say(&format!("Souk is ready at {address}"));
        })
        .await
    };
    let served = opened.watched_over(served).await;
    opened.close().await?;
    served.map(|()| ExitCode::SUCCESS)
}

/// Serves two demo stores, which the first run makes.
pub(crate) async fn demo(config: Config) -> anyhow::Result<ExitCode> {
    measure::start();
    let listener = listen(&config).await?;
    let stop = stop_signal()?;
    let mut opened = Opened::open(&config, Company::Alone).await?;
    let database = opened.database.clone();
    let served = async {
        let program = Program::new(&config, &database, true).await?;
        let captures = |captures: &[(kernel::AttemptId, kernel::Money)]| program.sandbox.record_history(captures);
        let token = format!("tok_success.12{:02}", (database.now().year() + 3) % 100);
        let card = |customer| program.sandbox.keep_card(customer, &token);
        let remember = demo::Remember {
            captures: &captures,
            card: &card,
        };
        let logins = tokio::select! {
            seeded = demo::seed(&database, program.blobs.as_ref(), remember) => seeded?,
            () = stop.cancelled() => return Ok(()),
        };
        let port = listener.local_addr()?.port();
        run_on(
            listener,
            &config,
            &program,
            Role::value_variants(),
            stop.clone(),
            |address| say(&welcome(&address, port, &logins)),
        )
        .await
    };
    let served = opened.watched_over(served).await;
    opened.close().await?;
    served.map(|()| ExitCode::SUCCESS)
}

/// Runs background work only.
pub(crate) async fn worker(config: Config) -> anyhow::Result<ExitCode> {
    let stop = stop_signal()?;
    let mut opened = Opened::open_to_seal(&config, Company::Beside).await?;
    let database = opened.database.clone();
    let ran = async {
        let program = Program::new(&config, &database, false).await?;
        say("Souk's worker is running.");
        background(&config, &program, stop).await
    };
    let ran = opened.watched_over(ran).await;
    opened.close().await?;
    ran.map(|()| ExitCode::SUCCESS)
}

async fn run_on(
    listener: TcpListener,
    config: &Config,
    program: &Program,
    roles: &[Role],
    stop: CancellationToken,
    ready: impl FnOnce(String),
) -> anyhow::Result<()> {
    let measuring = match config.metrics_listen {
        Some(address) => Some(bind(address.0, "--metrics-listen").await?),
        None => None,
    };
    let router = http::router_of(program, roles);
    let address = Config {
        listen: Listen(listener.local_addr()?),
        ..config.clone()
    }
    .public_url();
    // What is published from now on waits for the consumers of this version, even while the worker is of an older one.
    worker::enrol_all(program.app.database(), &program.registry(config)?).await?;
    ready(address);
    let closed = CancellationToken::new();
    let settings = program.app.settings();
    let serving = web::serve(listener, router, settings, closed.clone());
    let measured = async {
        match measuring {
            Some(listener) => {
                let router = measure::router(program.app.database().clone());
                web::serve(listener, router, settings, closed.clone()).await
            }
            None => Ok(()),
        }
    };
    let working = async {
        if roles.contains(&Role::Worker) {
            background(config, program, stop.clone()).await
        } else {
            Ok(())
        }
    };
    let indexing = async {
        if let Some(engine) = program.search.clone() {
            indexing::run(program.app.database().clone(), engine, stop.clone()).await;
        }
    };
    let (served, measured, worked, (), (), (), ()) = tokio::join!(
        serving,
        measured,
        working,
        cache::follow(program.app.database().clone(), kept::EVENTS, stop.clone()),
        drain(program, config, &stop, closed.clone()),
        measure::keep_tidy(stop.clone()),
        indexing,
    );
    served?;
    measured?;
    worked
}

/// When told to stop, turns `/readyz` red at once and closes the door after the time that load balancers need to see it.
async fn drain(program: &Program, config: &Config, stop: &CancellationToken, closed: CancellationToken) {
    stop.cancelled().await;
    program.app.drain();
    tokio::time::sleep(Duration::from_secs(config.drain_seconds.into())).await;
    closed.cancel();
}

async fn background(config: &Config, program: &Program, stop: CancellationToken) -> anyhow::Result<()> {
    let database = program.app.database().clone();
    let registry = Arc::new(program.registry(config)?);
    tokio::join!(
        worker::run(database.clone(), registry, stop.clone()),
        periodic::run(database, program.gateways.clone(), stop),
    );
    Ok(())
}

async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    bind(config.listen.0, "--listen").await
}

async fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| format!("nothing can listen on {address}: choose another address with {flag}"))
}

/// Cancelled by Ctrl-C, by the system's request to end, or when the terminal is closed.
pub(super) fn stop_signal() -> anyhow::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let cancelled = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
        cancelled.cancel();
    });
    Ok(stop)
}

fn welcome(address: &str, port: u16, logins: &DemoLogins) -> String {
    let mut text = format!("Souk is ready at {address}\n");
    for (index, store) in logins.stores.iter().enumerate() {
        let url = if index == 0 {
            address.to_owned()
        } else {
            format!("http://{}:{port}", store.host)
        };
        text.push_str(&format!(
            "\n  {}: {url}\n    shopper  {} / {}\n",
            store.name, store.customer_email, store.customer_password
        ));
        text.push_str(&format!(
            "    staff    {} / {}  ({url}/admin)\n",
            logins.admin_email, logins.admin_password
        ));
    }
    text.push_str("\nCtrl-C stops everything.");
    text
}

//! One run: the server, the load on it, and what that costs.

use std::time::Duration;

use crate::{
    figures::{Milli, micros},
    load::{self, Caller, Load, Measured},
    process,
    server::Server,
    site::Site,
    store::Store,
    table::{Costs, Row, Table},
};

/// How long things are measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    /// Before anything counts.
    pub(crate) warm_up: Duration,
    /// What counts.
    pub(crate) measured: Duration,
}

impl Times {
    /// Whether this is a look in between.
    pub(crate) fn is_quick(self) -> bool {
        self.measured < Duration::from_secs(5)
    }
}

/// Everything a scenario needs, and the table it adds to.
pub(crate) struct Run {
    /// The installation.
    pub(crate) site: Site,
    /// Souk, serving it.
    pub(crate) server: Server,
    /// A look into its database.
    pub(crate) store: Store,
    /// How long.
    pub(crate) times: Times,
    /// Whether to tell which statements took longest.
    pub(crate) shows_statements: bool,
    /// What was found so far.
    pub(crate) table: Table,
    /// Orders that buyers were told of, warming up included.
    pub(crate) told: u64,
    /// The floor of writing, once it is measured.
    pub(crate) floor: Option<Floor>,
}

/// A figure that others are compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Floor {
    /// Operations a second.
    pub(crate) rate: Option<Milli>,
    /// What all but one in a hundred did not exceed, in microseconds.
    pub(crate) p99_us: Option<u64>,
}

impl Floor {
    /// The figures of a row.
    pub(crate) fn of(row: &Row) -> Self {
        Self {
            rate: row.per_second,
            p99_us: row.p99_us,
        }
    }
}

impl Run {
    /// Lets callers ask Souk, first to warm up, then to be measured. The row is not in the table yet.
    pub(crate) async fn measure<C: Caller>(
        &mut self,
        what: &str,
        callers: usize,
        make: impl Fn(usize) -> C + Sync,
    ) -> anyhow::Result<Row> {
        crate::tell(what);
        let load = Load {
            address: self.server.address,
            callers,
            time: self.times.warm_up,
        };
        let warmed = tokio::task::block_in_place(|| load::run(&load, &make))?;
        self.told += warmed.count();
        let time = self.times.measured;
        self.measure_cold(what, callers, time, make).await
    }

    /// The same at once, and for so long unless the callers have nothing left to do.
    pub(crate) async fn measure_cold<C: Caller>(
        &mut self,
        what: &str,
        callers: usize,
        time: Duration,
        make: impl Fn(usize) -> C + Sync,
    ) -> anyhow::Result<Row> {
        let load = Load {
            address: self.server.address,
            callers,
            time,
        };
        self.store.forget_statements().await?;
        let before = self.processor_times();
        let measured = tokio::task::block_in_place(|| load::run(&load, make))?;
        let after = self.processor_times();
        let (statements, transactions) = self.store.count_statements().await?;
        self.told += measured.count();
        let each = |whole| Milli::ratio(whole, measured.count());
        let costs = Costs {
            requests: each(measured.requests),
            statements: each(statements),
            transactions: each(transactions),
            server_us: each(micros(after.0.saturating_sub(before.0))),
            postgres_us: each(micros(after.1.saturating_sub(before.1))),
        };
        if self.shows_statements {
            self.tell_statements(&measured).await?;
        }
        Ok(Row {
            costs,
            peak_kb: self.server.memory("VmHWM"),
            ..row(what, callers, &measured)
        })
    }

    /// The bare handler with answers of so many bytes.
    pub(crate) async fn measure_bare(&self, callers: usize, bytes: usize) -> anyhow::Result<Row> {
        let server = Server::bare().await?;
        let page = [format!("/{bytes}")].into();
        let mut load = Load {
            address: server.address,
            callers,
            time: self.times.warm_up,
        };
        let make = |index| crate::shoppers::Reader::again(&page, index);
        tokio::task::block_in_place(|| load::run(&load, make))?;
        load.time = self.times.measured;
        let before = process::processor_time(server.id());
        let measured = tokio::task::block_in_place(|| load::run(&load, make))?;
        let taken = process::processor_time(server.id()).saturating_sub(before);
        let costs = Costs {
            requests: Milli::ratio(measured.requests, measured.count()),
            server_us: Milli::ratio(micros(taken), measured.count()),
            ..Costs::default()
        };
        let row = Row {
            costs,
            peak_kb: server.memory("VmHWM"),
            ..row(&format!("floor: bare handler, {bytes} bytes"), callers, &measured)
        };
        server.stop().await?;
        Ok(row)
    }

    /// Souk's and PostgreSQL's.
    pub(crate) fn processor_times(&self) -> (Duration, Duration) {
        (
            process::processor_time(self.server.id()),
            process::family_time(self.site.postmaster()),
        )
    }

    async fn tell_statements(&mut self, measured: &Measured) -> anyhow::Result<()> {
        for costly in self.store.list_costly().await? {
            let per_operation = u64::try_from(costly.calls)
                .ok()
                .and_then(|calls| Milli::ratio(calls, measured.count()));
            let query: String = costly.query.chars().take(150).collect();
            crate::tell(&format!(
                "  {} an operation, {} µs each, {} rows in all: {query}",
                per_operation.map_or("–".to_owned(), |calls| calls.with_digits(2)),
                costly.micros / costly.calls.max(1),
                costly.rows,
            ));
        }
        Ok(())
    }
}

/// The row of what was measured, without costs; the first failure is told at once.
pub(crate) fn row(what: &str, callers: usize, measured: &Measured) -> Row {
    if let Some(error) = &measured.first_error {
        crate::tell(&format!("{what}: {} failed, the first with: {error}", measured.errors));
    }
    Row {
        what: what.to_owned(),
        clients: callers,
        per_second: measured.rate(),
        p50_us: measured.latency(500),
        p99_us: measured.latency(990),
        errors: measured.errors,
        ..Row::default()
    }
}

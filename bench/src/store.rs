//! What the database itself tells: how many statements were run, what was sold, and which variants can be bought.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use sqlx::{ConnectOptions as _, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

const POLL: Duration = Duration::from_millis(250);
const COLLECT: &str = "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'";
const IS_COLLECTING: &str = "SELECT current_setting('shared_preload_libraries') = 'pg_stat_statements'";
const INSTALL: &str = "CREATE EXTENSION IF NOT EXISTS pg_stat_statements";
const RESET: &str = "SELECT pg_stat_statements_reset()";
const COUNT: &str = "SELECT \
    coalesce(sum(calls) FILTER (WHERE query !~* '^(begin|start|commit|rollback|set)'), 0)::bigint, \
    coalesce(sum(calls) FILTER (WHERE query ~* '^(begin|start)'), 0)::bigint \
    FROM pg_stat_statements \
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND query !~ 'pg_stat_statements'";
const MOST_COSTLY: &str = "SELECT calls, (total_exec_time * 1000)::bigint, rows, regexp_replace(query, '\\s+', ' ', 'g') \
    FROM pg_stat_statements \
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND query !~ 'pg_stat_statements' \
    ORDER BY total_exec_time DESC LIMIT 40";
const SETTLE: &str = "VACUUM (ANALYZE)";
const CHECKPOINT: &str = "CHECKPOINT";
const LIST_PRODUCTS: &str = "SELECT v.id FROM catalog.products p \
    JOIN catalog.variants v ON v.store_id = p.store_id AND v.product_id = p.id AND v.position = 0 \
    WHERE p.slug LIKE $1 ORDER BY p.slug";
const COUNT_SALES: &str = "SELECT \
    (SELECT count(*) FROM orders.orders WHERE status <> 'cancelled'), \
    (SELECT coalesce(sum(l.quantity), 0)::bigint FROM orders.lines l \
        JOIN orders.orders o ON o.store_id = l.store_id AND o.id = l.order_id WHERE o.status <> 'cancelled'), \
    (SELECT coalesce(sum(on_hand), 0)::bigint FROM inventory.levels)";
const COUNT_WAITING: &str = "SELECT (SELECT count(*) FROM platform.unheard) \
    + (SELECT count(*) FROM platform.deliveries WHERE state = 'queued') \
    + (SELECT count(*) FROM platform.jobs WHERE state = 'queued' AND kind = 'send_mail')";
const REMAINING: &str = "SELECT on_hand FROM inventory.levels WHERE variant_id = $1";

/// A product that can be bought.
#[derive(Debug, Clone)]
pub(crate) struct Product {
    /// Its first variant, as the API names it.
    pub(crate) variant: String,
    /// The same in the database.
    pub(crate) id: Uuid,
}

/// What was sold so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sales {
    /// Orders that stand.
    pub(crate) orders: i64,
    /// Pieces in them.
    pub(crate) pieces: i64,
    /// Pieces that are left.
    pub(crate) on_hand: i64,
}

/// A statement that took long, all its runs together.
#[derive(Debug)]
pub(crate) struct Costly {
    /// How often it ran.
    pub(crate) calls: i64,
    /// How long it took in all, in microseconds.
    pub(crate) micros: i64,
    /// How many rows it gave or changed in all.
    pub(crate) rows: i64,
    /// The statement.
    pub(crate) query: String,
}

/// A connection for looking.
pub(crate) struct Store(PgConnection);

impl Store {
    /// Connects.
    pub(crate) async fn connect(options: &PgConnectOptions) -> anyhow::Result<Self> {
        Ok(Self(options.connect().await.context("the database cannot be reached")?))
    }

    /// Whether PostgreSQL counts statements; when not, it will after its next start.
    pub(crate) async fn collects(&mut self) -> anyhow::Result<bool> {
        let collects: bool = sqlx::query_scalar(IS_COLLECTING).fetch_one(&mut self.0).await?;
        if !collects {
            sqlx::query(COLLECT).execute(&mut self.0).await?;
        }
        Ok(collects)
    }

    /// Lets this database tell of its statements.
    pub(crate) async fn install_counters(&mut self) -> anyhow::Result<()> {
        let installed = sqlx::query(INSTALL).execute(&mut self.0).await;
        installed.context("PostgreSQL lacks pg_stat_statements: install postgresql-contrib")?;
        Ok(())
    }

    /// Makes a database anew, as a copy of a template.
    pub(crate) async fn copy_database(&mut self, name: &'static str, template: &'static str) -> anyhow::Result<()> {
        let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        let create = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        for statement in [drop, create] {
            sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut self.0).await?;
        }
        Ok(())
    }

    /// Statistics, visibility and pages as they are in a store that has stood for a while.
    pub(crate) async fn settle(&mut self) -> anyhow::Result<()> {
        sqlx::query(SETTLE).execute(&mut self.0).await?;
        Ok(())
    }

    /// Writes out what the runs before left to write, so that each begins alike.
    pub(crate) async fn checkpoint(&mut self) -> anyhow::Result<()> {
        sqlx::query(CHECKPOINT).execute(&mut self.0).await?;
        Ok(())
    }

    /// Forgets the statements so far.
    pub(crate) async fn forget_statements(&mut self) -> anyhow::Result<()> {
        sqlx::query(RESET).execute(&mut self.0).await?;
        Ok(())
    }

    /// Statements and transactions since they were forgotten.
    pub(crate) async fn count_statements(&mut self) -> anyhow::Result<(u64, u64)> {
        let (statements, transactions): (i64, i64) = sqlx::query_as(COUNT).fetch_one(&mut self.0).await?;
        Ok((statements.try_into()?, transactions.try_into()?))
    }

    /// The statements that took longest since they were forgotten.
    pub(crate) async fn list_costly(&mut self) -> anyhow::Result<Vec<Costly>> {
        let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(MOST_COSTLY).fetch_all(&mut self.0).await?;
        let of_row = |(calls, micros, rows, query)| Costly {
            calls,
            micros,
            rows,
            query,
        };
        Ok(rows.into_iter().map(of_row).collect())
    }

    /// The products whose address begins so, in the order of their addresses.
    pub(crate) async fn list_products(&mut self, beginning: &str) -> anyhow::Result<Vec<Product>> {
        let rows: Vec<Uuid> = sqlx::query_scalar(LIST_PRODUCTS)
            .bind(format!("{beginning}%"))
            .fetch_all(&mut self.0)
            .await?;
        let of_row = |id| Product {
            variant: kernel::VariantId::from(id).to_string(),
            id,
        };
        Ok(rows.into_iter().map(of_row).collect())
    }

    /// Waits until the worker has done what events and mails ask for.
    pub(crate) async fn until_worked_off(&mut self, patience: Duration) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let waiting: i64 = sqlx::query_scalar(COUNT_WAITING).fetch_one(&mut self.0).await?;
            if waiting == 0 {
                return Ok(());
            }
            anyhow::ensure!(
                began.elapsed() < patience,
                "{waiting} pieces of work still wait for the worker"
            );
            tokio::time::sleep(POLL).await;
        }
    }

    /// What was sold so far.
    pub(crate) async fn count_sales(&mut self) -> anyhow::Result<Sales> {
        let (orders, pieces, on_hand) = sqlx::query_as(COUNT_SALES).fetch_one(&mut self.0).await?;
        Ok(Sales {
            orders,
            pieces,
            on_hand,
        })
    }

    /// How many pieces of a variant are left.
    pub(crate) async fn remaining(&mut self, variant: Uuid) -> anyhow::Result<i64> {
        Ok(sqlx::query_scalar(REMAINING)
            .bind(variant)
            .fetch_one(&mut self.0)
            .await?)
    }
}

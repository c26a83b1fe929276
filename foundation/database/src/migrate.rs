//! Applies the migrations, one process at a time.

use crate::{Database, Error};

/// Every migration, compiled in.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// Lets the audit log see tables that are new.
const WATCH_CHANGES: &str = "SELECT platform.watch_changes()";

/// Brings the database to this program's schema. Migrations already applied are skipped; a second process waits.
pub async fn migrate(database: &Database) -> Result<(), Error> {
    MIGRATIONS.run(database.pool()).await?;
    sqlx::query(WATCH_CHANGES).execute(database.pool()).await?;
    Ok(())
}

//! Applies the migrations, one process at a time.

use sqlx::{Connection as _, migrate::MigrateError};

use crate::{Database, Error};

/// Every migration, compiled in.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// Lets the audit log see tables that are new.
const WATCH_CHANGES: &str = "SELECT platform.watch_changes()";
/// Sees whether PostgreSQL's own programs have brought the database to another server.
const KNOW_SERVER: &str = "SELECT platform.know_server()";
/// Lets the program work with them, and only add to what is append-only.
const GRANT_PROGRAM: &str = "SELECT platform.grant_program()";

/// Brings the database to this program's schema. Migrations already applied are skipped; a second process waits. The
/// connection is one of its own, as the owner of the schema: those of the pool may only read and write rows.
pub async fn migrate(database: &Database) -> Result<(), Error> {
    let mut owner = database.connect_as_owner().await?;
    MIGRATIONS.run(&mut owner).await.map_err(refused)?;
    sqlx::query(WATCH_CHANGES).execute(&mut owner).await?;
    sqlx::query(GRANT_PROGRAM).execute(&mut owner).await?;
    sqlx::query(KNOW_SERVER).execute(&mut owner).await?;
    Ok(owner.close().await?)
}

fn refused(error: MigrateError) -> Error {
    const INSUFFICIENT_PRIVILEGE: &str = "42501";
    let cause = match &error {
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => cause.as_database_error(),
        _ => None,
    };
    match cause.and_then(sqlx::error::DatabaseError::code) {
        Some(code) if code == INSUFFICIENT_PRIVILEGE => Error::MayNotMigrate(error),
        _ => Error::Migration(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestDatabase;

    #[tokio::test]
    async fn a_role_that_may_not_make_tables_is_told_what_to_do() {
        let db = TestDatabase::new().await;
        let made = sqlx::query("CREATE TABLE public.mine ()")
            .execute(db.database().pool())
            .await;
        let error = refused(MigrateError::Execute(made.unwrap_err()));
        assert!(matches!(error, Error::MayNotMigrate(_)), "{error:?}");
        assert!(error.to_string().contains("ALTER DATABASE"), "{error}");
        let other = refused(MigrateError::VersionMissing(1));
        assert!(matches!(other, Error::Migration(_)), "{other:?}");
    }
}

//! Databases that begin with more than the migrations make: filled once for a test program, copied for each of its tests.

use std::time::UNIX_EPOCH;

use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, PgConnection};

use super::{
    TestDatabase,
    server::{Server, TEMPLATE_LOCK, UNLOCK, databases_like, disconnect_everybody, execute, hex},
};

/// Another seed than a test's, as the template's is.
const FILLING_SEED: u64 = 7;

impl TestDatabase {
    /// A copy of the database that `fill` has filled, and what `fill` said of it. It is filled when the first test asks, and anew
    /// when the test program was built anew. Filling must not move the clock, which stands at the same time in every copy.
    pub async fn filled(fill: impl AsyncFnOnce(&Self) -> String) -> (Self, String) {
        let (server, mut connection) = Self::maintenance().await;
        let [program, build] = identity();
        let (family, template) = (
            format!("souk_filled_{program}_"),
            format!("souk_filled_{program}_{build}"),
        );
        if said_of(&mut connection, &template).await.is_none() {
            execute(&mut connection, TEMPLATE_LOCK.to_owned()).await;
            if said_of(&mut connection, &template).await.is_none() {
                for old in databases_like(&mut connection, &format!("{}%", family.replace('_', r"\_"))).await {
                    execute(&mut connection, format!("DROP DATABASE IF EXISTS {old} WITH (FORCE)")).await;
                }
                make(&server, &mut connection, &template, fill).await;
            }
            execute(&mut connection, UNLOCK.to_owned()).await;
        }
        let said = said_of(&mut connection, &template).await.expect("a filled template");
        let copy = server.copy_of(&mut connection, &template).await;
        connection.close().await.expect("the connection closes");
        (Self::open(server, copy, super::TEST_SEED).await, said)
    }
}

/// Fills it under another name and renames it: a template that exists is complete.
async fn make(
    server: &Server,
    connection: &mut PgConnection,
    template: &str,
    fill: impl AsyncFnOnce(&TestDatabase) -> String,
) {
    let unfinished = server.copy_of(connection, &server.template).await;
    let database = TestDatabase::open(server.clone(), unfinished.clone(), FILLING_SEED).await;
    let said = fill(&database).await.replace('\'', "''");
    database.database().close().await;
    disconnect_everybody(connection, &unfinished)
        .await
        .expect("the filled database is left");
    execute(connection, format!("COMMENT ON DATABASE {unfinished} IS '{said}'")).await;
    execute(connection, format!("ALTER DATABASE {unfinished} RENAME TO {template}")).await;
}

/// What was said of a template; nothing while it is not there.
async fn said_of(connection: &mut PgConnection, template: &str) -> Option<String> {
    sqlx::query_scalar("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1")
        .bind(template)
        .fetch_optional(connection)
        .await
        .expect("databases are listed")
}

/// The test program, and what tells this build of it from others.
fn identity() -> [String; 2] {
    let program = std::env::current_exe().expect("a path");
    let facts = program.metadata().expect("the test program is a file");
    let modified = facts.modified().expect("files have a time");
    let modified = modified.duration_since(UNIX_EPOCH).expect("a time of this age");
    [
        program.to_string_lossy().into_owned(),
        format!("{} {modified:?}", facts.len()),
    ]
    .map(|text| hex(Sha256::digest(text).get(..8).expect("a digest has 32 bytes")))
}

//! What every table must be, asked of PostgreSQL itself after all migrations.

use crate::testing::TestDatabase;

/// Tables of the installation rather than of one store.
const SHARED: &[&str] = &[
    "platform.stores",
    "platform.store_hosts",
    "platform.secrets",
    "platform.consumers",
    "platform.installation",
    "public._sqlx_migrations",
];

const TABLES: &str = "
    SELECT n.nspname || '.' || c.relname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'";

/// Primary keys and unique indexes whose first column is not the store.
const KEYS_WITHOUT_STORE: &str = "
    SELECT i.indrelid::regclass || ' ' || i.indexrelid::regclass
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_attribute store ON store.attrelid = c.oid AND store.attname = 'store_id'
    WHERE i.indisunique AND i.indkey[0] <> store.attnum AND c.oid <> 'platform.store_hosts'::regclass";

/// Foreign keys between tables of stores that would let a row point into another store.
const LEAKY_FOREIGN_KEYS: &str = "
    SELECT k.conrelid::regclass || ' ' || k.conname
    FROM pg_constraint k
    JOIN pg_attribute own ON own.attrelid = k.conrelid AND own.attname = 'store_id'
    JOIN pg_attribute other ON other.attrelid = k.confrelid AND other.attname = 'store_id'
    WHERE k.contype = 'f' AND (k.conkey[1] <> own.attnum OR k.confkey[1] <> other.attnum)";

/// Foreign keys whose first two columns no index begins with: deleting or joining would read all rows of the store.
const FOREIGN_KEYS_WITHOUT_INDEX: &str = "
    SELECT k.conrelid::regclass || ' ' || k.conname
    FROM pg_constraint k
    WHERE k.contype = 'f' AND k.confrelid <> 'platform.stores'::regclass AND NOT EXISTS (
        SELECT FROM pg_index i
        WHERE i.indrelid = k.conrelid
          AND (i.indkey::int2[])[0:1] @> k.conkey[1:2])";

const COLUMNS_OF_A_WRONG_TYPE: &str = "
    SELECT table_schema || '.' || table_name || '.' || column_name || ' is ' || data_type
    FROM information_schema.columns
    WHERE table_schema NOT LIKE 'pg\\_%' AND table_schema <> 'information_schema' AND table_name <> '_sqlx_migrations'
      AND data_type IN ('real', 'double precision', 'money', 'timestamp without time zone', 'character varying', 'json')";

async fn rows(database: &TestDatabase, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql)
        .fetch_all(database.database().pool())
        .await
        .expect("the catalogue answers")
}

#[tokio::test]
async fn every_table_belongs_to_a_store() {
    let database = TestDatabase::new().await;
    let with_store: Vec<String> = rows(
        &database,
        "SELECT attrelid::regclass::text FROM pg_attribute WHERE attname = 'store_id' AND attnotnull AND NOT attisdropped",
    )
    .await;
    let tables = rows(&database, TABLES).await;
    assert!(tables.len() > 40, "all migrations ran");
    let homeless: Vec<&String> = tables
        .iter()
        .filter(|name| !SHARED.contains(&name.as_str()) && !with_store.contains(name))
        .collect();
    assert!(homeless.is_empty(), "tables without store_id: {homeless:?}");
}

#[tokio::test]
async fn the_catalogue_of_postgresql_shows_no_broken_rule() {
    let database = TestDatabase::new().await;
    for (rule, sql) in [
        ("keys begin with the store", KEYS_WITHOUT_STORE),
        ("foreign keys stay within the store", LEAKY_FOREIGN_KEYS),
        ("foreign keys have an index", FOREIGN_KEYS_WITHOUT_INDEX),
        (
            "money is bigint, time has a zone, text is text",
            COLUMNS_OF_A_WRONG_TYPE,
        ),
    ] {
        let broken = rows(&database, sql).await;
        assert!(broken.is_empty(), "{rule}, but not:\n{}", broken.join("\n"));
    }
}

#[tokio::test]
async fn a_store_that_rows_may_belong_to_is_never_deleted() {
    let database = TestDatabase::new().await;
    for change in ["DELETE FROM platform.stores", "TRUNCATE platform.stores CASCADE"] {
        let refused = database.as_owner(change).await.unwrap_err().to_string();
        assert!(refused.contains("a store is never deleted"), "{change}: {refused}");
    }
}

//! The databases of tests themselves.

use super::{server::exists, *};

#[tokio::test]
async fn each_test_has_a_database_of_its_own() {
    let (one, other) = (TestDatabase::new().await, TestDatabase::new().await);
    assert_eq!(one.store(), other.store());
    assert_eq!(one.database().now(), start_of_time());
    let second = NewStore {
        slug: "second".to_owned(),
        ..sample_store()
    };
    one.database().ensure_store(&second, &[]).await.expect("a second store");
    assert_eq!(one.database().list_stores().await.expect("stores").len(), 2);
    assert_eq!(other.database().list_stores().await.expect("stores").len(), 1);
}

#[tokio::test]
async fn a_dropped_test_database_is_gone() {
    let database = TestDatabase::new().await;
    let (server, name) = (database.server.clone(), database.name.clone());
    drop(database);
    let mut connection = server.connect().await;
    assert!(!exists(&mut connection, &name).await);
    connection.close().await.expect("the connection closes");
}

#[tokio::test]
async fn a_wrong_statement_is_named() {
    let database = TestDatabase::new().await;
    let statements = [
        ("GOOD", "SELECT id FROM platform.stores"),
        ("BAD", "SELECT id FROM platform.storez"),
    ];
    let refused = database.refused(&statements).await;
    assert!(
        refused.len() == 1 && refused.iter().all(|line| line.starts_with("BAD: ")),
        "{refused:?}"
    );
}

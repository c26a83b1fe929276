//! Stores by host name, as the database has them.

use axum::{Router, routing::get};
use database::{stores::NewStore, testing::TestDatabase};
use kernel::{Currency, Locale, Store, TaxRounding};

use super::harness::{App, default_theme};
use crate::{AppState, StoreDirectory, Visitor, finish};

fn second_store() -> NewStore {
    let sample = Store::sample();
    NewStore {
        slug: "toko".to_owned(),
        name: "Toko".to_owned(),
        currency: Currency::IDR,
        locale: Locale::ID,
        prices_include_tax: true,
        tax_rounding: TaxRounding::Line,
        country: sample.country,
        email: sample.email,
        time_zone: sample.time_zone,
    }
}

#[tokio::test]
async fn each_host_leads_to_its_store_and_an_unknown_one_to_none() {
    let database = TestDatabase::new().await;
    database
        .database()
        .ensure_store(&second_store(), &["toko.test", "localhost:3001"])
        .await
        .unwrap();
    let directory = StoreDirectory::in_database(database.database().clone(), true);
    let slug = async |host: &str| directory.find(host).await.unwrap().map(|store| store.slug.clone());
    let first = Some(Store::sample().slug);
    assert_eq!(slug(database::testing::HOST).await, first);
    assert_eq!(slug("Toko.test").await, Some("toko".to_owned()));
    assert_eq!(slug("localhost:3001").await, Some("toko".to_owned()));
    assert_eq!(
        slug("localhost:3000").await,
        first,
        "in a demo localhost is the first store"
    );
    assert_eq!(slug("elsewhere.test").await, None);
}

#[tokio::test]
async fn a_page_of_no_store_is_not_found_and_the_database_is_probed() {
    let database = TestDatabase::new().await;
    database
        .database()
        .ensure_store(&second_store(), &["toko.test"])
        .await
        .unwrap();
    let state = AppState::builder(database.database().clone(), default_theme()).build();
    let routes = Router::new().route("/", get(async |visitor: Visitor| visitor.store().name.clone()));
    let app = App::around(finish(&state, routes.with_state(state.clone())));
    let nowhere = app.get("/", &[]).await;
    assert_eq!(nowhere.status, 404);
    assert!(nowhere.text().contains("There is no store at this address."));
    assert_eq!(app.get("/readyz", &[]).await.text(), "ready\n");
    database.database().note_full_disk();
    let full = app.get("/readyz", &[]).await;
    assert_eq!(
        (full.status.as_u16(), full.text().as_str()),
        (200, "ready, but the disk of the database is full\n")
    );
    database.clock().advance(chrono::TimeDelta::seconds(5));
    assert_eq!(app.get("/readyz", &[]).await.text(), "ready\n");
    assert_eq!(App::new().get("/readyz", &[]).await.status, 503);
}

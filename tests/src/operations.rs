//! What an operator does: back up and restore under load, work out lists anew, and split the program into roles.

use std::{path::Path, sync::Arc};

use axum::http::StatusCode;
use database::{
    Scope, Work,
    backup::{self, Server},
    testing::TestDatabase,
};
use souk::{
    archive,
    cli::Role,
    commands::{self, Reindexed, Target},
    config::Config,
    program::Opened,
};

use crate::installation::{GUEST, Installation};

/// The database of a test, as the commands open it.
fn opened(db: &TestDatabase) -> Opened {
    Opened::beside(db.with_connections(1), Server::Address(db.address()))
}

fn config(data: &Path) -> Config {
    Config {
        data: data.to_owned(),
        ..Config::default()
    }
}

/// What of orders does not change any more once they are placed.
const ORDERS: &str = "SELECT string_agg(number || ' ' || total, ', ' ORDER BY number) FROM orders.orders";

#[tokio::test]
async fn a_backup_taken_while_shoppers_buy_comes_back_whole() {
    let souk = Installation::new().await;
    for _ in 0..2 {
        let mut shopper = souk.visitor();
        shopper.add(&souk.alpha.tiles[0], "1").await.expect(303);
        shopper.buy(GUEST).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let archive_file = folder.path().join("souk.tar");
    let source = opened(&souk.db);
    let buying = async {
        for number in 0..6 {
            let mut shopper = souk.visitor();
            shopper.add(&souk.alpha.tiles[number], "1").await.expect(303);
            shopper.buy(&format!("shopper{number}@example.com")).await;
        }
    };
    let backed_up_config = config(souk.folder.path());
    let backing_up = commands::backup_to(&backed_up_config, &source, &archive_file);
    let ((), manifest) = tokio::join!(buying, backing_up);
    let manifest = manifest.unwrap();
    source.close().await.unwrap();
    assert_eq!(souk.order_count().await, 8);
    let kept = manifest.contents.rows["orders.orders"];
    assert!((2..=8).contains(&kept), "{kept}");

    let target = TestDatabase::new().await;
    target.vacate().await;
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let there = opened(&target);
    let refused = commands::restore_into(&config(&data), &there, &archive_file, &manifest, Target::Empty).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("1 stores already: --force"), "{refused}");
    assert_eq!(archive::verify(&archive_file).unwrap(), manifest);
    commands::restore_into(&config(&data), &there, &archive_file, &manifest, Target::Replaced)
        .await
        .unwrap();
    assert_eq!(backup::contents(&there.database).await.unwrap(), manifest.contents);
    let stores = there.database.list_stores().await.unwrap();
    let work = Work::new(there.database.clone(), Scope::system(Arc::clone(&stores[0])));
    let mut ctx = work.read();
    assert_eq!(commands::findings(&mut ctx).await.unwrap(), Vec::<String>::new());
    let restored: String = sqlx::query_scalar(ORDERS)
        .fetch_one(ctx.sql().await.unwrap())
        .await
        .unwrap();
    ctx.rollback().await;
    there.close().await.unwrap();
    let original = souk.word(ORDERS).await;
    assert!(original.starts_with(&restored), "{restored}\n{original}");
}

#[tokio::test]
async fn a_backup_that_cannot_be_read_to_its_end_changes_nothing() {
    let souk = Installation::new().await;
    let folder = tempfile::tempdir().unwrap();
    let source = opened(&souk.db);
    let dump = folder.path().join("dump");
    backup::dump(&source.database, &source.server, &dump).await.unwrap();
    source.close().await.unwrap();
    let whole = std::fs::read(&dump).unwrap();
    std::fs::write(&dump, &whole[..whole.len() - 2_000]).unwrap();

    let target = TestDatabase::new().await;
    let there = opened(&target);
    let before = backup::contents(&there.database).await.unwrap();
    let failed = backup::load(&there.database, &there.server, &dump, &Default::default()).await;
    assert!(failed.is_err());
    assert_eq!(backup::contents(&there.database).await.unwrap(), before);
    there.close().await.unwrap();
}

#[tokio::test]
async fn a_backup_is_not_put_where_a_souk_is_running() {
    let souk = Installation::new().await;
    let folder = tempfile::tempdir().unwrap();
    let archive_file = folder.path().join("souk.tar");
    let source = opened(&souk.db);
    let manifest = commands::backup_to(&config(souk.folder.path()), &source, &archive_file)
        .await
        .unwrap();
    let target = Target::Replaced;
    let refused = commands::restore_into(&config(folder.path()), &source, &archive_file, &manifest, target).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("another Souk uses this database"), "{refused}");
    let again = commands::backup_to(&config(souk.folder.path()), &source, &archive_file).await;
    assert!(again.unwrap_err().to_string().contains("exists"));
    let inside = souk.folder.path().join("souk.tar");
    let inside = commands::backup_to(&config(souk.folder.path()), &source, &inside).await;
    assert!(inside.unwrap_err().to_string().contains("lies in the data folder"));
    source.close().await.unwrap();
}

#[tokio::test]
async fn a_reindex_mends_what_lists_and_search_show_and_then_finds_nothing() {
    let souk = Installation::new().await;
    let work = souk.db.work();
    let products = souk.number("SELECT count(*) FROM catalog.products").await;
    let nothing = Reindexed {
        seen: u64::try_from(products).unwrap(),
        wrong: 0,
    };
    let reindex = async |dry_run| commands::reindex(&work, dry_run, &mut |_seen| {}).await.unwrap();
    souk.drain().await;
    assert_eq!(reindex(true).await, nothing);
    let kept = "SELECT md5(string_agg((price_min, price_max, in_stock, image_url, search)::text, ',' ORDER BY id)) \
        FROM catalog.products";
    let before = souk.word(kept).await;
    let mug = uuid::Uuid::from(souk.alpha.mug.product);
    let lamp = uuid::Uuid::from(souk.alpha.lamp.variant);
    let tile = uuid::Uuid::from(souk.alpha.tiles[3].product);
    for damage in [
        format!("UPDATE catalog.products SET search = '', price_min = 1 WHERE id = '{mug}'"),
        format!("UPDATE catalog.variants SET in_stock = false WHERE id = '{lamp}'"),
        format!("UPDATE catalog.products SET in_stock = false, image_url = 'x' WHERE id = '{tile}'"),
    ] {
        souk.damage(&damage).await;
    }
    assert!(
        !souk
            .visitor()
            .get("/search?q=mug")
            .await
            .body
            .contains(&souk.alpha.mug.slug)
    );
    let three = Reindexed { wrong: 3, ..nothing };
    assert_eq!(reindex(true).await, three);
    assert_eq!(reindex(false).await, three);
    assert_eq!(souk.word(kept).await, before);
    assert!(
        souk.visitor()
            .get("/search?q=mug")
            .await
            .body
            .contains(&souk.alpha.mug.slug)
    );
    assert_eq!((reindex(false).await, reindex(true).await), (nothing, nothing));
}

#[tokio::test]
async fn each_role_answers_for_its_own_routes_and_every_role_can_be_probed() {
    let souk = Installation::new().await;
    for (roles, shop, api) in [
        (&[Role::Web][..], StatusCode::OK, StatusCode::NOT_FOUND),
        (&[Role::Api], StatusCode::NOT_FOUND, StatusCode::OK),
        (&[Role::Worker], StatusCode::NOT_FOUND, StatusCode::NOT_FOUND),
        (&[Role::Web, Role::Api, Role::Worker], StatusCode::OK, StatusCode::OK),
    ] {
        let mut visitor = souk.process_of(roles).await.visitor();
        assert_eq!(visitor.get("/products").await.status, shop, "{roles:?}");
        assert_eq!(visitor.get("/api/v1/products").await.status, api, "{roles:?}");
        for probe in ["/healthz", "/readyz"] {
            visitor.get(probe).await.expect(200);
        }
    }
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_turns_visitors_away_before_it_closes() {
    let souk = Installation::new().await;
    souk.visitor().get("/readyz").await.expect(200);
    souk.program.app.drain();
    let page = souk.visitor().get("/readyz").await.expect(503);
    assert_eq!(page.body, "draining\n");
    souk.visitor().get("/healthz").await.expect(200);
    souk.visitor().get("/products").await.expect(200);
}

//! Redirects on a database.

use database::{Ctx, testing::TestDatabase};
use kernel::{Actor, PageRequest};

use crate::{ListError, PutError, Redirect, find, list, list_after, put, remove};

fn redirects(pairs: &[(&str, &str)]) -> Vec<Redirect> {
    pairs
        .iter()
        .map(|(from, to)| Redirect::parse(from, to).unwrap())
        .collect()
}

async fn put_all(ctx: &mut Ctx, pairs: &[(&str, &str)]) -> Result<u64, PutError> {
    put(ctx, &redirects(pairs)).await
}

#[tokio::test]
async fn a_path_leads_where_it_was_put_last() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let pairs = [("/old", "/new"), ("/shop/", "/products?sort=price"), ("/old", "/newer")];
    assert_eq!(put_all(&mut ctx, &pairs).await.unwrap(), 2);
    assert_eq!(put_all(&mut ctx, &[("/old", "/newest")]).await.unwrap(), 0);
    for (path, to) in [
        ("/old", Some("/newest")),
        ("/old/", Some("/newest")),
        ("/shop", Some("/products?sort=price")),
        ("/other", None),
    ] {
        assert_eq!(find(&mut ctx, path).await.unwrap().as_deref(), to, "{path}");
    }
    let page = list(&mut ctx, "", &PageRequest::first(1)).await.unwrap();
    assert_eq!((page.total, page.items[0].from()), (2, "/old"));
    assert_eq!(list(&mut ctx, "sort", &PageRequest::first(9)).await.unwrap().total, 1);
    let rest = list_after(&mut ctx, Some("/old"), 9).await.unwrap();
    assert_eq!(rest, redirects(&[("/shop", "/products?sort=price")]));
    assert!(remove(&mut ctx, "/old").await.unwrap() && !remove(&mut ctx, "/old").await.unwrap());
    assert_eq!(find(&mut ctx, "/old").await.unwrap(), None);
}

#[tokio::test]
async fn no_circle_can_be_closed() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    put_all(&mut ctx, &[("/a", "/b"), ("/b", "/c?x=1")]).await.unwrap();
    ctx.commit().await.unwrap();
    let mut ctx = db.work().write();
    let circle = put_all(&mut ctx, &[("/c", "/a/"), ("/d", "/a")]).await;
    assert!(matches!(circle, Err(PutError::Circle(paths)) if paths == ["/c"]));
    ctx.rollback().await;
    let mut ctx = db.work().write();
    let both = put_all(&mut ctx, &[("/x", "/y"), ("/y", "/x")]).await;
    assert!(matches!(both, Err(PutError::Circle(paths)) if paths == ["/x", "/y"]));
    ctx.rollback().await;
    let mut ctx = db.work().write();
    assert_eq!(put_all(&mut ctx, &[("/d", "/a")]).await.unwrap(), 1);
}

#[tokio::test]
async fn guests_follow_and_do_not_look_behind() {
    let db = TestDatabase::new().await;
    let mut guest = db.work().acting_as(Actor::Guest).write();
    assert_eq!(find(&mut guest, "/old").await.unwrap(), None);
    let listed = list(&mut guest, "", &PageRequest::first(9)).await;
    assert!(matches!(listed, Err(ListError::Forbidden(_))));
    let put = put_all(&mut guest, &[("/old", "/new")]).await;
    assert!(matches!(put, Err(PutError::Forbidden(_))));
    assert!(remove(&mut guest, "/old").await.is_err());
}

//! Views on a database.

use chrono::TimeDelta;
use database::{Ctx, Work, testing::TestDatabase};
use kernel::{AccountId, Actor, Permission};
use uuid::Uuid;

use super::*;

fn staff(db: &TestDatabase, who: u128, permissions: &[Permission]) -> Work {
    db.work().acting_as(Actor::Staff {
        account: AccountId::from(Uuid::from_u128(who)),
        permissions: permissions.to_vec(),
    })
}

fn to_ship(shared: bool) -> NewView {
    NewView {
        list: DeskList::Orders,
        name: " To ship ".to_owned(),
        query: "status=confirmed".to_owned(),
        shared,
    }
}

async fn names(work: &Work, list: DeskList) -> Vec<String> {
    let views = list_views(&mut work.read(), list).await.unwrap();
    views.into_iter().map(|view| view.name).collect()
}

async fn kept(work: &Work, new: NewView) -> ViewNumber {
    let mut ctx = work.write();
    let number = keep_view(&mut ctx, new).await.unwrap();
    ctx.commit().await.unwrap();
    number
}

async fn rename(ctx: &mut Ctx, number: ViewNumber, version: i64, name: &str) -> Result<(), ViewError> {
    let changes = ViewChanges {
        name: name.to_owned(),
        shared: true,
    };
    change_view(ctx, DeskList::Orders, number, version, changes).await
}

#[tokio::test]
async fn a_view_is_its_owners_until_it_is_shared() {
    let db = TestDatabase::new().await;
    let ann = staff(&db, 1, &[Permission::ReadOrders]);
    let bob = staff(&db, 2, &[Permission::ReadOrders]);
    let boss = staff(&db, 3, &[Permission::ReadOrders, Permission::ManageStaff]);
    let number = kept(&ann, to_ship(false)).await;
    assert_eq!(names(&ann, DeskList::Orders).await, ["To ship"]);
    assert!(names(&ann, DeskList::Customers).await.is_empty());
    assert!(names(&bob, DeskList::Orders).await.is_empty());
    for other in [&bob, &boss] {
        let refused = rename(&mut other.write(), number, 1, "Mine").await;
        assert!(matches!(refused, Err(ViewError::NotFound)));
    }
    let mut ctx = ann.write();
    rename(&mut ctx, number, 1, "Today").await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(names(&bob, DeskList::Orders).await, ["Today"]);
    let view = find_view(&mut bob.read(), DeskList::Orders, number)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (view.query.as_str(), view.shared, view.version),
        ("status=confirmed", true, 2)
    );
    assert!(matches!(
        rename(&mut bob.write(), number, 2, "Mine").await,
        Err(ViewError::NotFound)
    ));
    let late = rename(&mut boss.write(), number, 1, "Late").await;
    assert!(matches!(late, Err(ViewError::VersionConflict(view)) if view.name == "Today"));
    rename(&mut boss.write(), number, 2, "Everybody's").await.unwrap();
}

#[tokio::test]
async fn a_deleted_view_comes_back_for_a_day() {
    let db = TestDatabase::new().await;
    let ann = staff(&db, 1, &[Permission::ReadOrders]);
    let bob = staff(&db, 2, &[Permission::ReadOrders]);
    let first = kept(&ann, to_ship(true)).await;
    let second = kept(&ann, to_ship(true)).await;
    let mut ctx = ann.write();
    delete_view(&mut ctx, DeskList::Orders, first, 1).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(names(&ann, DeskList::Orders).await.len(), 1);
    let refused = restore_view(&mut bob.write(), DeskList::Orders, first).await;
    assert!(matches!(refused, Err(ViewError::NotFound)));
    let mut ctx = ann.write();
    restore_view(&mut ctx, DeskList::Orders, first).await.unwrap();
    let twice = restore_view(&mut ctx, DeskList::Orders, first).await;
    assert!(matches!(twice, Err(ViewError::NotFound)));
    delete_view(&mut ctx, DeskList::Orders, first, 3).await.unwrap();
    ctx.commit().await.unwrap();
    db.clock().advance(TimeDelta::days(2));
    let mut ctx = ann.write();
    delete_view(&mut ctx, DeskList::Orders, second, 1).await.unwrap();
    let gone = restore_view(&mut ctx, DeskList::Orders, first).await;
    assert!(matches!(gone, Err(ViewError::NotFound)));
    restore_view(&mut ctx, DeskList::Orders, second).await.unwrap();
}

#[tokio::test]
async fn nobody_keeps_more_by_bringing_some_back() {
    let db = TestDatabase::new().await;
    let ann = staff(&db, 1, &[Permission::ReadOrders]);
    let mut ctx = ann.write();
    let first = keep_view(&mut ctx, to_ship(false)).await.unwrap();
    for _ in 1..50 {
        keep_view(&mut ctx, to_ship(false)).await.unwrap();
    }
    delete_view(&mut ctx, DeskList::Orders, first, 1).await.unwrap();
    let last = keep_view(&mut ctx, to_ship(false)).await.unwrap();
    let refused = restore_view(&mut ctx, DeskList::Orders, first).await;
    assert!(matches!(refused, Err(ViewError::Invalid(error)) if error.code == "too_many_views"));
    delete_view(&mut ctx, DeskList::Orders, last, 1).await.unwrap();
    restore_view(&mut ctx, DeskList::Orders, first).await.unwrap();
    assert_eq!(list_views(&mut ctx, DeskList::Orders).await.unwrap().len(), 50);
}

#[tokio::test]
async fn what_cannot_be_kept_is_said() {
    let db = TestDatabase::new().await;
    let ann = staff(&db, 1, &[Permission::ReadOrders]);
    for (name, code) in [
        (" ", "required"),
        (&*"x".repeat(41), "name_too_long"),
        ("a\u{7}", "name_too_long"),
    ] {
        let new = NewView {
            name: name.to_owned(),
            ..to_ship(false)
        };
        let refused = keep_view(&mut ann.write(), new).await;
        assert!(
            matches!(refused, Err(ViewError::Invalid(error)) if error.code == code),
            "{name}"
        );
    }
    let mut ctx = ann.write();
    for _ in 0..50 {
        keep_view(&mut ctx, to_ship(false)).await.unwrap();
    }
    let refused = keep_view(&mut ctx, to_ship(false)).await;
    assert!(matches!(refused, Err(ViewError::Invalid(error)) if error.code == "too_many_views"));
    let products = NewView {
        list: DeskList::Products,
        ..to_ship(false)
    };
    let forbidden = keep_view(&mut ctx, products).await;
    assert!(matches!(forbidden, Err(ViewError::Forbidden(_))));
    for actor in [Actor::System, Actor::Guest] {
        let mut ctx = db.work().acting_as(actor).write();
        assert!(matches!(
            list_views(&mut ctx, DeskList::Orders).await,
            Err(ViewError::Forbidden(_))
        ));
    }
}

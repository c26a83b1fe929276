//! The use cases together, on PostgreSQL.

mod home;
mod menus;
mod pages;

use database::{Ctx, Scope, Work, testing::TestDatabase};
use kernel::{Actor, Locale, Permission};

use crate::{Localised, NewPage, Page, PageText, create_page};

fn texts(titles: &[(Locale, &str)]) -> Localised<PageText> {
    let text = |title: &str| PageText {
        title: title.to_owned(),
        body_html: format!("<p>{title}, at length.</p>"),
        ..PageText::default()
    };
    titles.iter().map(|(locale, title)| (*locale, text(title))).collect()
}

fn page(title: &str) -> NewPage {
    NewPage {
        slug: None,
        published: true,
        texts: texts(&[(Locale::EN, title)]),
    }
}

async fn write<T>(db: &TestDatabase, body: impl AsyncFnOnce(&mut Ctx) -> T) -> T {
    let mut ctx = db.work().write();
    let value = body(&mut ctx).await;
    ctx.commit().await.unwrap();
    value
}

async fn make(db: &TestDatabase, title: &str) -> Page {
    write(db, async |ctx| create_page(ctx, page(title)).await.unwrap()).await
}

/// Work of a key that may do only this.
fn work_of(db: &TestDatabase, permission: Permission) -> Work {
    let actor = Actor::ApiKey {
        key: db.work().write().new_id(),
        permissions: vec![permission],
    };
    let scope = db.work().scope().clone();
    Work::new(db.database().clone(), Scope { actor, ..scope })
}

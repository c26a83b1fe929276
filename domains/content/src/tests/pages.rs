//! Pages are made, changed, found and deleted.

use database::testing::TestDatabase;
use kernel::{Locale, Permission, Slug};

use super::{make, page, texts, work_of, write};
use crate::{
    PageChanges, PageError, UpdatePage, create_page, delete_page, find_page, find_page_by_id, find_slug_redirect,
    list_pages, list_published_pages, load_menus, update_page,
};

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

fn change(page: &crate::Page, changes: PageChanges) -> UpdatePage {
    UpdatePage {
        id: page.id,
        expected_version: Some(page.version),
        changes,
    }
}

#[tokio::test]
async fn a_page_is_found_by_its_slug_and_by_those_it_had() {
    let db = TestDatabase::new().await;
    let about = make(&db, "About us").await;
    assert_eq!(about.slug, slug("about-us"));
    let renamed = PageChanges {
        slug: Some("our-story".to_owned()),
        ..PageChanges::default()
    };
    let after = write(&db, async |ctx| {
        update_page(ctx, change(&about, renamed)).await.unwrap()
    })
    .await;
    let mut ctx = db.work().read();
    assert_eq!(
        find_page(&mut ctx, &slug("our-story")).await.unwrap(),
        Some(after.clone())
    );
    assert_eq!(find_page(&mut ctx, &slug("about-us")).await.unwrap(), None);
    assert_eq!(
        find_slug_redirect(&mut ctx, &slug("about-us")).await.unwrap(),
        Some(slug("our-story"))
    );
    drop(ctx);
    // The slug is free for another page, which is then the one that is found.
    let newer = make(&db, "About us").await;
    let mut ctx = db.work().read();
    assert_eq!(
        find_page(&mut ctx, &slug("about-us")).await.unwrap().unwrap().id,
        newer.id
    );
    assert_eq!(find_slug_redirect(&mut ctx, &slug("about-us")).await.unwrap(), None);
    drop(ctx);
    // And back again: the page that takes its old slug up is not its own redirect.
    write(&db, async |ctx| delete_page(ctx, newer.id, None).await.unwrap()).await;
    let back = PageChanges {
        slug: Some("about-us".to_owned()),
        ..PageChanges::default()
    };
    write(&db, async |ctx| update_page(ctx, change(&after, back)).await.unwrap()).await;
    let mut ctx = db.work().read();
    assert_eq!(find_slug_redirect(&mut ctx, &slug("about-us")).await.unwrap(), None);
    assert_eq!(
        find_slug_redirect(&mut ctx, &slug("our-story")).await.unwrap(),
        Some(slug("about-us"))
    );
}

#[tokio::test]
async fn a_draft_is_for_staff_only() {
    let db = TestDatabase::new().await;
    let draft = write(&db, async |ctx| {
        let new = crate::NewPage {
            published: false,
            ..page("Plans")
        };
        create_page(ctx, new).await.unwrap()
    })
    .await;
    let renamed = PageChanges {
        slug: Some("secret-plans".to_owned()),
        ..PageChanges::default()
    };
    write(&db, async |ctx| {
        update_page(ctx, change(&draft, renamed)).await.unwrap()
    })
    .await;
    let mut ctx = db.work().read();
    assert_eq!(find_page(&mut ctx, &slug("secret-plans")).await.unwrap(), None);
    assert_eq!(find_slug_redirect(&mut ctx, &slug("plans")).await.unwrap(), None);
    assert_eq!(list_published_pages(&mut ctx).await.unwrap(), []);
    assert!(find_page_by_id(&mut ctx, draft.id).await.unwrap().is_some());
    let listed = list_pages(&mut ctx).await.unwrap();
    assert_eq!(listed[0].title(Locale::ID, Locale::EN), "Plans");
}

#[tokio::test]
async fn two_pages_cannot_have_one_slug() {
    let db = TestDatabase::new().await;
    let (about, terms) = (make(&db, "About").await, make(&db, "Terms").await);
    let mut ctx = db.work().write();
    let refused = create_page(&mut ctx, page("About")).await;
    assert!(matches!(refused, Err(PageError::SlugTaken)), "{refused:?}");
    drop(ctx);
    let taken = PageChanges {
        slug: Some(about.slug.to_string()),
        ..PageChanges::default()
    };
    let refused = update_page(&mut db.work().write(), change(&terms, taken)).await;
    assert!(matches!(refused, Err(PageError::SlugTaken)), "{refused:?}");
}

#[tokio::test]
async fn a_change_of_an_old_version_is_refused_and_a_language_that_says_nothing_goes() {
    let db = TestDatabase::new().await;
    let about = make(&db, "About").await;
    let told = |texts| PageChanges {
        texts: Some(texts),
        ..PageChanges::default()
    };
    let both = change(&about, told(texts(&[(Locale::ID, "Tentang")])));
    let after = write(&db, async |ctx| update_page(ctx, both.clone()).await.unwrap()).await;
    assert_eq!(after.texts.iter().count(), 2);
    let refused = update_page(&mut db.work().write(), both).await;
    assert!(
        matches!(refused, Err(PageError::VersionConflict { current: 2 })),
        "{refused:?}"
    );
    let empty = [(Locale::ID, crate::PageText::default())].into_iter().collect();
    let after = write(&db, async |ctx| {
        update_page(ctx, change(&after, told(empty))).await.unwrap()
    })
    .await;
    assert_eq!(after.texts, about.texts);
    assert_eq!(
        find_page_by_id(&mut db.work().read(), about.id).await.unwrap(),
        Some(after)
    );
    let refused = delete_page(&mut db.work().write(), about.id, Some(1)).await;
    assert!(
        matches!(refused, Err(PageError::VersionConflict { current: 3 })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn only_who_may_write_content_does() {
    let db = TestDatabase::new().await;
    let about = make(&db, "About").await;
    let other = work_of(&db, Permission::WriteCatalog);
    let refused = [
        create_page(&mut other.write(), page("New")).await.err(),
        update_page(&mut other.write(), change(&about, PageChanges::default()))
            .await
            .err(),
        delete_page(&mut other.write(), about.id, None).await.err(),
        find_page_by_id(&mut other.read(), about.id).await.err(),
        list_pages(&mut other.read()).await.err(),
    ];
    for error in refused {
        assert!(matches!(error, Some(PageError::Forbidden(_))), "{error:?}");
    }
    let refused = load_menus(&mut other.read()).await;
    assert!(matches!(refused, Err(crate::MenuError::Forbidden(_))), "{refused:?}");
    let mut right = work_of(&db, Permission::WriteContent).write();
    create_page(&mut right, page("New")).await.unwrap();
}

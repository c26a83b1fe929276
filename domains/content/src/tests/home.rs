//! The home page is composed in a draft, and shown once it is published.

use catalog::{NewCollection, create_collection};
use database::testing::TestDatabase;
use kernel::{Locale, Permission, SectionId};

use super::{work_of, write};
use crate::{
    Composing, Direction, Home, HomeError, Link, Localised, SectionKind, SectionTerms, SectionText, compose_home,
    load_home, preview_home, shown_home,
};

fn text(title: &str) -> Localised<SectionText> {
    let text = SectionText {
        title: title.to_owned(),
        ..SectionText::default()
    };
    [(Locale::EN, text)].into_iter().collect()
}

async fn compose(db: &TestDatabase, composing: Composing) -> Home {
    write(db, async |ctx| compose_home(ctx, None, composing).await.unwrap()).await
}

async fn shown(db: &TestDatabase) -> Vec<SectionKind> {
    let sections = shown_home(&mut db.work().read(), Locale::ID).await.unwrap();
    sections.iter().map(|section| section.kind).collect()
}

#[tokio::test]
async fn what_is_composed_is_shown_once_it_is_published() {
    use SectionKind::{Collections, Featured, Hero, Newest, Text};
    let db = TestDatabase::new().await;
    assert_eq!(
        shown(&db).await,
        [Hero, Featured, Collections, Newest],
        "the theme's own"
    );
    let said = SectionTerms {
        texts: text("We fire clay"),
        ..SectionTerms::plain(Text)
    };
    let home = compose(&db, Composing::Add(said)).await;
    let ids: Vec<SectionId> = home.composed().iter().map(|section| section.id).collect();
    compose(&db, Composing::Move(ids[4], Direction::Up)).await;
    compose(&db, Composing::Move(ids[0], Direction::Up)).await;
    compose(&db, Composing::Remove(ids[1])).await;
    let hero = SectionTerms {
        texts: text("Welcome"),
        ..SectionTerms::plain(Hero)
    };
    let home = compose(&db, Composing::Edit(ids[0], hero)).await;
    assert_eq!(shown(&db).await, [Hero, Featured, Collections, Newest], "it is a draft");
    let draft = preview_home(&mut db.work().read(), Locale::EN).await.unwrap();
    assert_eq!((draft[0].text.title.as_str(), draft.len()), ("Welcome", 4));
    let old = compose_home(&mut db.work().write(), Some(home.version - 1), Composing::Publish).await;
    assert!(
        matches!(old, Err(HomeError::VersionConflict { current }) if current == home.version),
        "{old:?}"
    );
    let gone = compose_home(&mut db.work().write(), None, Composing::Remove(ids[1])).await;
    assert!(matches!(gone, Err(HomeError::NotFound)), "{gone:?}");
    let home = compose(&db, Composing::Publish).await;
    assert_eq!(
        (shown(&db).await, home.draft),
        (vec![Hero, Collections, Text, Newest], None)
    );
    compose(&db, Composing::Replace(vec![SectionTerms::plain(Newest)])).await;
    let home = compose(&db, Composing::Discard).await;
    assert_eq!((home.draft, home.sections.len()), (None, 4));
    assert_eq!(load_home(&mut db.work().read()).await.unwrap().sections, home.sections);
}

#[tokio::test]
async fn what_breaks_a_rule_is_named_and_what_is_gone_is_not_shown() {
    let db = TestDatabase::new().await;
    let leading_nowhere = SectionTerms {
        link: Link::Category(db.work().write().new_id()),
        ..SectionTerms::plain(SectionKind::Banner)
    };
    for (sections, wrong) in [
        (
            vec![SectionTerms::plain(SectionKind::Newest), leading_nowhere],
            "sections.1.link.target",
        ),
        (
            vec![SectionTerms::plain(SectionKind::Collection)],
            "sections.0.link.target",
        ),
        (vec![SectionTerms::plain(SectionKind::Newest); 25], "sections"),
    ] {
        let refused = compose_home(&mut db.work().write(), None, Composing::Replace(sections)).await;
        let Err(HomeError::Invalid(invalid)) = refused else {
            panic!("{wrong}: {refused:?}");
        };
        assert_eq!(invalid.0[0].field, wrong);
    }
    let best = write(&db, async |ctx| {
        let new = NewCollection {
            title: "Best".to_owned(),
            ..NewCollection::default()
        };
        create_collection(ctx, new).await.unwrap()
    })
    .await;
    let gone = db.work().write().new_id();
    let row = |id| SectionTerms {
        link: Link::Collection(id),
        ..SectionTerms::plain(SectionKind::Collection)
    };
    compose(&db, Composing::Replace(vec![row(gone), row(best.id)])).await;
    compose(&db, Composing::Publish).await;
    let sections = shown_home(&mut db.work().read(), Locale::EN).await.unwrap();
    let hidden = SectionTerms {
        hidden: true,
        ..SectionTerms::plain(SectionKind::Newest)
    };
    assert_eq!(sections.len(), 1, "{sections:?}");
    let names: Vec<Option<String>> = sections.into_iter().map(|section| Some(section.target?.0)).collect();
    assert_eq!(names, [Some("Best".to_owned())]);
    compose(&db, Composing::Add(hidden)).await;
    compose(&db, Composing::Publish).await;
    assert_eq!(shown(&db).await, [SectionKind::Collection]);
    assert_eq!(load_home(&mut db.work().read()).await.unwrap().sections.len(), 3);
}

#[tokio::test]
async fn only_who_may_write_content_composes() {
    let db = TestDatabase::new().await;
    let other = work_of(&db, Permission::WriteCatalog);
    for error in [
        load_home(&mut other.read()).await.err(),
        preview_home(&mut other.read(), Locale::EN).await.err(),
        compose_home(&mut other.write(), None, Composing::Publish).await.err(),
    ] {
        assert!(matches!(error, Some(HomeError::Forbidden(_))), "{error:?}");
    }
}

//! Reviews on a database.

use catalog::{NewProduct, NewVariant, ProductStatus, Rating};
use chrono::TimeDelta;
use database::{Ctx, Work, testing::TestDatabase};
use kernel::{Actor, EmailAddress, PageRequest, Permission, ProductId, ReviewId, TypedId as _};

use crate::{
    Author, ChangeError, Chosen, Decision, Draft, Moderation, NewReview, PublishedFilter, Queue, QueueFilter,
    QueueSort, Review, ReviewState, Settings, Sort, Suspicion, Vote, VoteError, WhoWrites, WriteError, check, decide,
    delete, delete_photo, find, find_own, list_own, list_published, list_queue, list_whole, may_review, put_reviews,
    reply, undo, update_settings, vote, write,
};

fn author(name: &str) -> Author {
    Author {
        email: EmailAddress::parse(&format!("{name}@example.com")).unwrap(),
        email_is_theirs: true,
        customer: None,
        order: None,
    }
}

fn draft(stars: i32, body: &str) -> Draft {
    Draft::parse("Ann", &stars.to_string(), "", body, Vec::new()).unwrap()
}

async fn settle(work: &Work, who_writes: WhoWrites, moderation: Moderation) {
    let mut ctx = work.write();
    let bad_words = vec!["Rubbish".to_owned()];
    let settings = Settings {
        who_writes,
        moderation,
        bad_words,
    };
    update_settings(&mut ctx, settings).await.unwrap();
    ctx.commit().await.unwrap();
}

async fn product(work: &Work, title: &str) -> ProductId {
    let mut ctx = work.write();
    let new = NewProduct {
        title: title.to_owned(),
        status: ProductStatus::Active,
        variants: vec![NewVariant::default()],
        ..NewProduct::default()
    };
    let made = catalog::create_product(&mut ctx, new).await.unwrap();
    ctx.commit().await.unwrap();
    made.product.id
}

/// A store in which anybody writes, with a product.
async fn open_shop(moderation: Moderation) -> (TestDatabase, Work, ProductId) {
    let db = TestDatabase::new().await;
    let work = db.work();
    settle(&work, WhoWrites::Accounts, moderation).await;
    let product = product(&work, "Mug").await;
    (db, work, product)
}

async fn say(work: &Work, product: ProductId, who: &str, draft: Draft) -> Review {
    let mut ctx = work.write();
    let written = write(&mut ctx, &author(who), product, draft).await.unwrap();
    ctx.commit().await.unwrap();
    written.review
}

fn chosen(review: &Review) -> Chosen {
    Chosen {
        id: review.id,
        version: review.version,
    }
}

async fn rating(ctx: &mut Ctx, product: ProductId) -> [i64; 5] {
    let ratings = catalog::list_ratings(ctx).await.unwrap();
    ratings.get(&product).copied().unwrap_or_default().counts()
}

async fn agrees(work: &Work) {
    assert_eq!(check(&mut work.read()).await.unwrap(), Vec::<String>::new());
}

fn all() -> QueueFilter {
    QueueFilter {
        queue: Queue::All,
        q: String::new(),
        stars: None,
        product_id: None,
        sort: QueueSort::Newest,
    }
}

fn by(sort: Sort) -> PublishedFilter {
    PublishedFilter { stars: None, sort }
}

#[tokio::test]
async fn only_what_is_published_counts() {
    let (_db, work, mug) = open_shop(Moderation::Before).await;
    let waiting = say(&work, mug, "ann", draft(4, "Keeps tea warm")).await;
    assert_eq!((waiting.state, waiting.version), (ReviewState::Waiting, 1));
    let mut ctx = work.write();
    assert_eq!(rating(&mut ctx, mug).await, [0; 5]);
    let done = decide(&mut ctx, &[chosen(&waiting)], &Decision::Approve).await.unwrap();
    assert_eq!((done.done[0].version, done.stale.len()), (2, 0));
    assert_eq!(rating(&mut ctx, mug).await, [0, 0, 0, 1, 0]);
    ctx.commit().await.unwrap();

    let changed = say(&work, mug, "ann", draft(1, "It broke")).await;
    assert_eq!((changed.state, changed.version), (ReviewState::Waiting, 3));
    let mut ctx = work.write();
    assert_eq!(rating(&mut ctx, mug).await, [0; 5], "it waits again");
    decide(&mut ctx, &[chosen(&changed)], &Decision::Approve).await.unwrap();
    assert_eq!(rating(&mut ctx, mug).await, [1, 0, 0, 0, 0]);
    assert!(delete(&mut ctx, &author("ann"), changed.id).await.unwrap());
    assert!(!delete(&mut ctx, &author("ann"), changed.id).await.unwrap());
    assert_eq!(rating(&mut ctx, mug).await, [0; 5]);
    ctx.commit().await.unwrap();
    agrees(&work).await;
}

#[tokio::test]
async fn a_suspicious_review_waits_and_a_clean_one_does_not() {
    let (_db, work, mug) = open_shop(Moderation::After).await;
    let clean = say(&work, mug, "ann", draft(5, "Keeps tea warm")).await;
    assert_eq!((clean.state, clean.suspicions), (ReviewState::Published, vec![]));
    let odd = say(&work, mug, "bob", draft(1, "rubbish, see www.example.com")).await;
    assert_eq!(odd.state, ReviewState::Waiting);
    assert_eq!(odd.suspicions, [Suspicion::Links, Suspicion::BadWords]);
    let text = "The handle is a little thin but it holds, and it keeps the tea warm.";
    let mut states = Vec::new();
    for who in ["carl", "dora", "emil"] {
        states.push(say(&work, mug, who, draft(4, text)).await.suspicions);
    }
    assert_eq!(states, [vec![], vec![], vec![Suspicion::SameText]]);
    let mut last = Vec::new();
    for number in 0..7 {
        let other = product(&work, &format!("Plate {number}")).await;
        last = say(&work, other, "fred", draft(3, &format!("Number {number}")))
            .await
            .suspicions;
    }
    assert_eq!(last, [Suspicion::TooFast]);
    agrees(&work).await;
}

#[tokio::test]
async fn there_is_one_review_for_each_address_and_only_its_author_changes_it() {
    let (_db, work, mug) = open_shop(Moderation::After).await;
    let first = say(&work, mug, "ann", draft(4, "Good")).await;
    let again = say(&work, mug, "ann", draft(4, "Good")).await;
    assert_eq!(again, first, "a second click changes nothing");
    let better = say(&work, mug, "ann", draft(5, "Very good")).await;
    assert_eq!(
        (better.id, better.created_at, better.version),
        (first.id, first.created_at, 2)
    );

    let mut ctx = work.write();
    let pretender = Author {
        email_is_theirs: false,
        ..author("ann")
    };
    let refused = write(&mut ctx, &pretender, mug, draft(1, "Bad")).await;
    assert!(matches!(refused, Err(WriteError::NotTheirs)));
    assert!(matches!(
        may_review(&mut ctx, &pretender, mug).await,
        Err(WriteError::NotTheirs)
    ));
    assert!(!delete(&mut ctx, &pretender, first.id).await.unwrap());
    assert_eq!(find_own(&mut ctx, &pretender, mug).await.unwrap(), None);
    let page = PageRequest::first(5);
    assert_eq!(list_own(&mut ctx, &pretender, &page).await.unwrap().total, 0);
    assert_eq!(list_own(&mut ctx, &author("ann"), &page).await.unwrap().items, [better]);
    let nowhere = write(&mut ctx, &author("ann"), ctx_id(&work), draft(1, "Bad")).await;
    assert!(matches!(nowhere, Err(WriteError::NotFound)));
}

fn ctx_id(work: &Work) -> ProductId {
    work.read().new_id()
}

#[tokio::test]
async fn a_store_says_who_may_write() {
    let (_db, work, mug) = open_shop(Moderation::After).await;
    settle(&work, WhoWrites::Buyers, Moderation::After).await;
    let mut ctx = work.write();
    let refused = write(&mut ctx, &author("ann"), mug, draft(4, "Good")).await;
    assert!(matches!(refused, Err(WriteError::NotBought)));
    ctx.rollback().await;
    settle(&work, WhoWrites::Nobody, Moderation::After).await;
    let mut ctx = work.write();
    assert!(matches!(
        may_review(&mut ctx, &author("ann"), mug).await,
        Err(WriteError::Closed)
    ));
}

#[tokio::test]
async fn a_picture_must_have_been_uploaded_here() {
    let (_db, work, mug) = open_shop(Moderation::After).await;
    let mut ctx = work.write();
    for url in ["https://example.com/a.jpg", &format!("/media/{}.png", "0".repeat(64))] {
        let shown = Draft::parse("Ann", "5", "", "See", vec![url.to_owned()]).unwrap();
        let refused = write(&mut ctx, &author("ann"), mug, shown).await;
        assert!(
            matches!(refused, Err(WriteError::Invalid(error)) if error.code == "unknown_photo"),
            "{url}"
        );
    }
}

#[tokio::test]
async fn of_two_moderators_one_wins_and_a_decision_can_be_taken_back() {
    let (_db, work, mug) = open_shop(Moderation::Before).await;
    let review = say(&work, mug, "ann", draft(2, "Small")).await;
    let reject = Decision::Reject {
        reason: "Not about the product".to_owned(),
    };
    let mut ctx = work.write();
    let rejected = decide(&mut ctx, &[chosen(&review)], &reject).await.unwrap();
    let late = decide(&mut ctx, &[chosen(&review)], &Decision::Approve).await.unwrap();
    assert_eq!((late.done.len(), late.stale), (0, vec![review.id]));
    let again = decide(&mut ctx, &rejected.done, &reject).await.unwrap();
    assert_eq!(again.done, rejected.done, "the same decision changes nothing");
    let found = find(&mut ctx, review.id).await.unwrap().unwrap();
    assert_eq!(
        (found.state, found.reason.as_str()),
        (ReviewState::Rejected, "Not about the product")
    );

    let approved = decide(&mut ctx, &rejected.done, &Decision::Approve).await.unwrap();
    assert_eq!(rating(&mut ctx, mug).await, [0, 1, 0, 0, 0]);
    let back = undo(&mut ctx, &approved.done).await.unwrap();
    let found = find(&mut ctx, review.id).await.unwrap().unwrap();
    assert_eq!(
        (found.state, found.reason.as_str()),
        (ReviewState::Rejected, "Not about the product")
    );
    assert_eq!(rating(&mut ctx, mug).await, [0; 5]);
    let nothing = undo(&mut ctx, &back.done).await.unwrap();
    assert_eq!(nothing.done, back.done, "there is nothing more to take back");
    let unreasoned = Decision::Reject { reason: " ".to_owned() };
    assert!(decide(&mut ctx, &back.done, &unreasoned).await.is_err());
    let gone = Chosen {
        id: ctx.new_id(),
        version: 1,
    };
    let decided = decide(&mut ctx, &[gone], &Decision::Approve).await.unwrap();
    assert_eq!(decided.stale, [gone.id]);
}

#[tokio::test]
async fn a_voter_counts_once_and_reports_are_settled_by_approval() {
    let (_db, work, mug) = open_shop(Moderation::After).await;
    let review = say(&work, mug, "ann", draft(2, "Small")).await;
    let mut ctx = work.write();
    for (kind, voter, counted) in [
        (Vote::Helpful, "a", true),
        (Vote::Helpful, "a", false),
        (Vote::Helpful, "b", true),
        (Vote::Report, "a", true),
        (Vote::Report, "a", false),
    ] {
        assert_eq!(vote(&mut ctx, review.id, kind, voter).await.unwrap(), counted);
    }
    let reported = QueueFilter {
        queue: Queue::Reported,
        sort: QueueSort::Reports,
        ..all()
    };
    let page = list_queue(&mut ctx, &reported, &PageRequest::first(5)).await.unwrap();
    assert_eq!((page.items[0].helpful, page.items[0].reports, page.total), (2, 1, 1));
    let kept = decide(&mut ctx, &[chosen(&review)], &Decision::Approve).await.unwrap();
    assert_eq!(
        list_queue(&mut ctx, &reported, &PageRequest::first(5))
            .await
            .unwrap()
            .total,
        0
    );
    assert!(
        !vote(&mut ctx, review.id, Vote::Report, "a").await.unwrap(),
        "one does not report again what was looked at"
    );
    let reject = Decision::Reject {
        reason: "No".to_owned(),
    };
    decide(&mut ctx, &kept.done, &reject).await.unwrap();
    let hidden = vote(&mut ctx, review.id, Vote::Helpful, "c").await;
    assert!(matches!(hidden, Err(VoteError::NotFound)));
    ctx.commit().await.unwrap();
    agrees(&work).await;
}

#[tokio::test]
async fn the_store_answers_and_takes_pictures_away_from_what_it_looked_at() {
    let (db, work, mug) = open_shop(Moderation::After).await;
    let review = say(&work, mug, "ann", draft(2, "Small")).await;
    db.clock().advance(TimeDelta::hours(1));
    let mut ctx = work.write();
    reply(&mut ctx, review.id, 1, " There is a larger one. ").await.unwrap();
    let answered = find(&mut ctx, review.id).await.unwrap().unwrap();
    assert_eq!(
        (answered.reply.as_str(), answered.replied_at),
        ("There is a larger one.", Some(ctx.now()))
    );
    assert!(matches!(
        reply(&mut ctx, review.id, 1, "x").await,
        Err(ChangeError::VersionConflict)
    ));
    assert!(matches!(
        delete_photo(&mut ctx, review.id, 1, "x").await,
        Err(ChangeError::VersionConflict)
    ));
    assert!(matches!(
        reply(&mut ctx, review.id, 2, &"x".repeat(5_001)).await,
        Err(ChangeError::Invalid(_))
    ));
    let nowhere: ReviewId = ctx.new_id();
    assert!(matches!(
        reply(&mut ctx, nowhere, 1, "x").await,
        Err(ChangeError::NotFound)
    ));
    reply(&mut ctx, review.id, 2, "").await.unwrap();
    let silent = find(&mut ctx, review.id).await.unwrap().unwrap();
    assert_eq!((silent.reply.as_str(), silent.replied_at), ("", None));
}

#[tokio::test]
async fn lists_are_ordered_filtered_and_paged() {
    let (db, work, mug) = open_shop(Moderation::After).await;
    for (who, stars) in [("ann", 3), ("bob", 5), ("carl", 1), ("dora", 5)] {
        db.clock().advance(TimeDelta::minutes(1));
        say(&work, mug, who, draft(stars, &format!("I am {who}"))).await;
    }
    let mut ctx = work.write();
    let newest = list_queue(&mut ctx, &all(), &PageRequest::first(9))
        .await
        .unwrap()
        .items;
    vote(&mut ctx, newest[1].id, Vote::Helpful, "v").await.unwrap();
    let rating = Rating::of(rating(&mut ctx, mug).await);
    for (sort, expected) in [
        (Sort::Newest, ["dora", "carl", "bob", "ann"]),
        (Sort::Helpful, ["carl", "dora", "bob", "ann"]),
        (Sort::Highest, ["dora", "bob", "ann", "carl"]),
        (Sort::Lowest, ["carl", "ann", "dora", "bob"]),
    ] {
        let mut seen = Vec::new();
        let mut page = PageRequest::first(3);
        loop {
            let listed = list_published(&mut ctx, (mug, &rating), &by(sort), &page)
                .await
                .unwrap();
            assert_eq!((listed.page.total, listed.who_writes), (4, WhoWrites::Accounts));
            seen.extend(listed.page.items.into_iter().map(|review| review.body));
            match listed.page.next_cursor {
                Some(cursor) => page = page.after(Some(cursor)),
                None => break,
            }
        }
        assert_eq!(seen, expected.map(|who| format!("I am {who}")), "{sort:?}");
    }
    let five = PublishedFilter {
        stars: Some(5),
        sort: Sort::Newest,
    };
    let listed = list_published(&mut ctx, (mug, &rating), &five, &PageRequest::first(9))
        .await
        .unwrap();
    assert_eq!((listed.page.items.len(), listed.page.total), (2, 2));
    for (filter, expected) in [
        (
            QueueFilter {
                q: "I AM c".to_owned(),
                ..all()
            },
            1,
        ),
        (
            QueueFilter {
                q: "bob@example".to_owned(),
                ..all()
            },
            1,
        ),
        (
            QueueFilter {
                stars: Some(5),
                sort: QueueSort::Oldest,
                ..all()
            },
            2,
        ),
        (
            QueueFilter {
                queue: Queue::Published,
                sort: QueueSort::Lowest,
                ..all()
            },
            4,
        ),
        (
            QueueFilter {
                queue: Queue::Waiting,
                ..all()
            },
            0,
        ),
        (
            QueueFilter {
                product_id: Some(ctx.new_id()),
                ..all()
            },
            0,
        ),
    ] {
        let page = list_queue(&mut ctx, &filter, &PageRequest::first(9)).await.unwrap();
        assert_eq!(
            (page.items.len(), page.total),
            (expected, i64::try_from(expected).unwrap()),
            "{filter:?}"
        );
    }
}

#[tokio::test]
async fn reviews_of_other_shops_are_taken_once() {
    let (_db, work, mug) = open_shop(Moderation::Before).await;
    let mut ctx = work.write();
    let one = |email: &str, stars: i32, state| NewReview {
        product_id: mug,
        email: EmailAddress::parse(email).unwrap(),
        draft: draft(stars, "Good"),
        verified: true,
        state,
        reply: "Thanks".to_owned(),
        created_at: ctx.now() - TimeDelta::days(300),
    };
    let file = [
        one("ann@example.com", 5, ReviewState::Published),
        one("bob@example.com", 4, ReviewState::Rejected),
        one("ann@example.com", 3, ReviewState::Published),
    ];
    assert_eq!(put_reviews(&mut ctx, &file).await.unwrap(), [true, true, true]);
    assert_eq!(rating(&mut ctx, mug).await, [0, 0, 1, 0, 0]);
    assert_eq!(put_reviews(&mut ctx, &file).await.unwrap(), [false, false, false]);
    assert_eq!(rating(&mut ctx, mug).await, [0, 0, 1, 0, 0]);
    let whole = list_whole(&mut ctx, None, 9).await.unwrap();
    assert_eq!(whole.len(), 2);
    assert!(
        whole
            .iter()
            .all(|review| review.verified && review.reply == "Thanks" && review.version == 2)
    );
    assert_eq!(
        list_whole(&mut ctx, Some((whole[0].created_at, whole[0].id)), 9)
            .await
            .unwrap(),
        whole[1..]
    );
    ctx.commit().await.unwrap();
    agrees(&work).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_stays_exact_however_many_write_and_moderate_at_once() {
    let (_db, work, mug) = open_shop(Moderation::After).await;
    let pot = product(&work, "Pot").await;
    let mut first = Vec::new();
    for (who, product) in [("ann", mug), ("bob", pot), ("carl", mug), ("dora", pot)] {
        first.push(say(&work, product, who, draft(3, &format!("I am {who}"))).await);
    }
    let mut racers = tokio::task::JoinSet::new();
    for number in 0..6 {
        let (work, product) = (work.clone(), if number % 2 == 0 { mug } else { pot });
        racers.spawn(async move {
            say(&work, product, "emil", draft(1 + number % 5, &format!("Text {number}"))).await;
            let who = format!("fred{number}");
            say(&work, product, &who, draft(1 + number % 5, &format!("I am {who}"))).await;
        });
    }
    for round in 0..4 {
        let (work, mut some) = (work.clone(), first.clone());
        if round % 2 == 1 {
            some.reverse();
        }
        racers.spawn(async move {
            let mut ctx = work.write();
            let some: Vec<Chosen> = some.iter().map(chosen).collect();
            let reject = Decision::Reject {
                reason: format!("Round {round}"),
            };
            let decided = decide(&mut ctx, &some, &reject).await.unwrap();
            assert!(decided.done.is_empty() || decided.stale.is_empty(), "one wins all");
            ctx.commit().await.unwrap();
        });
    }
    let helped = say(&work, pot, "gina", draft(5, "I am gina")).await.id;
    for number in 0..4 {
        let work = work.clone();
        racers.spawn(async move {
            let mut ctx = work.write();
            vote(&mut ctx, helped, Vote::Helpful, &format!("voter {}", number % 2))
                .await
                .unwrap();
            ctx.commit().await.unwrap();
        });
    }
    while let Some(done) = racers.join_next().await {
        done.unwrap();
    }
    agrees(&work).await;
    let mut ctx = work.read();
    let rating = Rating::of(rating(&mut ctx, pot).await);
    assert_eq!(
        rating.count(),
        5,
        "one by emil, three by freds, one by gina; two were rejected"
    );
    assert_eq!(find(&mut ctx, helped).await.unwrap().unwrap().helpful, 2);
}

#[tokio::test]
async fn only_moderators_moderate() {
    let (db, work, mug) = open_shop(Moderation::Before).await;
    let review = say(&work, mug, "ann", draft(2, "Small")).await;
    let others: Vec<Permission> = Permission::ALL
        .iter()
        .copied()
        .filter(|one| {
            ![
                Permission::ModerateReviews,
                Permission::ManageSettings,
                Permission::RunImports,
            ]
            .contains(one)
        })
        .collect();
    let account = kernel::AccountId::generate(db.work().now(), &kernel::SeededEntropy::new(1));
    let staff = work.acting_as(Actor::Staff {
        account,
        permissions: others,
    });
    for work in [staff, work.acting_as(Actor::Guest)] {
        let mut ctx = work.write();
        assert!(decide(&mut ctx, &[chosen(&review)], &Decision::Approve).await.is_err());
        assert!(undo(&mut ctx, &[chosen(&review)]).await.is_err());
        assert!(matches!(
            reply(&mut ctx, review.id, 1, "x").await,
            Err(ChangeError::Forbidden(_))
        ));
        assert!(matches!(
            delete_photo(&mut ctx, review.id, 1, "x").await,
            Err(ChangeError::Forbidden(_))
        ));
        assert!(find(&mut ctx, review.id).await.is_err());
        assert!(list_queue(&mut ctx, &all(), &PageRequest::first(9)).await.is_err());
        assert!(list_whole(&mut ctx, None, 9).await.is_err());
        assert!(update_settings(&mut ctx, Settings::default()).await.is_err());
        assert!(put_reviews(&mut ctx, &[]).await.is_err());
    }
}

//! Pushes from an event to the browser.

mod asked;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use chrono::TimeDelta;
use kernel::{Actor, Locale, OrderId, PageRequest, Permission, Time};
use orders::{FulfilmentState, MoveParcel};
use uuid::Uuid;

use super::*;
use crate::{
    Channel, SaveWordsError, TextKind, Unsent,
    order_mails::tests::{paid_order, refund_a_piece},
    save_words, store,
    testing::TestShop,
    texts::tests::ship,
};

/// Keeps what it is given, or fails as it is told; knows only services at `push.example`.
#[derive(Default)]
pub(super) struct TestPusher {
    sent: Mutex<Vec<Push>>,
    failure: Mutex<Option<PusherError>>,
    accounts: Mutex<HashSet<String>>,
}

#[async_trait]
impl Pusher for TestPusher {
    async fn send(&self, account: &PushAccount, push: &Push, _now: Time) -> Result<(), PusherError> {
        self.sent.lock().unwrap().push(push.clone());
        assert_eq!(account.key.private, b"private");
        self.accounts.lock().unwrap().insert(account.contact.clone());
        self.failure.lock().unwrap().clone().map_or(Ok(()), Err)
    }

    fn new_key(&self) -> Result<PushKey, String> {
        Ok(PushKey {
            public: vec![4; 65],
            private: b"private".to_vec(),
        })
    }

    fn service(&self, endpoint: &str) -> Option<String> {
        endpoint
            .starts_with("https://push.example/")
            .then(|| "push.example".to_owned())
    }
}

pub(super) struct Pushes {
    pub(super) shop: TestShop,
    pub(super) pusher: Arc<TestPusher>,
}

/// A browser's key and secret, which everybody shares here.
fn keys() -> (String, String) {
    let encode = |bytes: &[u8]| data_encoding::BASE64URL_NOPAD.encode(bytes);
    (encode(&[4; 65]), encode(&[7; 16]))
}

fn endpoint(name: &str) -> String {
    format!("https://push.example/{name}")
}

pub(super) fn of_order(order: OrderId) -> PushesAbout {
    PushesAbout {
        order: Some(order),
        customer: None,
    }
}

impl Pushes {
    /// A shop that sends every push.
    pub(super) async fn open() -> Self {
        let mut shop = TestShop::open().await;
        let pusher = Arc::new(TestPusher::default());
        let carrier: Arc<dyn Pusher> = pusher.clone();
        shop.take_pushes(carrier);
        let pushes = Self { shop, pusher };
        pushes.save(0, true).await;
        pushes
    }

    pub(super) async fn save(&self, version: i64, active: bool) {
        let mut ctx = self.owner().write();
        let terms = PushTerms {
            contact: "shop@example.com".to_owned(),
            kinds: TextKind::ALL.to_vec(),
            active,
            version,
        };
        update_pushes(&mut ctx, self.pusher.as_ref(), terms).await.unwrap();
        ctx.commit().await.unwrap();
    }

    pub(super) fn owner(&self) -> database::Work {
        let account = self.shop.db.work().read().new_id();
        let permissions = Permission::ALL.to_vec();
        self.shop.db.work().acting_as(Actor::Staff { account, permissions })
    }

    pub(super) async fn ask(&self, about: PushesAbout, name: &str, locale: Locale) -> Result<(), SubscribeError> {
        self.shop.db.clock().advance(TimeDelta::seconds(1));
        let (public_key, auth) = keys();
        let mut ctx = self.shop.db.work().acting_as(Actor::Guest).write();
        let asks = Subscribe {
            about,
            session: None,
            endpoint: &endpoint(name),
            public_key: &public_key,
            auth: &auth,
            locale,
        };
        let asked = subscribe(&mut ctx, self.pusher.as_ref(), asks).await;
        ctx.commit().await.unwrap();
        asked
    }

    /// A paid order whose shopper asked in that browser.
    pub(super) async fn order(&self, name: &str) -> OrderId {
        let mut ctx = self.shop.db.work().acting_as(Actor::Guest).write();
        let order = paid_order(&mut ctx).await.id;
        ctx.commit().await.unwrap();
        self.ask(of_order(order), name, Locale::EN).await.unwrap();
        order
    }

    pub(super) async fn log(&self) -> Vec<PushSummary> {
        self.shop.drain().await;
        let mut ctx = self.owner().read();
        let page = list_pushes(&mut ctx, &PushFilter::default(), &PageRequest::first(99)).await;
        page.unwrap().items
    }

    /// The only line of the log: its state, why, and how often it was offered.
    async fn only(&self) -> (PushState, Option<String>, i32) {
        let mut log = self.log().await;
        assert_eq!(log.len(), 1);
        let push = log.remove(0);
        (push.state, push.last_error, push.attempts)
    }

    pub(super) fn fail(&self, failure: Option<PusherError>) {
        *self.pusher.failure.lock().unwrap() = failure;
    }

    pub(super) fn sent(&self) -> Vec<Push> {
        self.pusher.sent.lock().unwrap().clone()
    }

    async fn browsers(&self) -> i64 {
        let query = "SELECT count(*) FROM notifications.push_subscriptions";
        let mut ctx = self.shop.db.work().read();
        let query = sqlx::query_scalar(query).fetch_one(ctx.sql().await.unwrap());
        query.await.unwrap()
    }
}

fn unavailable(until: Option<Time>) -> Option<PusherError> {
    Some(PusherError::Unavailable {
        why: "status 503".to_owned(),
        until,
    })
}

fn said(push: &Push) -> (String, String) {
    let payload: serde_json::Value = serde_json::from_str(&push.payload).unwrap();
    let text = |name: &str| payload[name].as_str().unwrap().to_owned();
    (text("title"), text("body"))
}

#[tokio::test]
async fn a_browser_that_asked_is_told_once_how_an_order_goes_on_and_no_other() {
    let pushes = Pushes::open().await;
    let order = pushes.order("a").await;
    let mut ctx = pushes.shop.db.work().acting_as(Actor::Guest).write();
    let quiet = paid_order(&mut ctx).await.id;
    ctx.commit().await.unwrap();
    let mut ctx = pushes.shop.db.work().write();
    ship(&mut ctx, quiet).await;
    let parcel = ship(&mut ctx, order).await;
    for state in [FulfilmentState::OutForDelivery, FulfilmentState::Delivered] {
        let moved = MoveParcel {
            fulfilment_id: parcel,
            state,
            tracking: None,
        };
        orders::move_parcel(&mut ctx, moved).await.unwrap();
    }
    refund_a_piece(&mut ctx, order).await;
    ctx.commit().await.unwrap();
    let mut log = pushes.log().await;
    log.sort_by_key(|push| push.kind.clone());
    let kinds: Vec<_> = log
        .iter()
        .map(|push| (push.kind.as_str(), push.state, push.attempts))
        .collect();
    let sent = PushState::Sent;
    assert_eq!(
        kinds,
        [
            ("delivered", sent, 1),
            ("order_confirmed", sent, 1),
            ("out_for_delivery", sent, 1),
            ("refunded", sent, 1),
            ("shipped", sent, 1),
        ]
    );
    assert!(
        log.iter()
            .all(|push| push.order_id == order && push.service == "push.example")
    );
    let sent = pushes.sent();
    assert_eq!(sent.len(), 5);
    let first = &sent[0];
    assert_eq!(first.endpoint, endpoint("a"));
    assert_eq!(
        said(first),
        ("Sample Store".to_owned(), "order_confirmed in en: ORD-1001".to_owned())
    );
    let payload: serde_json::Value = serde_json::from_str(&first.payload).unwrap();
    let path = payload["path"].as_str().unwrap();
    assert!(path.starts_with(&format!("/orders/{order}?token=")), "{path}");
    let topics: HashSet<&str> = sent.iter().map(|push| push.topic.as_str()).collect();
    assert!(
        topics.len() == 5 && topics.iter().all(|topic| topic.len() == 22),
        "{topics:?}"
    );
    let urgent: Vec<_> = sent
        .iter()
        .filter(|push| push.urgent)
        .map(|push| push.ttl_seconds)
        .collect();
    assert_eq!(urgent, [6 * 3600]);
    assert_eq!(
        *pushes.pusher.accounts.lock().unwrap(),
        HashSet::from(["shop@example.com".to_owned()])
    );
}

#[tokio::test]
async fn a_browser_that_is_gone_is_forgotten_with_what_it_asked_for() {
    let pushes = Pushes::open().await;
    let order = pushes.order("a").await;
    pushes.fail(Some(PusherError::Gone));
    assert_eq!(pushes.only().await, (PushState::Failed, Some("gone".to_owned()), 1));
    assert_eq!(pushes.browsers().await, 0);
    let mut ctx = pushes.shop.db.work().write();
    ship(&mut ctx, order).await;
    ctx.commit().await.unwrap();
    assert_eq!((pushes.log().await.len(), pushes.sent().len()), (1, 1));
}

#[tokio::test]
async fn a_service_that_is_not_there_is_asked_again_under_the_same_topic() {
    let pushes = Pushes::open().await;
    pushes.order("a").await;
    pushes.fail(unavailable(None));
    let why = Some("unavailable: status 503".to_owned());
    assert_eq!(pushes.only().await, (PushState::Queued, why, 1));
    pushes.fail(None);
    pushes.shop.db.clock().advance(TimeDelta::minutes(1));
    assert_eq!(pushes.only().await, (PushState::Sent, None, 2));
    let sent = pushes.sent();
    assert_eq!((&sent[0].topic, &sent[0].payload), (&sent[1].topic, &sent[1].payload));
    // Nothing is sent once it was taken.
    pushes.shop.db.clock().advance(TimeDelta::hours(1));
    assert_eq!(pushes.only().await.2, 2);
}

#[tokio::test]
async fn a_service_says_itself_when_it_wants_to_be_asked_again() {
    let pushes = Pushes::open().await;
    pushes.order("a").await;
    let now = pushes.shop.db.work().read().now();
    pushes.fail(unavailable(Some(now + TimeDelta::hours(2))));
    assert_eq!(pushes.only().await.2, 1);
    pushes.shop.db.clock().advance(TimeDelta::minutes(119));
    assert_eq!(pushes.only().await.2, 1);
    pushes.shop.db.clock().advance(TimeDelta::minutes(1));
    // It says so without end; what is old is given up all the same.
    pushes.fail(unavailable(Some(now + TimeDelta::days(900))));
    assert_eq!(pushes.only().await.2, 2);
    pushes.shop.db.clock().advance(TimeDelta::hours(23));
    assert_eq!(pushes.only().await, (PushState::Failed, Some("late".to_owned()), 2));
}

#[tokio::test]
async fn a_refused_push_says_why_and_is_not_offered_again() {
    let pushes = Pushes::open().await;
    pushes.order("a").await;
    pushes.fail(Some(PusherError::Refused("status 413".to_owned())));
    let refused = (PushState::Failed, Some("refused: status 413".to_owned()), 1);
    assert_eq!(pushes.only().await, refused);
    pushes.fail(None);
    pushes.shop.db.clock().advance(TimeDelta::hours(1));
    assert_eq!(pushes.only().await, refused);
    assert_eq!(pushes.browsers().await, 1);
}

#[tokio::test]
async fn what_is_old_or_wanted_no_longer_or_turned_off_is_not_sent() {
    let pushes = Pushes::open().await;
    let mut ctx = pushes.shop.db.work().acting_as(Actor::Guest).write();
    let order = paid_order(&mut ctx).await.id;
    ctx.commit().await.unwrap();
    pushes.ask(of_order(order), "a", Locale::EN).await.unwrap();
    // Nobody handled the event for so long.
    pushes.shop.db.clock().advance(TimeDelta::hours(25));
    assert_eq!(pushes.only().await, (PushState::Failed, Some("late".to_owned()), 0));
    pushes.fail(unavailable(None));
    let mut ctx = pushes.shop.db.work().write();
    ship(&mut ctx, order).await;
    ctx.commit().await.unwrap();
    pushes.log().await;
    let mut ctx = pushes.shop.db.work().write();
    unsubscribe(&mut ctx, of_order(order), &endpoint("a")).await.unwrap();
    ctx.commit().await.unwrap();
    pushes.fail(None);
    pushes.shop.db.clock().advance(TimeDelta::hours(1));
    let log = pushes.log().await;
    assert_eq!(log[0].last_error.as_deref(), Some("not_wanted"));
    assert_eq!(pushes.browsers().await, 0);

    pushes.fail(unavailable(None));
    pushes.order("b").await;
    pushes.log().await;
    pushes.save(1, false).await;
    pushes.shop.db.clock().advance(TimeDelta::hours(1));
    let log = pushes.log().await;
    assert_eq!(log[0].last_error.as_deref(), Some("off"));
    let mut ctx = pushes.shop.db.work().acting_as(Actor::Guest).write();
    paid_order(&mut ctx).await;
    assert_eq!(find_push_key(&mut ctx).await.unwrap(), None);
    let off = pushes.ask(of_order(order), "c", Locale::EN).await;
    assert!(matches!(off, Err(SubscribeError::Off)), "{off:?}");
    assert_eq!(pushes.log().await.len(), 3);
}

#[tokio::test]
async fn each_browser_is_told_in_its_language_and_in_the_merchants_words() {
    let pushes = Pushes::open().await;
    let mut ctx = pushes.owner().write();
    let of = (TextKind::OrderConfirmed, Locale::ID);
    let words = "Terima kasih\n{{ amount }}";
    save_words(&mut ctx, &pushes.shop.mails, Channel::Push, of, words)
        .await
        .unwrap();
    let long = "x\n".to_owned() + &"{{ link }}".repeat(47);
    let refused = save_words(&mut ctx, &pushes.shop.mails, Channel::Push, of, &long).await;
    assert!(matches!(refused, Err(SaveWordsError::Invalid(error)) if error.code == "text_too_long"));
    ctx.commit().await.unwrap();
    let order = pushes.order("a").await;
    pushes.ask(of_order(order), "b", Locale::ID).await.unwrap();
    pushes.log().await;
    let mut told: Vec<_> = pushes.sent().iter().map(said).collect();
    told.sort();
    assert_eq!(told[0].1, "order_confirmed in en: ORD-1001");
    assert_eq!(told[1].0, "Terima kasih");
    assert!(told[1].1.contains("30,74"), "{told:?}");
}

#[tokio::test]
async fn words_that_make_no_push_keep_no_mail_from_being_sent() {
    let pushes = Pushes::open().await;
    let of = (TextKind::OrderConfirmed, Locale::EN);
    let mut ctx = pushes.owner().write();
    store::words::put(&mut ctx, Channel::Push, of, Some(&"{{ link }}".repeat(48)))
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    pushes.order("a").await;
    assert_eq!(pushes.only().await, (PushState::Failed, Some("too_long".to_owned()), 0));
    let mut ctx = pushes.owner().write();
    store::words::put(&mut ctx, Channel::Push, of, Some("{{ tracking }}"))
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    pushes.order("b").await;
    let log = pushes.log().await;
    let why = log[0].last_error.as_deref().unwrap();
    assert_eq!(Unsent::read(why).0, Some(Unsent::NoText), "{why}");
    assert_eq!(pushes.shop.sent().await.len(), 2);
}

#[tokio::test]
async fn the_log_is_narrowed_by_what_a_push_says_and_forgets_what_is_old() {
    let pushes = Pushes::open().await;
    pushes.order("a").await;
    pushes.log().await;
    let mut ctx = pushes.owner().write();
    for (words, state, count) in [
        ("ord-1001", None, 1),
        ("ORD-1002", None, 0),
        ("", Some(PushState::Sent), 1),
        ("", Some(PushState::Failed), 0),
    ] {
        let filter = PushFilter {
            words: words.to_owned(),
            state,
            kind: Some(TextKind::OrderConfirmed),
        };
        let page = list_pushes(&mut ctx, &filter, &PageRequest::first(9)).await.unwrap();
        assert_eq!(
            (page.items.len(), page.total),
            (count, i64::try_from(count).unwrap()),
            "{words}"
        );
    }
    let mut guest = pushes.shop.db.work().acting_as(Actor::Guest).write();
    let refused = list_pushes(&mut guest, &PushFilter::default(), &PageRequest::first(9)).await;
    assert!(matches!(refused, Err(PushLogError::Forbidden(_))));
    ctx.rollback().await;
    for (days, logged, browsers) in [(89, 1, 1), (2, 0, 1), (275, 0, 0)] {
        pushes.shop.db.clock().advance(TimeDelta::days(days));
        let mut ctx = pushes.shop.db.work().write();
        delete_old_pushes(&mut ctx).await.unwrap();
        ctx.commit().await.unwrap();
        assert_eq!(
            (pushes.log().await.len(), pushes.browsers().await),
            (logged, browsers),
            "{days}"
        );
    }
}

#[tokio::test]
async fn who_is_erased_is_told_nowhere_and_their_pushes_are_gone() {
    let pushes = Pushes::open().await;
    let order = pushes.order("a").await;
    let other = pushes.order("b").await;
    let customer = Uuid::from_u128(5);
    let about = PushesAbout {
        order: None,
        customer: Some(customer.into()),
    };
    pushes.ask(about, "c", Locale::EN).await.unwrap();
    pushes.fail(unavailable(None));
    assert_eq!(pushes.log().await.len(), 2);
    let mut ctx = pushes.shop.db.work().write();
    erase_pushes(&mut ctx, &[order], &[customer]).await.unwrap();
    ctx.commit().await.unwrap();
    pushes.fail(None);
    pushes.shop.db.clock().advance(TimeDelta::hours(1));
    let log = pushes.log().await;
    assert_eq!((log.len(), log[0].order_id, log[0].state), (1, other, PushState::Sent));
    assert_eq!(pushes.browsers().await, 1);
}

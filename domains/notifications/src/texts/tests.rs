//! Texts from an event to the telephone.

mod offered;
mod wanted;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use chrono::TimeDelta;
use database::{Ctx, jobs};
use kernel::{Actor, Locale, OrderId, PageRequest, Permission};
use orders::{Fulfil, FulfilmentState, MoveParcel, Tracking};
use uuid::Uuid;

use super::*;
use crate::{
    Channel, Receipt,
    order_mails::tests::{paid_order, refund_a_piece},
    store,
    testing::TestShop,
};

/// Keeps what it is given, or fails as it is told.
#[derive(Default)]
pub(crate) struct TestTexter {
    sent: Mutex<Vec<(TextAccount, Text)>>,
    failure: Mutex<Option<TexterError>>,
}

#[async_trait]
impl Texter for TestTexter {
    async fn send(&self, account: &TextAccount, text: &Text) -> Result<Receipt, TexterError> {
        if let Some(failure) = self.failure.lock().unwrap().clone() {
            return Err(failure);
        }
        self.sent.lock().unwrap().push((account.clone(), text.clone()));
        Ok(Receipt::new("SM1"))
    }

    async fn greet(&self, _account: &TextAccount) -> Result<(), TexterError> {
        Ok(())
    }

    /// A signature is the token; a field says what is told.
    fn read_note(
        &self,
        account: &TextAccount,
        _url: &str,
        signature: &str,
        fields: &BTreeMap<String, String>,
    ) -> Result<TextNote, Unsigned> {
        if signature != account.token {
            return Err(Unsigned);
        }
        let from = PhoneNumber::read("+14155550123").unwrap();
        let became = |outcome| TextNote::Became {
            outcome,
            reference: "SM1".to_owned(),
        };
        Ok(match fields["what"].as_str() {
            "taken" => became(TextOutcome::Taken),
            "delivered" => became(TextOutcome::Delivered),
            "failed" => became(TextOutcome::Failed("30003".to_owned())),
            what @ ("stop" | "start") => TextNote::Replied {
                from,
                wanted: what == "start",
                reference: fields.get("reference").cloned(),
            },
            _ => TextNote::Other,
        })
    }
}

struct Texts {
    shop: TestShop,
    texter: Arc<TestTexter>,
}

fn cart(number: u128, customer: Option<u128>) -> TextsAbout {
    TextsAbout {
        cart: Some(Uuid::from_u128(number).into()),
        customer: customer.map(|number| Uuid::from_u128(number).into()),
    }
}

fn customer(number: u128) -> TextsAbout {
    TextsAbout {
        cart: None,
        ..cart(0, Some(number))
    }
}

fn phone() -> PhoneNumber {
    PhoneNumber::read("+14155550123").unwrap()
}

impl Texts {
    /// A shop that sends every text.
    async fn open() -> Self {
        let mut shop = TestShop::open().await;
        let texter = Arc::new(TestTexter::default());
        let carrier: Arc<dyn Texter> = texter.clone();
        shop.take_texts(carrier);
        let texts = Self { shop, texter };
        let mut ctx = texts.owner().write();
        let terms = TextTerms {
            account: format!("AC{}", "0a".repeat(16)),
            token: "secret-token".to_owned(),
            sender: "+14155550999".to_owned(),
            kinds: TextKind::ALL.to_vec(),
            active: true,
            version: 0,
        };
        update_texts(&mut ctx, terms).await.unwrap();
        ctx.commit().await.unwrap();
        texts
    }

    fn owner(&self) -> database::Work {
        let account = self.shop.db.work().read().new_id();
        let permissions = Permission::ALL.to_vec();
        self.shop.db.work().acting_as(Actor::Staff { account, permissions })
    }

    async fn wish(&self, about: TextsAbout, wanted: bool) {
        self.shop.db.clock().advance(TimeDelta::seconds(1));
        let mut ctx = self.shop.db.work().acting_as(Actor::Guest).write();
        let phone = phone();
        let wish = WishTexts {
            about,
            phone: wanted.then_some(&phone),
            client: "192.0.2.1",
        };
        wish_texts(&mut ctx, wish).await.unwrap();
        ctx.commit().await.unwrap();
    }

    /// A paid order whose shopper wants texts.
    async fn order(&self) -> OrderId {
        let mut ctx = self.shop.db.work().acting_as(Actor::Guest).write();
        let order = paid_order(&mut ctx).await;
        ctx.commit().await.unwrap();
        self.wish(TextsAbout::of(&order), true).await;
        order.id
    }

    async fn hear(&self, text_id: Option<kernel::MessageId>, what: &str) {
        self.hear_fields(text_id, &[("what", what)]).await;
    }

    async fn hear_fields(&self, text_id: Option<kernel::MessageId>, fields: &[(&str, &str)]) {
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.shop.db.clock().advance(TimeDelta::seconds(1));
        let mut ctx = self.shop.db.work().write();
        let note = ReceiveNote {
            text_id,
            url: "https://shop.example.com/texts",
            signature: "secret-token",
            fields: &fields.collect(),
            client: "192.0.2.9",
        };
        receive_note(&mut ctx, self.texter.as_ref(), note).await.unwrap();
        ctx.commit().await.unwrap();
    }

    async fn log(&self) -> Vec<TextSummary> {
        self.shop.drain().await;
        let mut ctx = self.owner().read();
        let page = list_texts(&mut ctx, &TextFilter::default(), &PageRequest::first(9)).await;
        page.unwrap().items
    }

    /// How many were sent, and how many will not be.
    async fn everything(&self) -> (usize, usize) {
        self.shop.drain().await;
        let mut ctx = self.owner().read();
        let page = list_texts(&mut ctx, &TextFilter::default(), &PageRequest::first(99)).await;
        let failed = page
            .unwrap()
            .items
            .iter()
            .filter(|text| text.state == TextState::Failed)
            .count();
        (self.sent().len(), failed)
    }

    fn sent(&self) -> Vec<String> {
        let sent = self.texter.sent.lock().unwrap();
        sent.iter().map(|(_, text)| text.body.clone()).collect()
    }
}

pub(crate) async fn ship(ctx: &mut Ctx, order_id: OrderId) -> kernel::FulfilmentId {
    let line = orders::lock(ctx, order_id).await.unwrap().lines[0].id;
    let fulfil = Fulfil {
        order_id,
        lines: Some(vec![(line, 1)]),
        location_id: None,
        tracking: Tracking {
            carrier: "Post".to_owned(),
            number: "PP1".to_owned(),
            url: "https://post.example.com/PP1".to_owned(),
        },
        state: FulfilmentState::InTransit,
    };
    orders::fulfil(ctx, fulfil).await.unwrap()
}

#[tokio::test]
async fn who_asked_is_texted_how_an_order_goes_on_and_nobody_else() {
    let texts = Texts::open().await;
    let order = texts.order().await;
    let mut ctx = texts.shop.db.work().acting_as(Actor::Guest).write();
    let quiet = paid_order(&mut ctx).await.id;
    ctx.commit().await.unwrap();
    let mut ctx = texts.shop.db.work().write();
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
    ctx.commit().await.unwrap();
    let mut log = texts.log().await;
    log.sort_by_key(|text| text.kind.clone());
    let kinds: Vec<_> = log.iter().map(|text| (text.kind.as_str(), text.state)).collect();
    let sent = TextState::Sent;
    assert_eq!(
        kinds,
        [
            ("delivered", sent),
            ("order_confirmed", sent),
            ("out_for_delivery", sent),
            ("shipped", sent)
        ]
    );
    assert!(
        log.iter()
            .all(|text| text.order_id == Some(order) && text.phone == phone())
    );
    let mut said = texts.sent();
    said.sort();
    assert_eq!(said[0], "delivered in en: ORD-1001");
    let calls = texts.texter.sent.lock().unwrap();
    let (account, text) = &calls[0];
    assert_eq!((&*account.token, &*account.sender), ("secret-token", "+14155550999"));
    assert_eq!(
        text.status_url,
        format!("https://sample.example.com/texts/{}/status", text.id)
    );
}

#[tokio::test]
async fn a_number_gets_only_so_many_texts_a_day_and_the_log_says_so() {
    let texts = Texts::open().await;
    for _ in 0..21 {
        texts.order().await;
    }
    assert_eq!(texts.everything().await, (20, 1));
    // What was refused is no text that a number got.
    texts.shop.db.clock().advance(TimeDelta::hours(23));
    texts.order().await;
    assert_eq!(texts.everything().await, (20, 2));
    texts.shop.db.clock().advance(TimeDelta::hours(1));
    for _ in 0..20 {
        texts.order().await;
    }
    assert_eq!(texts.everything().await, (40, 2));
}

#[tokio::test]
async fn a_text_that_becomes_too_long_keeps_no_mail_from_being_sent() {
    let texts = Texts::open().await;
    let mut ctx = texts.owner().write();
    let of = (TextKind::OrderConfirmed, Locale::EN);
    store::words::put(&mut ctx, Channel::Text, of, Some(&"{{ link }}".repeat(48)))
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    texts.order().await;
    let log = texts.log().await;
    assert_eq!(log[0].state, TextState::Failed);
    assert_eq!(log[0].last_error.as_deref(), Some("too_long"));
    assert_eq!(texts.shop.sent().await.len(), 1);
}

#[tokio::test]
async fn words_without_a_word_keep_no_mail_from_being_sent() {
    let texts = Texts::open().await;
    let mut ctx = texts.owner().write();
    let of = (TextKind::OrderConfirmed, Locale::EN);
    store::words::put(&mut ctx, Channel::Text, of, Some("")).await.unwrap();
    ctx.commit().await.unwrap();
    texts.order().await;
    let blank = texts.log().await.remove(0);
    assert_eq!((blank.state, blank.segments), (TextState::Failed, 1));
    assert!(blank.last_error.unwrap().starts_with("no_text: "));
    assert_eq!(texts.shop.sent().await.len(), 1);
}

#[tokio::test]
async fn a_text_that_waited_for_more_than_a_day_is_not_sent() {
    let texts = Texts::open().await;
    *texts.texter.failure.lock().unwrap() = Some(TexterError::Unavailable("away".to_owned()));
    texts.order().await;
    assert_eq!(texts.log().await[0].state, TextState::Queued);
    *texts.texter.failure.lock().unwrap() = None;
    texts.shop.db.clock().advance(TimeDelta::hours(25));
    let late = texts.log().await.remove(0);
    assert_eq!(late.state, TextState::Failed);
    assert_eq!((late.last_error.as_deref(), late.attempts), (Some("late"), 1));
    assert_eq!(texts.sent(), Vec::<String>::new());
}

#[tokio::test]
async fn a_parcel_that_came_yesterday_is_not_said_to_come_today() {
    let texts = Texts::open().await;
    let order = texts.order().await;
    let mut ctx = texts.shop.db.work().write();
    let parcel = ship(&mut ctx, order).await;
    let moved = MoveParcel {
        fulfilment_id: parcel,
        state: FulfilmentState::OutForDelivery,
        tracking: None,
    };
    orders::move_parcel(&mut ctx, moved).await.unwrap();
    ctx.commit().await.unwrap();
    // Nobody handled an event for so long.
    texts.shop.db.clock().advance(TimeDelta::hours(7));
    let log = texts.log().await;
    let mut late: Vec<_> = log
        .iter()
        .map(|text| (&*text.kind, text.last_error.as_deref()))
        .collect();
    late.sort_unstable();
    assert_eq!(
        late,
        [
            ("order_confirmed", None),
            ("out_for_delivery", Some("late")),
            ("shipped", None)
        ]
    );
}

#[tokio::test]
async fn who_is_erased_is_texted_no_more_and_a_number_that_stopped_stays_so() {
    let texts = Texts::open().await;
    let fail = |failure| *texts.texter.failure.lock().unwrap() = failure;
    fail(Some(TexterError::Unavailable("away".to_owned())));
    let order = texts.order().await;
    assert_eq!(texts.log().await.len(), 1);
    texts.hear(None, "stop").await;
    let mut ctx = texts.shop.db.work().write();
    let cart = orders::get(&mut ctx, order).await.unwrap().order.cart_id.unwrap();
    erase_texts(&mut ctx, &[order], &[cart.into()]).await.unwrap();
    let about = TextsAbout {
        cart: Some(cart),
        customer: None,
    };
    assert_eq!(find_text_wish(&mut ctx, about).await.unwrap(), None);
    assert!(store::text_wishes::is_stopped(&mut ctx, &phone()).await.unwrap());
    ctx.commit().await.unwrap();
    fail(None);
    texts.shop.db.clock().advance(TimeDelta::hours(1));
    assert_eq!(texts.log().await, []);
    assert_eq!(texts.sent(), Vec::<String>::new());
    assert_eq!(
        jobs::list_parked(&mut texts.shop.db.work().read()).await.unwrap().len(),
        0
    );
}

#[tokio::test]
async fn nothing_is_sent_once_the_store_sends_no_texts() {
    let texts = Texts::open().await;
    *texts.texter.failure.lock().unwrap() = Some(TexterError::Unavailable("away".to_owned()));
    texts.order().await;
    texts.log().await;
    *texts.texter.failure.lock().unwrap() = None;
    let mut ctx = texts.owner().write();
    let settings = load_text_settings(&mut ctx).await.unwrap();
    let off = TextTerms {
        account: settings.account,
        token: String::new(),
        sender: settings.sender,
        kinds: settings.kinds,
        active: false,
        version: settings.version,
    };
    update_texts(&mut ctx, off).await.unwrap();
    ctx.commit().await.unwrap();
    texts.shop.db.clock().advance(TimeDelta::hours(1));
    texts.order().await;
    let log = texts.log().await;
    assert_eq!((log.len(), log[0].state), (1, TextState::Failed));
    assert_eq!(texts.sent(), Vec::<String>::new());
    // Who answers STOP meanwhile is heard.
    texts.hear(None, "stop").await;
    let mut ctx = texts.shop.db.work().read();
    assert!(store::text_wishes::is_stopped(&mut ctx, &phone()).await.unwrap());
}

#[tokio::test]
async fn the_merchants_words_are_sent_in_the_place_of_the_themes() {
    let texts = Texts::open().await;
    let of = (TextKind::OrderConfirmed, Locale::EN);
    let mut ctx = texts.owner().write();
    let mails = &texts.shop.mails;
    save_words(
        &mut ctx,
        mails,
        Channel::Text,
        of,
        "Thanks for {{ order }}, {{ amount }}",
    )
    .await
    .unwrap();
    let refused = save_words(&mut ctx, mails, Channel::Text, of, "{{ tracking }}").await;
    assert!(matches!(refused, Err(SaveWordsError::Invalid(error)) if error.code == "unknown_fact"));
    assert_eq!(list_words(&mut ctx, Channel::Text).await.unwrap().len(), 1);
    let shown = preview_words(&ctx, mails, of, "{{ store }}: {{ order }}").unwrap();
    assert_eq!((&*shown.text, shown.length.segments), ("Sample Store: ORD-1001", 1));
    // In Indonesian a space stands between sign and number, and keeps both on a line; telephones have no such letter.
    let shown = preview_words(&ctx, mails, (TextKind::Refunded, Locale::ID), "{{ amount }}").unwrap();
    assert!(shown.text.contains(' ') && !shown.length.is_wide, "{shown:?}");
    let long = "{{ link }}".repeat(40);
    let refused = save_words(&mut ctx, mails, Channel::Text, of, &long).await;
    assert!(matches!(refused, Err(SaveWordsError::Invalid(error)) if error.code == "text_too_long"));
    send_test_text(&mut ctx, mails, of, "Test {{ order }}", &phone())
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    texts.order().await;
    texts.log().await;
    let mut said = texts.sent();
    said.sort();
    assert_eq!(said, ["Test ORD-1001", "Thanks for ORD-1001, $30.74"]);

    let mut ctx = texts.owner().write();
    save_words(&mut ctx, mails, Channel::Text, of, " ").await.unwrap();
    let (words, own) = find_words(&mut ctx, mails, Channel::Text, of).await.unwrap();
    assert_eq!((&*words, own), ("order_confirmed in en: {{ order }}", false));
    let mut ctx = texts.shop.db.work().acting_as(Actor::Guest).write();
    let refused = save_words(&mut ctx, mails, Channel::Text, of, "{{ order }}").await;
    assert!(matches!(refused, Err(SaveWordsError::Forbidden(_))));
    let refused = list_texts(&mut ctx, &TextFilter::default(), &PageRequest::first(9)).await;
    assert!(matches!(refused, Err(TextLogError::Forbidden(_))));
}

#[tokio::test]
async fn money_that_goes_back_is_texted_with_its_amount() {
    let texts = Texts::open().await;
    let order = texts.order().await;
    let mut ctx = texts.owner().write();
    let of = (TextKind::Refunded, Locale::EN);
    save_words(
        &mut ctx,
        &texts.shop.mails,
        Channel::Text,
        of,
        "{{ amount }} of {{ order }}",
    )
    .await
    .unwrap();
    ctx.commit().await.unwrap();
    let mut ctx = texts.shop.db.work().write();
    refund_a_piece(&mut ctx, order).await;
    ctx.commit().await.unwrap();
    texts.log().await;
    assert!(
        texts.sent().contains(&"$12.87 of ORD-1001".to_owned()),
        "{:?}",
        texts.sent()
    );
}

//! Who asks for pushes, and until when.

use database::{Scope, Work, stores::NewStore};
use identity::{NewPassword, Register, SignIn};
use kernel::{EmailAddress, SessionId};

use super::{super::subscriptions::find_takers, *};

fn of_customer(number: u128) -> PushesAbout {
    PushesAbout {
        order: None,
        customer: Some(Uuid::from_u128(number).into()),
    }
}

/// A session and what ends it.
async fn sign_in(pushes: &Pushes, email: &str) -> (SessionId, String) {
    let db = &pushes.shop.db;
    let email = EmailAddress::parse(email).unwrap();
    let password = NewPassword::parse("open sesame 1", &email).unwrap();
    let password = password.hash(&db.work()).await.unwrap();
    let mut ctx = db.work().write();
    let new = Register {
        email: email.clone(),
        password,
    };
    identity::register(&mut ctx, new).await.unwrap();
    ctx.commit().await.unwrap();
    let sign_in = SignIn {
        email,
        password: "open sesame 1".to_owned(),
        user_agent: "Browser".to_owned(),
        previous: None,
    };
    let signed_in = identity::sign_in_flow(&db.work(), sign_in).await.unwrap();
    let secret = signed_in.secret.into_string();
    let session = identity::authenticate(&mut db.work().read(), &secret).await.unwrap();
    (session.unwrap().session_id, secret)
}

async fn ask_signed_in(pushes: &Pushes, about: PushesAbout, session: SessionId, name: &str) {
    pushes.shop.db.clock().advance(TimeDelta::seconds(1));
    let (public_key, auth) = keys();
    let mut ctx = pushes.shop.db.work().write();
    let asks = Subscribe {
        about,
        session: Some(session),
        endpoint: &endpoint(name),
        public_key: &public_key,
        auth: &auth,
        locale: Locale::EN,
    };
    subscribe(&mut ctx, pushes.pusher.as_ref(), asks).await.unwrap();
    ctx.commit().await.unwrap();
}

async fn told(pushes: &Pushes, about: PushesAbout) -> usize {
    let ids: Vec<Uuid> = about.ids().collect();
    let mut ctx = pushes.shop.db.work().read();
    let found = list_push_subscriptions(&mut ctx, &ids).await.unwrap();
    found.values().map(Vec::len).sum()
}

#[tokio::test]
async fn a_browser_says_what_it_is_in_full_or_is_refused() {
    let pushes = Pushes::open().await;
    let (public_key, auth) = keys();
    let good = endpoint("a");
    for (endpoint, public_key, auth, field) in [
        ("http://127.0.0.1/a", public_key.as_str(), auth.as_str(), "endpoint"),
        ("", &public_key, &auth, "endpoint"),
        (&good, "", &auth, "p256dh"),
        (&good, &auth, &auth, "p256dh"),
        (&good, &data_encoding::BASE64URL_NOPAD.encode(&[5; 65]), &auth, "p256dh"),
        (&good, &public_key, "a!", "auth"),
        (&good, &public_key, &public_key, "auth"),
    ] {
        let mut ctx = pushes.shop.db.work().write();
        let asks = Subscribe {
            about: of_customer(1),
            session: None,
            endpoint,
            public_key,
            auth,
            locale: Locale::EN,
        };
        let refused = subscribe(&mut ctx, pushes.pusher.as_ref(), asks).await;
        assert!(
            matches!(&refused, Err(SubscribeError::Invalid(error)) if error.field == field),
            "{refused:?}"
        );
    }
    assert_eq!(told(&pushes, of_customer(1)).await, 0);
}

#[tokio::test]
async fn the_same_browser_counts_once_and_the_eleventh_takes_the_place_of_the_first() {
    let pushes = Pushes::open().await;
    let about = of_customer(1);
    for name in ["a", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] {
        pushes.ask(about, name, Locale::EN).await.unwrap();
    }
    assert_eq!(told(&pushes, about).await, 10);
    pushes.ask(about, "k", Locale::EN).await.unwrap();
    assert_eq!(told(&pushes, about).await, 10);
    let mut ctx = pushes.shop.db.work().read();
    for (name, wanted) in [("a", false), ("b", true), ("k", true)] {
        let found = wants_pushes(&mut ctx, about, None, &endpoint(name)).await.unwrap();
        assert_eq!(found, wanted, "{name}");
    }
    ctx.rollback().await;
    let mut ctx = pushes.shop.db.work().write();
    stop_pushes(&mut ctx, about).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(told(&pushes, about).await, 0);
}

#[tokio::test]
async fn who_signs_out_is_told_there_no_more_and_who_comes_after_gets_nothing_of_theirs() {
    let pushes = Pushes::open().await;
    let (ann, secret) = sign_in(&pushes, "ann@example.com").await;
    let (bea, _) = sign_in(&pushes, "bea@example.com").await;
    ask_signed_in(&pushes, of_customer(1), ann, "a").await;
    assert_eq!(told(&pushes, of_customer(1)).await, 1);
    let mut ctx = pushes.shop.db.work().write();
    let at_home = wants_pushes(&mut ctx, of_customer(1), Some(ann), &endpoint("a")).await;
    let elsewhere = wants_pushes(&mut ctx, of_customer(1), Some(bea), &endpoint("a")).await;
    assert_eq!((at_home.unwrap(), elsewhere.unwrap()), (true, false));
    identity::sign_out(&mut ctx, &secret).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(told(&pushes, of_customer(1)).await, 0);

    // Somebody else signs in with a browser in which nobody had signed out.
    let (cat, _) = sign_in(&pushes, "cat@example.com").await;
    ask_signed_in(&pushes, of_customer(3), cat, "b").await;
    ask_signed_in(&pushes, of_customer(2), bea, "b").await;
    assert_eq!(
        (told(&pushes, of_customer(3)).await, told(&pushes, of_customer(2)).await),
        (0, 1)
    );
}

#[tokio::test]
async fn a_browser_that_asked_about_an_order_and_its_customer_is_told_once() {
    let pushes = Pushes::open().await;
    let order = pushes.order("a").await;
    for name in ["a", "b"] {
        pushes.ask(of_customer(1), name, Locale::EN).await.unwrap();
    }
    let about = PushesAbout {
        order: Some(order),
        ..of_customer(1)
    };
    let mut ctx = pushes.shop.db.work().read();
    let takers = find_takers(&mut ctx, &[(order, about)]).await.unwrap();
    assert_eq!(takers[&order].len(), 2);
}

#[tokio::test]
async fn a_browser_of_one_store_is_nobody_in_another() {
    let pushes = Pushes::open().await;
    let order = pushes.order("a").await;
    let shop = pushes.shop.db.store();
    let other = NewStore {
        slug: "other".to_owned(),
        name: "Other".to_owned(),
        currency: shop.currency,
        locale: shop.locale,
        prices_include_tax: true,
        tax_rounding: shop.tax_rounding,
        country: shop.country,
        email: shop.email.clone(),
        time_zone: shop.time_zone,
    };
    let other = pushes.shop.db.database().ensure_store(&other, &[]).await.unwrap();
    let other = Work::new(pushes.shop.db.database().clone(), Scope::system(other));
    let mut ctx = other.write();
    assert_eq!(find_push_key(&mut ctx).await.unwrap(), None);
    assert!(
        !wants_pushes(&mut ctx, of_order(order), None, &endpoint("a"))
            .await
            .unwrap()
    );
    unsubscribe(&mut ctx, of_order(order), &endpoint("a")).await.unwrap();
    erase_pushes(&mut ctx, &[order], &[]).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(told(&pushes, of_order(order)).await, 1);
    assert_eq!(pushes.log().await.len(), 1);
}

#[tokio::test]
async fn a_key_is_made_once_and_kept_sealed() {
    let pushes = Pushes::open().await;
    let sealed = "SELECT sealed_key FROM notifications.push_settings";
    let kept = || async {
        let mut ctx = pushes.shop.db.work().read();
        let query = sqlx::query_scalar(sealed).fetch_one(ctx.sql().await.unwrap());
        let kept: Vec<u8> = query.await.unwrap();
        kept
    };
    let first = kept().await;
    assert!(!first.windows(7).any(|bytes| bytes == b"private"));
    pushes.save(1, false).await;
    pushes.save(2, true).await;
    assert_eq!(kept().await, first);
    let mut ctx = pushes.owner().write();
    let settings = load_push_settings(&mut ctx).await.unwrap();
    assert_eq!((settings.version, settings.contact.as_str()), (3, "shop@example.com"));
    let terms = |contact: &str, kinds: &[TextKind], version| PushTerms {
        contact: contact.to_owned(),
        kinds: kinds.to_vec(),
        active: true,
        version,
    };
    let wrong = update_pushes(&mut ctx, pushes.pusher.as_ref(), terms("nobody", &[], 3)).await;
    let fields = |invalid: &kernel::Invalid| invalid.0.iter().map(|error| error.field.clone()).collect::<Vec<_>>();
    assert!(
        matches!(&wrong, Err(UpdatePushesError::Invalid(invalid)) if fields(invalid) == ["contact", "kinds"]),
        "{wrong:?}"
    );
    let late = update_pushes(
        &mut ctx,
        pushes.pusher.as_ref(),
        terms("a@example.com", TextKind::ALL, 2),
    )
    .await;
    assert!(matches!(late, Err(UpdatePushesError::VersionConflict)));
    let again = update_pushes(
        &mut ctx,
        pushes.pusher.as_ref(),
        terms("a@example.com", TextKind::ALL, 0),
    )
    .await;
    assert!(matches!(again, Err(UpdatePushesError::VersionConflict)));
    let mut guest = pushes.shop.db.work().acting_as(Actor::Guest).write();
    let refused = load_push_settings(&mut guest).await;
    assert!(matches!(refused, Err(UpdatePushesError::Forbidden(_))));
}

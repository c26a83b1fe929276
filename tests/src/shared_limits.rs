//! What somebody spent at one process is spent at the other, and a Redis that is away stops nobody.
//!
//! Both processes have the same clock, which stands still unless a test moves it, so nothing depends on how long a test takes.

use chrono::TimeDelta;

use crate::{
    browser::Browser,
    installation::{Installation, Process},
    page::Page,
    redis::Redis,
};

/// Attempts to get at an account from one address with one e-mail address that may come at once.
const AT_ONCE: usize = 30;

async fn guess(browser: &mut Browser) -> Page {
    browser
        .submit("/account/forgot", &[("email", "nobody@example.com")])
        .await
}

/// Two browsers behind one address, each at its own process.
async fn neighbours(souk: &Installation, other: &Process) -> (Browser, Browser) {
    let mut here = souk.visitor();
    let mut there = other.visitor().at_address_of(&here);
    here.get("/account/forgot").await.expect(200);
    there.get("/account/forgot").await.expect(200);
    (here, there)
}

async fn spends_once(souk: &Installation) {
    let other = souk.another_process().await;
    let (mut here, mut there) = neighbours(souk, &other).await;
    for attempt in 0..AT_ONCE {
        let browser = if attempt % 3 == 0 { &mut here } else { &mut there };
        let page = guess(browser).await;
        assert_ne!(page.status, 429, "attempt {attempt}");
    }
    for browser in [&mut here, &mut there] {
        let page = guess(browser).await.expect(429);
        assert_eq!(page.header("retry-after"), "2");
    }
    let mut elsewhere = other.visitor();
    elsewhere.get("/account/forgot").await.expect(200);
    assert_ne!(guess(&mut elsewhere).await.status, 429, "another address has its own");
    souk.pass(TimeDelta::seconds(2));
    assert_ne!(guess(&mut here).await.status, 429, "one came back");
    guess(&mut there).await.expect(429);
}

#[tokio::test]
async fn attempts_at_an_account_are_counted_in_postgresql_for_all_processes() {
    spends_once(&Installation::new().await).await;
}

#[tokio::test]
async fn attempts_at_an_account_are_counted_in_redis_for_all_processes() {
    let Some(redis) = Redis::start() else { return };
    spends_once(&Installation::with_redis(&redis.url()).await).await;
}

#[tokio::test]
async fn calls_of_the_api_are_counted_in_redis_for_all_processes() {
    let Some(redis) = Redis::start() else { return };
    let souk = Installation::with_redis(&redis.url()).await;
    let other = souk.another_process().await;
    let mut here = souk.visitor();
    let mut there = other.visitor().at_address_of(&here);
    for call in 0..600 {
        let browser = if call % 2 == 0 { &mut here } else { &mut there };
        let page = browser.send("GET", "/api/v1/carts/nonsense", None).await;
        assert_ne!(page.status, 429, "call {call}");
    }
    here.send("GET", "/api/v1/carts/nonsense", None).await.expect(429);
    there.send("GET", "/api/v1/carts/nonsense", None).await.expect(429);
}

#[tokio::test]
async fn a_redis_that_goes_away_stops_nobody() {
    let Some(mut redis) = Redis::start() else { return };
    let souk = Installation::with_redis(&redis.url()).await;
    let mut visitor = souk.visitor();
    visitor.get("/account/forgot").await.expect(200);
    guess(&mut visitor).await.expect(200);
    redis.stop();
    guess(&mut visitor).await.expect(200);
    visitor.send("GET", "/api/v1/products", None).await.expect(200);
}

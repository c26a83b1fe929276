//! Open pages are told that what they show is another, by whichever process changed it. Nothing here waits for a time: a word
//! that is due lies ready before it is looked for, and one that is not due cannot come.

use axum::{
    body::{Body, Bytes},
    http::StatusCode,
};
use database::Database;
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use kernel::OrderId;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
    page::Page,
    stocked::TestStore,
    watch::Watch,
};

const CHANGED: &str = "event: changed\ndata: changed\n\n";

/// An open stream.
struct Live(Body);

impl Live {
    async fn open(browser: &mut Browser, path: &str) -> Self {
        let response = browser.ask("GET", path, None).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        for (name, value) in [
            ("content-type", "text/event-stream"),
            ("cache-control", "no-store"),
            ("x-accel-buffering", "no"),
        ] {
            assert_eq!(response.headers()[name], value, "{path}");
        }
        Self(response.into_body())
    }

    /// The next word; `None` at its end.
    async fn next(&mut self) -> Option<String> {
        loop {
            let piece = self.0.frame().await?.unwrap().into_data().unwrap();
            if !is_heartbeat(&piece) {
                return Some(String::from_utf8(piece.to_vec()).unwrap());
            }
        }
    }

    /// Whether it has nothing to say.
    fn is_silent(&mut self) -> bool {
        loop {
            match self.0.frame().now_or_never() {
                None => return true,
                Some(Some(Ok(frame))) if frame.data_ref().is_some_and(is_heartbeat) => {}
                Some(_) => return false,
            }
        }
    }
}

fn is_heartbeat(piece: &Bytes) -> bool {
    piece.as_ref() == b":\n\n"
}

/// What a page says of the stream to open, and of what it shows.
fn of_page(page: &Page) -> (String, String) {
    let value = |name: &str| {
        let (_, rest) = page.body.split_once(&format!(" {name}=\"")).expect(name);
        rest.split('"')
            .next()
            .unwrap()
            .replace("&amp;", "&")
            .replace("&#x2f;", "/")
    };
    (value("data-live"), value("data-version"))
}

async fn process(database: &Database, store: &TestStore, order: &str) {
    let work = database::Work::new(database.clone(), database::Scope::system(store.store.clone()));
    let mut ctx = work.write();
    let id: OrderId = order.parse().unwrap();
    orders::start_processing(&mut ctx, id).await.unwrap();
    ctx.commit().await.unwrap();
}

async fn bought(souk: &Installation, store: &TestStore, buyer: &mut Browser) -> String {
    buyer.add(&store.mug, "1").await.expect(303);
    let order = order_of(&buyer.buy(GUEST).await);
    souk.drain().await;
    order
}

#[tokio::test]
async fn an_order_page_is_told_by_whichever_process_changed_the_order() {
    let mut watch = Watch::new().await;
    let (order, other) = {
        let souk = &watch.souk;
        let mut guest = souk.visitor();
        (
            bought(souk, &souk.alpha, &mut guest).await,
            bought(souk, &souk.alpha, &mut souk.visitor()).await,
        )
    };
    let link = watch.souk.mails().await;
    let link = link
        .iter()
        .find(|mail| mail.text_body.contains(&order))
        .unwrap()
        .link("/orders/");
    let mut readers = [watch.souk.visitor(), watch.other.visitor()];
    let (path, version) = of_page(&readers[0].get(&link).await.expect(200));
    watch.other.follower.catch_up().await.unwrap();
    let mut streams = Vec::new();
    for reader in &mut readers {
        let mut stream = Live::open(reader, &path).await;
        let first = stream.next().await.unwrap();
        assert!(
            first.ends_with(&format!("event: version\ndata: {version}\n\n")),
            "{first}"
        );
        streams.push(stream);
    }

    let asked = watch.other.database().statement_count();
    process(watch.souk.database(), &watch.souk.alpha, &other).await;
    watch.other.follower.catch_up().await.unwrap();
    assert!(streams.iter_mut().all(Live::is_silent), "another order is no news");
    assert_eq!(
        watch.other.database().statement_count(),
        asked,
        "nobody asks for an open page"
    );

    process(watch.souk.database(), &watch.souk.alpha, &order).await;
    assert_eq!(streams[0].next().await.as_deref(), Some(CHANGED));
    assert!(streams[1].is_silent(), "the other process has not read of it");
    watch.other.follower.catch_up().await.unwrap();
    assert_eq!(streams[1].next().await.as_deref(), Some(CHANGED));
    assert!(streams.iter_mut().all(Live::is_silent), "once is enough");

    // A page made before the change learns from the first word that it missed something.
    let mut late = Live::open(&mut watch.other.visitor(), &path).await;
    let first = late.next().await.unwrap();
    assert!(!first.contains(&format!("data: {version}\n")), "{first}");
}

#[tokio::test]
async fn a_customer_is_told_of_all_orders_and_nobody_else_is() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let alpha = &souk.alpha;
    let mut customer = souk.visitor();
    customer.sign_in(&alpha.shopper).await;
    let order = bought(&souk, alpha, &mut customer).await;
    let (path, version) = of_page(&customer.get("/account/orders").await.expect(200));
    let mut stream = Live::open(&mut customer, &path).await;
    assert!(stream.next().await.unwrap().contains(&version));
    process(souk.database(), alpha, &order).await;
    assert_eq!(stream.next().await.as_deref(), Some(CHANGED));
    let (_, next) = of_page(&customer.get("/account/orders").await.expect(200));
    assert_ne!(version, next);

    let page = format!("/orders/{order}");
    let own = format!("{page}/live");
    Live::open(&mut customer, &own).await;
    let mut stranger = souk.visitor_of(&beta);
    stranger.sign_in(&beta.shopper).await;
    for (mut browser, why) in [
        (souk.visitor(), "a guest without the link"),
        (stranger.clone(), "a customer of another store"),
        (stranger.at(customer.host()), "a session of another store"),
    ] {
        for path in [own.clone(), format!("{own}?token=0"), page.clone()] {
            assert_eq!(browser.send("GET", &path, None).await.status, 404, "{why}: {path}");
        }
    }
    let token = orders::access_token(&souk.program.link_key, order.parse().unwrap());
    let link = format!("{page}?token={token}");
    let (of_link, _) = of_page(&souk.visitor().get(&link).await.expect(200));
    Live::open(&mut souk.visitor(), &of_link).await;
    assert_eq!(souk.visitor_of(&beta).send("GET", &of_link, None).await.status, 404);
}

#[tokio::test]
async fn a_client_has_so_many_streams_and_gets_each_back() {
    let souk = Installation::new().await;
    let mut customer = souk.visitor().at_address("2001:db8:1:2::1");
    customer.sign_in(&souk.alpha.shopper).await;
    let most = souk.program.app.settings().streams_per_client;
    let path = "/account/orders/live";
    let mut streams = Vec::new();
    for _ in 0..most {
        streams.push(Live::open(&mut customer, path).await);
    }
    let cache = souk.database().cache();
    assert_eq!(cache.watched(), most);
    // All addresses of a network of IPv6 belong to one connection.
    customer = customer.at_address("2001:db8:1:2::2");
    let refused = customer.send("GET", path, None).await.expect(429);
    assert_eq!(refused.header("retry-after"), "60");
    let mut neighbour = souk.visitor();
    neighbour.sign_in(&souk.alpha.shopper).await;
    Live::open(&mut neighbour, path).await;
    streams.pop();
    streams.push(Live::open(&mut customer, path).await);
    streams.clear();
    assert_eq!(cache.watched(), 0, "nobody waits who is gone");
}

#[tokio::test]
async fn open_streams_do_not_keep_the_program_from_ending() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    let order = bought(&souk, &souk.alpha, &mut guest).await;
    let token = orders::access_token(&souk.program.link_key, order.parse().unwrap());
    let path = format!("/orders/{order}/live?token={token}");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (router, stop) = (souk::http::router(&souk.program), CancellationToken::new());
    let settings = web::Settings {
        shutdown_grace: std::time::Duration::from_secs(3_600),
        ..web::Settings::default()
    };
    let stopped = stop.clone();
    let server = tokio::spawn(async move { web::serve(listener, router, &settings, stopped).await });
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", souk.alpha.host);
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    while !String::from_utf8_lossy(&heard).contains("event: version") {
        assert_ne!(
            stream.read_buf(&mut heard).await.unwrap(),
            0,
            "{}",
            String::from_utf8_lossy(&heard)
        );
    }
    souk.program.app.drain();
    stop.cancel();
    server.await.unwrap().unwrap();
    stream.read_to_end(&mut heard).await.unwrap();
    assert!(heard.ends_with(b"0\r\n\r\n"), "it ends, and does not break off");
    assert_eq!(guest.send("GET", &path, None).await.status, 503, "no new one begins");
}

#[tokio::test]
async fn a_product_page_is_told_what_is_left_and_an_idle_one_asks_nothing() {
    let mut watch = Watch::new().await;
    let beta = watch.souk.beta().await;
    let mug = watch.souk.alpha.mug.clone();
    let page = format!("/products/{}", mug.slug);
    let mut guests = [watch.souk.visitor(), watch.other.visitor()];
    let (path, version) = of_page(&guests[0].get(&page).await.expect(200));
    watch.other.follower.catch_up().await.unwrap();
    let mut streams = Vec::new();
    for guest in &mut guests {
        let mut stream = Live::open(guest, &path).await;
        assert!(stream.next().await.unwrap().contains(&format!("data: {version}\n")));
        streams.push(stream);
    }
    let set = async |watch: &Watch, piece: &crate::stocked::Piece, on_hand| {
        let level = inventory::SetLevel {
            variant_id: piece.variant,
            on_hand,
            backorder: false,
        };
        let levels = [level];
        watch
            .write(async |ctx| inventory::set_levels(ctx, &levels).await.map(drop).unwrap())
            .await;
    };
    let asked = watch.other.database().statement_count();
    set(&watch, &watch.souk.alpha.lamp.clone(), 1).await;
    watch.other.follower.catch_up().await.unwrap();
    assert!(streams.iter_mut().all(Live::is_silent), "another product is no news");
    assert_eq!(
        watch.other.database().statement_count(),
        asked,
        "nobody asks for an open page"
    );

    for (on_hand, version, shown) in [(2, "2", "Only 2 left"), (0, "none", "Sold out")] {
        set(&watch, &mug, on_hand).await;
        watch.other.follower.catch_up().await.unwrap();
        for stream in &mut streams {
            assert_eq!(stream.next().await.as_deref(), Some(CHANGED));
        }
        let page = guests[1].get(&page).await.expect(200);
        assert_eq!(of_page(&page), (path.clone(), version.to_owned()));
        assert!(page.body.contains(shown), "{}", page.body);
    }
    let elsewhere = watch.souk.visitor_of(&beta).send("GET", &path, None).await.status;
    assert_eq!(elsewhere, 404, "a variant of another store");
    watch
        .write(async |ctx| drop(catalog::archive_product(ctx, mug.product, None).await.unwrap()))
        .await;
    assert_eq!(
        watch.souk.visitor().send("GET", &path, None).await.status,
        404,
        "not on sale"
    );
}

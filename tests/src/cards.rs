//! No card number is ever kept: not in a log line, not in a row, not in a file, even when a client sends one.

use std::{
    io::Write,
    path::Path,
    sync::{Arc, Mutex},
};

use tracing_subscriber::fmt::MakeWriter;

use crate::{
    installation::{GUEST, Installation},
    rest_api,
};

const NUMBER: &str = "4242424242424242";
/// The same, as people write it, and as bytes are shown.
const DISGUISES: [&str; 4] = [
    NUMBER,
    "4242 4242 4242 4242",
    "4242-4242-4242-4242",
    "34323432343234323432343234323432",
];

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

fn holds_number(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    DISGUISES.iter().any(|number| text.contains(number))
}

fn files_with_number(folder: &Path, found: &mut Vec<String>) -> usize {
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files += files_with_number(&path, found);
        } else {
            files += 1;
            if holds_number(&std::fs::read(&path).unwrap()) {
                found.push(path.display().to_string());
            }
        }
    }
    files
}

#[tokio::test]
async fn a_card_number_is_in_no_log_no_row_and_no_file() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let logging = tracing::subscriber::set_default(subscriber);
    // As long as there is one subscriber only, tracing asks the thread that comes by a log line first whether anybody
    // wants it, and that may be another test's. With a second one it asks all.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let souk = Installation::new().await;

    // A page whose script was tampered with posts the card along, or in place of the token.
    let mut naughty = souk.visitor();
    naughty.add(&souk.alpha.mug, "1").await.expect(303);
    let form = naughty.fill_checkout(GUEST).await;
    naughty
        .send("GET", &format!("/checkout?card_number={NUMBER}"), None)
        .await
        .expect(200);
    naughty.place(&form, NUMBER).await.expect(402);
    let mut fields = form.fields("place", "tok_success");
    fields.push(("card_number", NUMBER));
    fields.push(("card-number", "4242 4242 4242 4242"));
    naughty.submit("/checkout", &fields).await.expect(303);

    // Also where a card is saved, or a saved one is meant.
    let mut naughty = souk.visitor();
    naughty.sign_in(&souk.alpha.shopper).await;
    naughty.add(&souk.alpha.mug, "1").await.expect(303);
    let form = naughty.fill_checkout(GUEST).await;
    let mut fields = form.fields("place", NUMBER);
    fields.push(("save_card", NUMBER));
    naughty.submit("/checkout", &fields).await.expect(402);
    fields.push(("method", NUMBER));
    naughty.submit("/checkout", &fields).await.expect(422);
    let mut fields = form.fields("place", "tok_success");
    fields.push(("save_card", NUMBER));
    naughty.submit("/checkout", &fields).await.expect(303);
    let page = naughty.get("/account/cards").await.expect(200);
    assert!(page.has("saved-card"), "{}", page.body);

    let mut server = souk.visitor().with("idempotency-key", "naughty");
    let cart = server
        .call("POST", "/api/v1/carts", &rest_api::cart_of(&[&souk.alpha.mug]))
        .await
        .expect(201)
        .json();
    let path = format!("/api/v1/carts/{}/complete", cart["id"].as_str().unwrap());
    let mut body = rest_api::payment_of(&cart, NUMBER);
    server.call("POST", &path, &body).await.expect(402);
    body["payment"]["card_number"] = NUMBER.into();
    server.call("POST", &path, &body).await.expect(422);
    let body = serde_json::json!({"payment": {"method": NUMBER}});
    server.call("POST", &path, &body).await.expect(422);

    let mut honest = souk.visitor();
    honest.add(&souk.alpha.mug, "1").await.expect(303);
    honest.buy(GUEST).await;
    let mails = souk.mails().await;
    assert!(mails.len() > 1);
    drop(logging);

    let logged = log.0.lock().unwrap().clone();
    let lines = String::from_utf8_lossy(&logged);
    assert!(lines.lines().count() > 100, "nothing was logged: {lines}");
    let telling: Vec<&str> = lines.lines().filter(|line| holds_number(line.as_bytes())).collect();
    assert!(telling.is_empty(), "{telling:#?}");

    let tables: Vec<(String,)> = souk
        .rows(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables \
             WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')",
        )
        .await;
    let mut rows_read = 0;
    for (table,) in tables {
        for (row,) in souk.rows::<(String,)>(&format!("SELECT t::text FROM {table} t")).await {
            rows_read += 1;
            assert!(!holds_number(row.as_bytes()), "{table}: {row}");
        }
    }
    assert!(rows_read > 100, "{rows_read}");
    let mut found = Vec::new();
    assert!(files_with_number(souk.folder.path(), &mut found) > 1);
    assert!(found.is_empty(), "{found:?}");
}

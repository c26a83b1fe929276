//! The store that is measured: made by Souk's own importer and use cases, kept, and copied for each run.

use std::{
    fmt::Write as _,
    io::{BufWriter, Write as _},
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use database::{Database, Options, Scope, SealingKey, Work};
use kernel::{Money, SystemClock, SystemEntropy};
use serde_json::json;
use shipping::{MethodTerms, RateKind, Region, ZoneTerms};
use sqlx::postgres::PgConnectOptions;
use tax::{Nexus, Place};

use crate::{
    http::Connection,
    load::{self, Load},
    server::{Program, Server},
    shoppers::Buyer,
    store::Store,
};

/// Pieces of each product: more than any run can sell.
const PLENTY: u64 = 10_000_000;
/// Orders that the store has before anything is measured.
pub(crate) const SOLD_BEFORE: usize = 2_000;
/// How many shoppers placed them at once.
const SHOPPERS: usize = 32;
/// How long they may take.
const PATIENCE: Duration = Duration::from_secs(600);
/// Pieces of the product that is sold out.
pub(crate) const FEW: u32 = 500;

const MATERIALS: [&str; 10] = [
    "linen", "cotton", "oak", "steel", "glass", "wool", "leather", "bamboo", "copper", "marble",
];
const THINGS: [&str; 20] = [
    "lamp", "chair", "shirt", "kettle", "bucket", "table", "mirror", "blanket", "clock", "vase", "shelf", "jacket",
    "pan", "rug", "bowl", "stool", "scarf", "knife", "tray", "bench",
];
const COLOURS: [&str; 8] = ["red", "blue", "green", "black", "white", "grey", "yellow", "brown"];
const BRANDS: usize = 40;

/// The category of a product, as its address names it.
pub(crate) fn category(index: usize) -> String {
    THINGS.get(index % THINGS.len()).copied().unwrap_or_default().to_owned()
}

/// Words that find many of the products.
pub(crate) fn words(index: usize) -> String {
    format!("{} {}", word(&MATERIALS, index / THINGS.len()), word(&THINGS, index))
}

fn word(words: &[&'static str], index: usize) -> &'static str {
    words.get(index % words.len()).copied().unwrap_or_default()
}

/// Writes the catalogue as the importer takes it: `count` products, one that many want, and one of which there are few.
fn write_catalogue(path: &Path, count: usize) -> anyhow::Result<()> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    for index in 0..count {
        writeln!(file, "{}", product(&format!("plain-{index:06}"), index, PLENTY))?;
    }
    writeln!(file, "{}", product("wanted", 0, PLENTY))?;
    writeln!(file, "{}", product("scarce", 1, FEW.into()))?;
    Ok(file.into_inner().map_err(|error| error.into_error())?.sync_all()?)
}

fn product(handle: &str, index: usize, quantity: u64) -> serde_json::Value {
    // Figures that have nothing to do with each other, the same in every run.
    let mixed = index.wrapping_mul(2_654_435_761) >> 7;
    let (material, thing, colour) = (
        word(&MATERIALS, index / THINGS.len()),
        word(&THINGS, index),
        word(&COLOURS, mixed),
    );
    let brand = format!("House {}", mixed % BRANDS);
    let mut description = String::new();
    for sentence in 0..4 {
        let _ = write!(
            description,
            "<p>This {colour} {thing} of {material} is made by {brand} for homes that are lived in, and looks better with \
             every year of use. Number {sentence} of four things to know: it is repaired for free.</p>"
        );
    }
    json!({
        "handle": handle, "title": format!("{material} {thing} in {colour} {index}"), "description": description,
        "short_description": format!("A {colour} {thing}."), "brand": brand, "kind": "physical",
        "categories": [[thing]], "tags": [colour, material], "status": "active", "published": true,
        "variants": [{
            "sku": format!("SKU-{handle}"), "price": {"amount": 500 + mixed % 20_000, "currency": "USD"},
            "weight_grams": 100 + mixed % 3_000, "quantity": quantity, "tracked": true,
        }],
    })
}

/// Fills an empty database, and leaves the search index in the program's data folder.
pub(crate) async fn fill(program: &Program, options: PgConnectOptions, products: usize) -> anyhow::Result<()> {
    std::fs::create_dir_all(&program.data)?;
    program
        .run(&[
            "store",
            "bench",
            "--name",
            "Bench",
            "--host",
            "bench.localhost",
            "--email",
            "bench@bench.example",
        ])
        .await?;
    let catalogue = program.data.join("catalogue.jsonl");
    write_catalogue(&catalogue, products)?;
    let file = catalogue.to_str().context("the folder's name is not text")?;
    let said = program.run(&["import", "jsonl", file, "--without-images"]).await?;
    anyhow::ensure!(said.contains(" 0 errors"), "the import went wrong: {said}");
    std::fs::remove_file(&catalogue)?;
    sell(options.clone()).await?;
    let server = Server::serve(program, "/products/plain-000000").await?;
    until_indexed(&server, products).await?;
    sell_before(&server, &mut Store::connect(&options).await?).await?;
    server.stop().await
}

/// Places orders and waits until their mails and invoices are written: PostgreSQL plans by what it knows of its tables, and of
/// empty ones it knows nothing.
async fn sell_before(server: &Server, store: &mut Store) -> anyhow::Result<()> {
    let products = store.list_products("plain-").await?;
    let variants: Arc<[String]> = products.into_iter().map(|product| product.variant).collect();
    let load = Load {
        address: server.address,
        callers: SHOPPERS,
        time: PATIENCE,
    };
    let shopper = |index| Buyer::of_two(&variants, index).only(SOLD_BEFORE / SHOPPERS);
    let sold = tokio::task::block_in_place(|| load::run(&load, shopper))?;
    anyhow::ensure!(
        sold.errors == 0,
        "a sale went wrong: {}",
        sold.first_error.unwrap_or_default()
    );
    store.until_worked_off(PATIENCE).await
}

/// Where tax is due and what delivery costs.
async fn sell(options: PgConnectOptions) -> anyhow::Result<()> {
    let database = Database::connect_lazy(
        options,
        Options::default(),
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
        SealingKey::new([0; 32]),
    );
    let store = database.find_store("bench").await?.context("the store was not made")?;
    let price = Money::new(590, store.currency);
    let mut ctx = Work::new(database.clone(), Scope::system(store)).write();
    tax::replace_nexus(&mut ctx, &Nexus(vec![Place::parse("US-CA")?])).await?;
    let zone = ZoneTerms {
        name: "Home".to_owned(),
        regions: vec![Region::parse("US")?],
    };
    let zone = shipping::create_zone(&mut ctx, &zone).await?;
    let method = MethodTerms::new("standard", "Standard", RateKind::Flat(price));
    shipping::create_method(&mut ctx, zone, &method).await?;
    ctx.commit().await?;
    database.close().await;
    Ok(())
}

/// Waits until lists and search know every product.
pub(crate) async fn until_indexed(server: &Server, products: usize) -> anyhow::Result<()> {
    let mut http = Connection::new(server.address);
    let wanted = format!("\"total\":{}", products + 2);
    for _ in 0..1_200 {
        let listed = http.ask("/api/v1/products?limit=1").await?;
        let found = http.ask("/api/v1/products?limit=1&q=lamp").await?;
        let measured = http.ask("/metrics").await?;
        let has = |answer: &crate::http::Answer, text: &str| {
            answer.body.windows(text.len()).any(|window| window == text.as_bytes())
        };
        if has(&listed, &wanted) && !has(&found, "\"total\":0") && has(&measured, "\nsearch_lag_seconds 0\n") {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    anyhow::bail!("the search index did not get to know the products")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_product_is_the_same_in_every_run_and_found_by_its_words() {
        assert_eq!(product("plain-000041", 41, 9), product("plain-000041", 41, 9));
        let title = product("plain-000041", 41, 9)["title"].to_string();
        assert!(words(41).split(' ').all(|word| title.contains(word)), "{title}");
        assert_eq!(category(41), "chair");
    }
}

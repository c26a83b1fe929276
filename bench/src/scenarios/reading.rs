//! Pages and JSON, beside a handler that only answers with as many bytes.

use std::{collections::BTreeSet, sync::Arc};

use hyper::StatusCode;

use super::{
    CROWD,
    buying::{below_ms, rate},
};
use crate::{
    figures::Milli,
    http::Connection,
    run::Run,
    seed::{category, words},
    shoppers::Reader,
    table::Goal,
};

/// How many different pages are looked at again and again.
const KNOWN: usize = 50;
/// How many pages that nobody saw before.
const UNKNOWN: usize = 400;

/// The page of a product.
pub(super) async fn product(run: &mut Run) -> anyhow::Result<()> {
    warm(run, "product page, warm", &products("/products"), Milli(500), true).await
}

/// The same through the API.
pub(super) async fn product_json(run: &mut Run) -> anyhow::Result<()> {
    let pages = products("/api/v1/products");
    warm(run, "product JSON, warm", &pages, Milli(500), true).await
}

fn products(base: &str) -> Arc<[String]> {
    (0..KNOWN).map(|index| format!("{base}/plain-{index:06}")).collect()
}

/// A category's first page.
pub(super) async fn list(run: &mut Run) -> anyhow::Result<()> {
    let pages = (0..20).map(|index| format!("/products/category/{}", category(index)));
    warm(run, "list of 24 with facets, warm", &pages.collect(), Milli(250), false).await
}

/// The first page of what is found.
pub(super) async fn search(run: &mut Run) -> anyhow::Result<()> {
    let pages = (0..KNOWN).map(|index| search_for(&words(index)));
    warm(run, "search with facets, warm", &pages.collect(), Milli(250), false).await
}

fn search_for(words: &str) -> String {
    format!("/search?q={}", words.replace(' ', "+"))
}

async fn warm(run: &mut Run, what: &str, pages: &Arc<[String]>, share: Milli, without_sql: bool) -> anyhow::Result<()> {
    let mut http = Connection::new(run.server.address);
    let first = http.get(pages.first().map_or("/", String::as_str)).await?;
    let bytes = first.expect(StatusCode::OK)?.body.len();
    drop(http);
    crate::tell(&format!("the bare handler with {bytes} bytes"));
    let bare = run.measure_bare(CROWD, bytes).await?;
    let told = run.told;
    let mut row = run.measure(what, CROWD, |index| Reader::again(pages, index)).await?;
    run.told = told;
    row.goals.push(Goal::at_least(
        "bare",
        rate(row.per_second),
        rate(bare.per_second),
        share,
    ));
    if without_sql {
        let statements = row.costs.statements;
        row.goals.push(Goal::below(
            format!(
                "{} SQL",
                statements.map_or("–".to_owned(), |count| count.with_digits(1))
            ),
            "0 SQL",
            statements.is_some_and(|count| count < Milli(50)),
        ));
    }
    run.table.rows.extend([bare, row]);
    Ok(())
}

/// Suggestions for what many type, and for beginnings that nobody typed before, asked for once by one caller.
pub(super) async fn suggest(run: &mut Run) -> anyhow::Result<()> {
    let typed: BTreeSet<String> = (0..UNKNOWN).flat_map(|index| beginnings(&words(index))).collect();
    let fields: Arc<[String]> = typed
        .iter()
        .map(|typed| format!("/search/suggestions?q={}", typed.replace(' ', "+")))
        .collect();
    let (told, time) = (run.told, run.times.measured);
    let what = "suggestions, cold";
    crate::tell(what);
    let mut row = run.measure_cold(what, 1, time, |_index| Reader::once(&fields)).await?;
    row.goals.push(below_ms(row.p99_us, 5));
    run.told = told;
    run.table.rows.push(row);
    let known: Arc<[String]> = fields.iter().take(KNOWN).cloned().collect();
    let mut row = run
        .measure("suggestions, warm", CROWD, |index| Reader::again(&known, index))
        .await?;
    run.told = told;
    row.goals.push(below_ms(row.p99_us, 5));
    run.table.rows.push(row);
    Ok(())
}

/// What stands in the field at each letter.
fn beginnings(words: &str) -> Vec<String> {
    let ends = 1..=words.len();
    ends.filter_map(|end| Some(words.get(..end)?.trim_end().to_owned()))
        .collect()
}

/// Lists and searches of which each is asked for once, by one caller.
pub(super) async fn cold(run: &mut Run) -> anyhow::Result<()> {
    let lists =
        (0..UNKNOWN).map(|index| format!("/products/category/{}?price_min={}", category(index), 6 + index / 20));
    let searches = (0..UNKNOWN).map(|index| format!("{}&price_min={}", search_for(&words(index)), 6 + index / 100));
    for (what, pages) in [
        ("list of 24 with facets, cold", lists.collect::<Arc<[String]>>()),
        ("search with facets, cold", searches.collect()),
    ] {
        crate::tell(what);
        let (told, time) = (run.told, run.times.measured);
        let mut row = run.measure_cold(what, 1, time, |_index| Reader::once(&pages)).await?;
        run.told = told;
        row.goals.push(below_ms(row.p99_us, 20));
        run.table.rows.push(row);
    }
    Ok(())
}

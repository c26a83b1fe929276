//! Every token and component of the shop on one page, for whoever changes how it looks. Only a demo has it.

use axum::response::Response;
use catalog::{ProductFilter, Sort};
use kernel::{Money, PageRequest};
use serde::Serialize;
use web::{MoneyView, Problem, Visitor};

use crate::{layout, list, views::ProductCard};

/// How many products stand for all.
const PRODUCTS: u16 = 4;
/// Prices of many figures show whether there is room for them.
const LONG_PRICE: i64 = 12_345_678_900;

/// The colours, in the order of the style sheet.
const COLOURS: [&str; 20] = [
    "paper",
    "surface",
    "sunken",
    "line",
    "line-strong",
    "ink",
    "ink-soft",
    "accent",
    "accent-strong",
    "accent-soft",
    "on-accent",
    "good",
    "good-soft",
    "bad",
    "bad-soft",
    "warn",
    "warn-soft",
    "bar",
    "on-bar",
    "star",
];

#[derive(Serialize)]
struct StyleguideView {
    colours: [&'static str; 20],
    products: Vec<ProductCard>,
    price_now: MoneyView,
    price_was: MoneyView,
    price_long: MoneyView,
}

/// `GET /_styleguide`
pub(crate) async fn handler(visitor: Visitor) -> Result<Response, Problem> {
    if !visitor.state().settings().demo {
        return Err(Problem::not_found());
    }
    let currency = visitor.store().currency;
    let money = |minor| MoneyView::from(Money::new(minor, currency));
    let mut ctx = visitor.work.read();
    let filter = ProductFilter {
        sort: Sort::Newest,
        ..ProductFilter::default()
    };
    let page = catalog::list_products(&mut ctx, &filter, &PageRequest::first(PRODUCTS)).await;
    ctx.rollback().await;
    let products = page.map_err(list::problem)?.items.into_iter();
    let view = StyleguideView {
        colours: COLOURS,
        products: products.map(ProductCard::from).collect(),
        price_now: money(1_999),
        price_was: money(2_499),
        price_long: money(LONG_PRICE),
    };
    layout::page(&visitor, "storefront/styleguide.html", &view).await
}

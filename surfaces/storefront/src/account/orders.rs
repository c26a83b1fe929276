//! A customer's orders.

use axum::response::Response;
use kernel::{Cursor, Page, PageRequest};
use orders::{ListError, OrderFilter, OrderSummary};
use serde::{Deserialize, Serialize};
use web::{MoneyView, Problem, Query, SignedIn};

use crate::{layout, live, views::moment};

/// How many are on one page.
pub(crate) const PAGE: u16 = 20;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct OrdersQuery {
    #[serde(default)]
    cursor: String,
}

#[derive(Serialize)]
struct OrdersView {
    orders: Vec<OrderRow>,
    next_cursor: Option<String>,
    /// Which orders these are, on the page that shows the latest.
    version: Option<String>,
}

#[derive(Serialize)]
struct OrderRow {
    id: String,
    number: String,
    placed_at: String,
    status: &'static str,
    payment_status: &'static str,
    total: MoneyView,
}

pub(crate) async fn show(visitor: SignedIn, Query(query): Query<OrdersQuery>) -> Result<Response, Problem> {
    let cursor = Some(query.cursor)
        .filter(|cursor| !cursor.is_empty())
        .map(Cursor::from_text);
    let is_first = cursor.is_none();
    let page = load(&visitor, &PageRequest::first(PAGE).after(cursor)).await?;
    let view = OrdersView {
        version: is_first.then(|| live::version(&page.items)),
        next_cursor: page.next_cursor.map(|cursor| cursor.as_str().to_owned()),
        orders: page
            .items
            .into_iter()
            .map(|order| OrderRow {
                id: order.id.to_string(),
                number: order.number,
                placed_at: moment(order.placed_at),
                status: order.status.as_str(),
                payment_status: order.payment_status.as_str(),
                total: order.total.into(),
            })
            .collect(),
    };
    layout::page(&visitor, "storefront/account/orders.html", &view).await
}

/// A page of the customer's orders, the latest first.
pub(crate) async fn load(visitor: &SignedIn, request: &PageRequest) -> Result<Page<OrderSummary>, Problem> {
    let filter = OrderFilter {
        customer_id: Some(visitor.customer),
        without_failed: true,
        ..OrderFilter::default()
    };
    let mut ctx = visitor.work.read();
    let page = orders::list(&mut ctx, &filter, request).await.map_err(problem)?;
    ctx.rollback().await;
    Ok(page)
}

fn problem(error: ListError) -> Problem {
    match error {
        ListError::Forbidden(error) => error.into(),
        ListError::Invalid(error) => error.into(),
        ListError::Internal(error) => error.into(),
    }
}

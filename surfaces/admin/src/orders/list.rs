//! The list of orders.

use std::collections::BTreeMap;

use axum::extract::RawQuery;
use kernel::Invalid;
use orders::{FulfilmentStatus, ListError, OrderFilter, OrderSort, OrderStatus, OrderSummary, PaymentStatus};
use serde::{Deserialize, Serialize};
use web::{Answer, MoneyView, Problem, Query, Staff, can};

use crate::{
    forms::{Choice, choices},
    lists::{self, Rows},
    sorting::{self, Column, Header},
    views::{self, Tabs},
};

/// What the list can be asked for; what narrows it and cannot be read is as if it were not there.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct OrdersQuery {
    q: String,
    status: String,
    payment: String,
    fulfilment: String,
    /// Only that customer's.
    customer: String,
    /// The first and the last day on which they were placed.
    from: String,
    until: String,
    tag: String,
    sort: String,
    cursor: String,
}

#[derive(Serialize)]
struct OrdersView {
    views: Tabs,
    orders: Rows<OrderRow>,
    query: OrdersQuery,
    statuses: Vec<Choice>,
    payments: Vec<Choice>,
    fulfilments: Vec<Choice>,
    /// Whether orders that were given up because their payment failed are left out.
    without_failed: bool,
    /// Whether anything is narrowed.
    narrowed: bool,
    headers: BTreeMap<&'static str, Header>,
}

impl OrdersQuery {
    /// Whether it asks for everything, and not for anything in particular.
    fn is_open(&self) -> bool {
        let asked = [&self.q, &self.status, &self.payment, &self.fulfilment, &self.customer];
        let more = [&self.from, &self.until, &self.tag];
        asked.iter().chain(&more).all(|asked| asked.trim().is_empty())
    }
}

const COLUMNS: [Column; 2] = [
    Column {
        name: "placed",
        first: "newest",
        second: Some("oldest"),
        first_is_ascending: false,
    },
    Column {
        name: "total",
        first: "largest",
        second: Some("smallest"),
        first_is_ascending: false,
    },
];

/// An order as lists show it.
#[derive(Serialize)]
pub(crate) struct OrderRow {
    id: String,
    number: String,
    placed_at: String,
    name: String,
    email: String,
    status: &'static str,
    payment_status: &'static str,
    fulfilment_status: &'static str,
    item_count: i64,
    total: MoneyView,
}

impl From<OrderSummary> for OrderRow {
    fn from(order: OrderSummary) -> Self {
        Self {
            id: order.id.to_string(),
            number: order.number,
            placed_at: order.placed_at.to_rfc3339(),
            name: order.customer_name,
            email: order.email.to_string(),
            status: order.status.as_str(),
            payment_status: order.payment_status.as_str(),
            fulfilment_status: order.fulfilment_status.as_str(),
            item_count: order.item_count,
            total: order.total.into(),
        }
    }
}

pub(crate) async fn show(
    staff: Staff<can::ReadOrders>,
    RawQuery(raw): RawQuery,
    Query(query): Query<OrdersQuery>,
) -> Answer {
    let sort = sorting::read(&query.sort, OrderSort::parse)?;
    let (placed_from, placed_until) = lists::days(staff.store().time_zone, &query.from, &query.until);
    let filter = OrderFilter {
        sort,
        placed_from,
        placed_until,
        tag: query.tag.clone(),
        status: OrderStatus::parse(&query.status),
        payment_status: PaymentStatus::parse(&query.payment),
        fulfilment_status: FulfilmentStatus::parse(&query.fulfilment),
        customer_id: query.customer.parse().ok(),
        without_failed: query.is_open(),
        q: query.q.trim().to_owned(),
        ..OrderFilter::default()
    };
    let mut ctx = staff.work.read();
    let page = orders::list(&mut ctx, &filter, &lists::request(&query.cursor))
        .await
        .map_err(problem)?;
    let raw = raw.unwrap_or_default();
    let tabs = views::tabs::<views::Orders>(&mut ctx, &raw).await?;
    ctx.rollback().await;
    let view = OrdersView {
        headers: sorting::headers("/admin/orders", &raw, sort.as_str(), &COLUMNS),
        views: tabs,
        orders: Rows::new(page, &query.cursor, OrderRow::from),
        statuses: choices(
            &staff,
            "admin-order-status",
            OrderStatus::ALL.iter().map(|one| one.as_str()),
        ),
        payments: choices(
            &staff,
            "admin-payment-status",
            PaymentStatus::ALL.iter().map(|one| one.as_str()),
        ),
        fulfilments: choices(
            &staff,
            "admin-fulfilment-status",
            FulfilmentStatus::ALL.iter().map(|one| one.as_str()),
        ),
        without_failed: filter.without_failed,
        narrowed: !query.is_open(),
        query,
    };
    staff.page("admin/orders/list.html", &view)
}

/// What a list's error is to staff.
pub(crate) fn problem(error: ListError) -> Problem {
    match error {
        ListError::Forbidden(error) => error.into(),
        ListError::Invalid(error) => Invalid::from(error).into(),
        ListError::Internal(error) => error.into(),
    }
}

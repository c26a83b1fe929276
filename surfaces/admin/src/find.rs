//! Finds one's way: rooms, actions, orders, products and customers by what is typed, for the palette and for a page without it.

mod places;

use axum::{Router, http::header, response::IntoResponse as _, routing::get};
use database::Ctx;
use kernel::Permission;
use serde::{Deserialize, Serialize};
use web::{Answer, Problem, Query, Staff, can};

use self::places::places;
use crate::{Desk, customers, forms::word, orders::list as order_list, products::find_problem};

/// How many of a kind are told.
const MOST: u16 = 6;
/// A single letter begins too many words.
const FEWEST_CHARS: usize = 2;

/// The routes of this room.
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/find", get(show))
        .route("/admin/find/entries", get(entries))
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct FindQuery {
    q: String,
}

#[derive(Serialize)]
struct FindView {
    query: FindQuery,
    groups: Vec<Group>,
}

/// What the palette shows.
#[derive(Serialize)]
struct Entries {
    /// How many there are, in words.
    said: String,
    groups: Vec<Group>,
}

/// Entries of one kind.
#[derive(Debug, Serialize)]
struct Group {
    title: String,
    entries: Vec<Entry>,
}

/// Somewhere to go.
#[derive(Debug, Serialize)]
struct Entry {
    title: String,
    /// What tells it from others.
    note: String,
    url: String,
}

pub(crate) async fn show(staff: Staff<can::WorkHere>, Query(query): Query<FindQuery>) -> Answer {
    let groups = find(&staff, &query.q).await?;
    staff.page("admin/find/page.html", &FindView { query, groups })
}

pub(crate) async fn entries(staff: Staff<can::WorkHere>, Query(query): Query<FindQuery>) -> Answer {
    let groups = find(&staff, &query.q).await?;
    let count: usize = groups.iter().map(|group| group.entries.len()).sum();
    let said = staff.translate("admin-find-count", &[("count", &count.to_string())]);
    let private = [(header::CACHE_CONTROL, "private, no-store")];
    Ok((private, axum::Json(Entries { said, groups })).into_response())
}

async fn find(staff: &Staff<can::WorkHere>, typed: &str) -> Result<Vec<Group>, Problem> {
    let typed = typed.trim();
    let mut groups = places(staff, typed);
    if typed.chars().count() >= FEWEST_CHARS {
        let mut ctx = staff.work.read();
        let held = |permission| staff.member().permissions.contains(&permission);
        if held(Permission::ReadOrders) {
            groups.push(orders_like(&mut ctx, staff, typed).await?);
        }
        if held(Permission::ReadCatalog) {
            groups.push(products_like(&mut ctx, staff, typed).await?);
        }
        if held(Permission::ReadOrders) {
            groups.push(customers_like(&mut ctx, staff, typed).await?);
        }
        ctx.rollback().await;
    }
    groups.retain(|group| !group.entries.is_empty());
    Ok(groups)
}

async fn orders_like(ctx: &mut Ctx, staff: &Staff<can::WorkHere>, typed: &str) -> Result<Group, Problem> {
    let found = orders::look_up(ctx, typed, MOST).await.map_err(order_list::problem)?;
    let entries = found.into_iter().map(|order| {
        let email = order.email.into_string();
        let who = Some(order.customer_name)
            .filter(|name| !name.is_empty())
            .unwrap_or(email);
        let status = word(staff, "admin-order-status", order.status.as_str());
        Entry {
            title: order.number,
            note: format!("{who} · {} · {status}", order.total.format(staff.locale)),
            url: format!("/admin/orders/{}", order.id),
        }
    });
    Ok(Group {
        title: staff.translate("admin-nav-orders", &[]),
        entries: entries.collect(),
    })
}

async fn products_like(ctx: &mut Ctx, staff: &Staff<can::WorkHere>, typed: &str) -> Result<Group, Problem> {
    let found = catalog::look_up(ctx, typed, MOST).await.map_err(find_problem)?;
    let entries = found.into_iter().map(|product| {
        let status = word(staff, "admin-product-status", product.status.as_str());
        Entry {
            title: product.title,
            note: product.sku.map_or(status.clone(), |sku| format!("{sku} · {status}")),
            url: format!("/admin/products/{}", product.id),
        }
    });
    Ok(Group {
        title: staff.translate("admin-nav-products", &[]),
        entries: entries.collect(),
    })
}

async fn customers_like(ctx: &mut Ctx, staff: &Staff<can::WorkHere>, typed: &str) -> Result<Group, Problem> {
    let found = ::customers::look_up(ctx, typed, MOST)
        .await
        .map_err(customers::list::problem)?;
    let entries = found.into_iter().map(|customer| {
        let (name, email) = (customer.full_name(), customer.email.into_string());
        Entry {
            url: format!("/admin/customers/{}", customer.id),
            title: if name.is_empty() { email.clone() } else { name },
            note: email,
        }
    });
    Ok(Group {
        title: staff.translate("admin-nav-customers", &[]),
        entries: entries.collect(),
    })
}

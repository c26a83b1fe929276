//! The list of customers.

use std::collections::{BTreeMap, HashMap};

use axum::extract::RawQuery;
use customers::{Customer, CustomerFilter, CustomerSort, GroupName, ListCustomersError};
use kernel::{CustomerId, Invalid};
use orders::Sales;
use serde::{Deserialize, Serialize};
use web::{Answer, MoneyView, Problem, Query, Staff, can};

use crate::{
    customer_groups,
    forms::{Choice, choices},
    lists::{self, Rows},
    orders::list::problem as orders_problem,
    sorting::{self, Column, Header},
    views::{self, Tabs},
};

/// What the list can be asked for; what narrows it and cannot be read is as if it were not there.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct CustomersQuery {
    q: String,
    /// `yes` or `no`.
    marketing: String,
    /// The id of a group.
    group: String,
    sort: String,
    cursor: String,
}

impl CustomersQuery {
    fn filter(&self, sort: CustomerSort) -> CustomerFilter {
        CustomerFilter {
            q: self.q.trim().to_owned(),
            accepts_marketing: match self.marketing.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            group: self.group.parse().ok(),
            sort,
        }
    }
}

#[derive(Serialize)]
struct CustomersView {
    views: Tabs,
    customers: Rows<CustomerRow>,
    query: CustomersQuery,
    consents: Vec<Choice>,
    groups: Vec<Choice>,
    headers: BTreeMap<&'static str, Header>,
}

const COLUMNS: [Column; 2] = [
    Column {
        name: "email",
        first: "email",
        second: Some("email_backwards"),
        first_is_ascending: true,
    },
    Column {
        name: "since",
        first: "newest",
        second: Some("oldest"),
        first_is_ascending: false,
    },
];

#[derive(Serialize)]
struct CustomerRow {
    id: String,
    name: String,
    email: String,
    since: String,
    accepts_marketing: bool,
    orders: i64,
    spent: Option<MoneyView>,
}

impl CustomerRow {
    fn new(customer: Customer, bought: &HashMap<CustomerId, Sales>) -> Self {
        let bought = bought.get(&customer.id);
        Self {
            id: customer.id.to_string(),
            name: customer.full_name(),
            since: customer.created_at.to_rfc3339(),
            accepts_marketing: customer.accepts_marketing,
            orders: bought.map_or(0, |sales| sales.orders),
            spent: bought.map(|sales| sales.total.into()),
            email: customer.email.into_string(),
        }
    }
}

pub(crate) async fn show(
    staff: Staff<can::ReadOrders>,
    RawQuery(raw): RawQuery,
    Query(query): Query<CustomersQuery>,
) -> Answer {
    let sort = sorting::read(&query.sort, CustomerSort::parse)?;
    let mut ctx = staff.work.read();
    let page = customers::list(&mut ctx, &query.filter(sort), &lists::request(&query.cursor))
        .await
        .map_err(problem)?;
    let ids: Vec<CustomerId> = page.items.iter().map(|customer| customer.id).collect();
    let bought = orders::spent_by(&mut ctx, &ids).await.map_err(orders_problem)?;
    let groups = customers::list_group_names(&mut ctx)
        .await
        .map_err(customer_groups::problem)?;
    let raw = raw.unwrap_or_default();
    let tabs = views::tabs::<views::Customers>(&mut ctx, &raw).await?;
    ctx.rollback().await;
    let view = CustomersView {
        headers: sorting::headers("/admin/customers", &raw, sort.as_str(), &COLUMNS),
        views: tabs,
        customers: Rows::new(page, &query.cursor, |customer| CustomerRow::new(customer, &bought)),
        groups: groups.into_iter().map(choice).collect(),
        consents: choices(&staff, "admin-customer-marketing", ["yes", "no"]),
        query,
    };
    staff.page("admin/customers/list.html", &view)
}

fn choice(group: GroupName) -> Choice {
    Choice {
        value: group.id.to_string(),
        label: group.name,
    }
}

pub(crate) fn problem(error: ListCustomersError) -> Problem {
    match error {
        ListCustomersError::Forbidden(error) => error.into(),
        ListCustomersError::Invalid(error) => Invalid::from(error).into(),
        ListCustomersError::Internal(error) => error.into(),
    }
}

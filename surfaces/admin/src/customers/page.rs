//! The page of a customer.

use axum::http::StatusCode;
use customers::{AddressEntry, Customer};
use identity::Account;
use kernel::{CustomerId, Locale, PageRequest};
use notifications::{Consent, TopicChoice};
use orders::{OrderFilter, Sales};
use serde::Serialize;
use web::{Answer, MoneyView, Path, Problem, Staff, Visitor, can};

use crate::{
    customer_groups::{self, AssignForm},
    forms::{Errors, actor},
    orders::list::{OrderRow, problem as orders_problem},
};

/// How many orders the page shows; the list of orders has the others.
const LATEST: u16 = 10;

#[derive(Serialize)]
struct CustomerPageView {
    customer: CustomerView,
    figures: FiguresView,
    orders: Vec<OrderRow>,
    /// How many orders there are, with those that are no sales.
    order_count: i64,
    addresses: Vec<AddressView>,
    topics: Vec<TopicView>,
    consents: Vec<ConsentView>,
    /// Every group, with whether the customer is in it.
    groups: Vec<GroupView>,
    errors: Errors,
}

#[derive(Serialize)]
struct GroupView {
    id: String,
    name: String,
    /// Whether it is ticked.
    chosen: bool,
    /// Whether the customer is in it.
    was: bool,
}

/// Whether mails about something are taken.
#[derive(Serialize)]
struct TopicView {
    name: &'static str,
    wanted: bool,
}

impl From<TopicChoice> for TopicView {
    fn from(choice: TopicChoice) -> Self {
        Self {
            name: choice.topic.as_str(),
            wanted: choice.wanted,
        }
    }
}

/// What the customer said about it.
#[derive(Serialize)]
struct ConsentView {
    topic: &'static str,
    wanted: bool,
    said_at: String,
    said_by: String,
    client: String,
    /// The mail whose link they followed.
    message: Option<String>,
}

impl ConsentView {
    fn new(visitor: &Visitor, said: Consent) -> Self {
        Self {
            topic: said.topic.as_str(),
            wanted: said.wanted,
            said_at: said.said_at.to_rfc3339(),
            said_by: actor(visitor, &said.said_by),
            client: said.client,
            message: said.message_id.map(|id| id.to_string()),
        }
    }
}

#[derive(Serialize)]
struct CustomerView {
    id: String,
    name: String,
    email: String,
    verified: bool,
    phone: String,
    accepts_marketing: bool,
    since: String,
}

impl CustomerView {
    fn new(customer: Customer, account: Option<&Account>) -> Self {
        Self {
            id: customer.id.to_string(),
            name: customer.full_name(),
            verified: account.is_some_and(|account| account.verified_at.is_some()),
            accepts_marketing: customer.accepts_marketing,
            since: customer.created_at.to_rfc3339(),
            email: customer.email.into_string(),
            phone: customer.phone,
        }
    }
}

/// What the customer bought so far.
#[derive(Serialize)]
struct FiguresView {
    orders: i64,
    spent: MoneyView,
    refunded: Option<MoneyView>,
    average: Option<MoneyView>,
}

impl From<Sales> for FiguresView {
    fn from(sales: Sales) -> Self {
        Self {
            orders: sales.orders,
            spent: sales.total.into(),
            refunded: Some(sales.refunded)
                .filter(|money| !money.is_zero())
                .map(MoneyView::from),
            average: sales.average().map(MoneyView::from),
        }
    }
}

#[derive(Serialize)]
struct AddressView {
    lines: Vec<String>,
    is_default: bool,
}

impl AddressView {
    fn new(entry: &AddressEntry, locale: Locale) -> Self {
        Self {
            lines: entry.address.label_lines(locale),
            is_default: entry.is_default,
        }
    }
}

pub(crate) async fn show(staff: Staff<can::ReadOrders>, Path(id): Path<CustomerId>) -> Answer {
    render(&staff, StatusCode::OK, id, &AssignForm::default(), Errors::default()).await
}

/// The page, with what was ticked and what is wrong with it.
pub(crate) async fn render(
    visitor: &Visitor,
    status: StatusCode,
    id: CustomerId,
    ticked: &AssignForm,
    errors: Errors,
) -> Answer {
    let mut ctx = visitor.work.read();
    let customer = customers::find(&mut ctx, id).await?.ok_or_else(Problem::not_found)?;
    let account = identity::find_account_by_id(&mut ctx, customer.account_id).await?;
    let addresses = customers::list_addresses(&mut ctx, id).await?;
    let bought = orders::spent_by(&mut ctx, &[id]).await.map_err(orders_problem)?;
    let filter = OrderFilter {
        customer_id: Some(id),
        ..OrderFilter::default()
    };
    let latest = orders::list(&mut ctx, &filter, &PageRequest::first(LATEST))
        .await
        .map_err(orders_problem)?;
    let topics = notifications::list_choices(&mut ctx, &customer.email).await?;
    let consents = notifications::list_consents(&mut ctx, &customer.email).await?;
    let groups = customers::list_group_names(&mut ctx)
        .await
        .map_err(customer_groups::problem)?;
    let own = customers::groups_of(&mut ctx, &[id])
        .await?
        .remove(&id)
        .unwrap_or_default();
    let currency = ctx.currency();
    ctx.rollback().await;
    let bought = bought.get(&id).copied().unwrap_or_else(|| Sales::none(currency));
    let view = CustomerPageView {
        customer: CustomerView::new(customer, account.as_ref()),
        figures: bought.into(),
        order_count: latest.total,
        orders: latest.items.into_iter().map(OrderRow::from).collect(),
        groups: groups
            .into_iter()
            .map(|group| {
                let was = own.iter().any(|(own, _)| *own == group.id);
                let id = group.id.to_string();
                GroupView {
                    chosen: ticked.is_ticked(&id, was),
                    was,
                    id,
                    name: group.name,
                }
            })
            .collect(),
        errors,
        addresses: addresses
            .iter()
            .map(|entry| AddressView::new(entry, visitor.locale))
            .collect(),
        topics: topics.into_iter().map(TopicView::from).collect(),
        consents: consents
            .into_iter()
            .map(|said| ConsentView::new(visitor, said))
            .collect(),
    };
    visitor.page_with_status(status, "admin/customers/customer.html", &view)
}

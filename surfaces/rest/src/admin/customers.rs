//! `GET /admin/customers`, `GET /admin/customers/{id}` and `POST /admin/customers/{id}/erase`.

use axum::{http::StatusCode, response::IntoResponse as _};
use chrono::{DateTime, Utc};
use customers::{Customer, CustomerFilter, ListCustomersError};
use erasure::Whom;
use kernel::{CustomerId, FieldError};
use orders::Sales;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Api, Idempotent, Path, Problem, Query, can};

use super::orders::list_problem;
use crate::{
    endpoint::Endpoint,
    me::delete::problem,
    wire::{KnownAddress, Money, Paging, ids, present},
};

const TAG: &str = "Admin: customers";

/// The order of a list of customers.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CustomerSort {
    /// Who came last first.
    Newest,
    /// Who came first first.
    Oldest,
    /// By e-mail address.
    Email,
}

impl From<CustomerSort> for customers::CustomerSort {
    fn from(sort: CustomerSort) -> Self {
        match sort {
            CustomerSort::Newest => Self::Newest,
            CustomerSort::Oldest => Self::Oldest,
            CustomerSort::Email => Self::Email,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct CustomerListQuery {
    /// Only customers with words in their e-mail address, name or telephone number that begin so.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Only those who agreed to advertising, or only those who did not.
    #[serde(default, deserialize_with = "present")]
    accepts_marketing: Option<bool>,
    /// Only those in this group.
    #[param(value_type = Option<ids::CustomerGroupId>)]
    #[serde(default, deserialize_with = "present")]
    group_id: Option<kernel::CustomerGroupId>,
    /// Newest first without it.
    #[param(inline)]
    #[serde(default, deserialize_with = "present")]
    sort: Option<CustomerSort>,
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "present")]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A customer in a list.
#[derive(Serialize, ToSchema)]
struct ListedCustomer {
    #[schema(value_type = ids::CustomerId)]
    id: CustomerId,
    email: String,
    first_name: String,
    last_name: String,
    phone: String,
    accepts_marketing: bool,
    /// The groups they are in.
    #[schema(value_type = Vec<ids::CustomerGroupId>)]
    group_ids: Vec<kernel::CustomerGroupId>,
    /// Orders that stand, without those that wait for payment or were cancelled.
    order_count: i64,
    /// What those orders came to, before refunds.
    spent: Money,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Groups by id and name.
type Groups = Vec<(kernel::CustomerGroupId, String)>;

impl ListedCustomer {
    fn new(customer: Customer, bought: Sales, groups: Option<Groups>) -> Self {
        Self {
            group_ids: groups.unwrap_or_default().into_iter().map(|(id, _)| id).collect(),
            id: customer.id,
            email: customer.email.into_string(),
            first_name: customer.first_name,
            last_name: customer.last_name,
            phone: customer.phone,
            accepts_marketing: customer.accepts_marketing,
            order_count: bought.orders,
            spent: bought.total.into(),
            created_at: customer.created_at,
            updated_at: customer.updated_at,
        }
    }
}

/// A customer with the address book.
#[derive(Serialize, ToSchema)]
struct AdminCustomer {
    #[serde(flatten)]
    customer: ListedCustomer,
    /// Whether the e-mail address is known to be theirs.
    verified: bool,
    /// What was given back of their orders.
    refunded: Money,
    /// The default address first.
    addresses: Vec<KnownAddress>,
}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("admin_list_customers", "/admin/customers", list)
        .says(
            TAG,
            "List customers",
            "Everybody who has an account, with what they bought. Guests are found by their orders.",
        )
        .guarded::<can::ReadOrders>()
        .query::<CustomerListQuery>()
        .lists::<ListedCustomer>("A page of customers.")
}

async fn list(api: Api<can::ReadOrders>, paging: Paging, Query(query): Query<CustomerListQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let q = query.q.unwrap_or_default();
    if q.chars().count() > 200 {
        return Err(FieldError::new("q", "too_long", "may have at most 200 characters").into());
    }
    let filter = CustomerFilter {
        q,
        accepts_marketing: query.accepts_marketing,
        group: query.group_id,
        sort: query.sort.map(customers::CustomerSort::from).unwrap_or_default(),
    };
    let mut ctx = api.work.read();
    let customers = customers::list(&mut ctx, &filter, &page)
        .await
        .map_err(|error| match error {
            ListCustomersError::Forbidden(error) => Problem::from(error),
            ListCustomersError::Invalid(error) => error.into(),
            ListCustomersError::Internal(error) => error.into(),
        })?;
    let ids: Vec<CustomerId> = customers.items.iter().map(|customer| customer.id).collect();
    let bought = orders::spent_by(&mut ctx, &ids).await.map_err(list_problem)?;
    let mut groups = customers::groups_of(&mut ctx, &ids).await?;
    let none = Sales::none(ctx.currency());
    ctx.rollback().await;
    let listed = customers.map(|customer| {
        let bought = bought.get(&customer.id).copied().unwrap_or(none);
        let groups = groups.remove(&customer.id);
        ListedCustomer::new(customer, bought, groups)
    });
    Ok(paging.list(listed).into_response())
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("admin_get_customer", "/admin/customers/{id}", get)
        .says(
            TAG,
            "Get a customer",
            "A customer with the address book. Their orders are in the list of orders, by `customer_id`.",
        )
        .guarded::<can::ReadOrders>()
        .path_id::<ids::CustomerId>("id", "The customer.")
        .answers::<AdminCustomer>(200, "The customer.")
}

async fn get(api: Api<can::ReadOrders>, Path(id): Path<CustomerId>) -> Answer {
    let mut ctx = api.work.read();
    let customer = customers::find(&mut ctx, id).await?.ok_or_else(Problem::not_found)?;
    let account = identity::find_account_by_id(&mut ctx, customer.account_id).await?;
    let addresses = customers::list_addresses(&mut ctx, id).await?;
    let bought = orders::spent_by(&mut ctx, &[id]).await.map_err(list_problem)?;
    let bought = bought.get(&id).copied().unwrap_or(Sales::none(ctx.currency()));
    let groups = customers::groups_of(&mut ctx, &[id]).await?.remove(&id);
    ctx.rollback().await;
    let answer = AdminCustomer {
        verified: account.is_some_and(|account| account.verified_at.is_some()),
        refunded: bought.refunded.into(),
        addresses: addresses.into_iter().map(|entry| entry.address.into()).collect(),
        customer: ListedCustomer::new(customer, bought, groups),
    };
    Ok(axum::Json(answer).into_response())
}

pub(crate) fn erase_endpoint() -> Endpoint {
    Endpoint::post("admin_erase_customer", "/admin/customers/{id}/erase", erase)
        .says(
            TAG,
            "Erase a customer",
            "Closes the account at once and deletes everything that leads to the customer, in the background. Orders stay in the \
             books without their buyer; invoices stay as they were written. It cannot be undone.",
        )
        .guarded::<can::ManageSettings>()
        .path_id::<ids::CustomerId>("id", "The customer.")
        .idempotent()
        .answers_nothing(202, "The account is closed, and the rest follows.")
        .problem(
            409,
            "`orders_unfinished` with their `orders`, `account_of_staff`, or `idempotency_key_in_flight`.",
        )
}

async fn erase(
    api: Api<can::ManageSettings>,
    Path(id): Path<CustomerId>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    web::write_idempotently(&api.work, &request, async |ctx| {
        let locale = ctx.store().locale;
        erasure::begin(ctx, &Whom::Customer(id), locale)
            .await
            .map_err(problem)?;
        Ok(StatusCode::ACCEPTED.into_response())
    })
    .await
}

//! `/me`: what a signed-in customer sees and changes of their own.

pub(crate) mod delete;
mod payment_methods;
mod verification;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use customers::{AddressBookError, Profile, UpdateProfileError};
use kernel::{AddressId, FieldError, OrderId};
use orders::{OrderFilter, OrderSummary};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, ApiCustomer, Idempotent, Path, Problem, Query};

use crate::{
    endpoint::Endpoint,
    wire::{Address, KnownAddress, List, Money, Paging, ids, present},
};

const TAG: &str = "Me";

/// A customer, as they see themselves.
#[derive(Serialize, ToSchema)]
struct Me {
    #[schema(value_type = ids::CustomerId)]
    id: kernel::CustomerId,
    email: String,
    /// Whether the address is known to be theirs.
    verified: bool,
    first_name: String,
    last_name: String,
    phone: String,
    accepts_marketing: bool,
}

/// What changes of a customer; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeMe {
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$", nullable = false)]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$", nullable = false)]
    last_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$", nullable = false)]
    phone: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    accepts_marketing: Option<bool>,
}

/// An order in a customer's list.
#[derive(Serialize, ToSchema)]
struct MyOrder {
    #[schema(value_type = ids::OrderId)]
    id: OrderId,
    number: String,
    status: &'static str,
    payment_status: &'static str,
    fulfilment_status: &'static str,
    total: Money,
    item_count: i64,
    placed_at: DateTime<Utc>,
}

/// An entry of the address book.
#[derive(Serialize, ToSchema)]
struct MyAddress {
    #[schema(value_type = ids::AddressId)]
    id: AddressId,
    address: KnownAddress,
    is_default: bool,
}

/// An entry to be written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteAddress {
    address: Address,
    /// Makes it the one that the checkout begins with.
    #[serde(default)]
    make_default: bool,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct OrdersQuery {
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "present")]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl From<OrderSummary> for MyOrder {
    fn from(order: OrderSummary) -> Self {
        Self {
            id: order.id,
            number: order.number,
            status: order.status.as_str(),
            payment_status: order.payment_status.as_str(),
            fulfilment_status: order.fulfilment_status.as_str(),
            total: order.total.into(),
            item_count: order.item_count,
            placed_at: order.placed_at,
        }
    }
}

/// What a customer has.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = own_endpoints();
    endpoints.push(delete::endpoint());
    endpoints.extend(verification::endpoints());
    endpoints.extend(payment_methods::endpoints());
    endpoints
}

fn own_endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("get_me", "/me", get)
            .says(TAG, "Get yourself", "The customer whose token or session it is.")
            .for_customers()
            .answers::<Me>(200, "The customer.")
            .never_kept(),
        Endpoint::patch("change_me", "/me", change)
            .says(
                TAG,
                "Change yourself",
                "Name, telephone number and whether news are welcome.",
            )
            .for_customers()
            .idempotent()
            .body::<ChangeMe>()
            .answers::<Me>(200, "The customer since."),
        Endpoint::get("list_my_orders", "/me/orders", orders)
            .says(
                TAG,
                "List your orders",
                "Orders of the customer, the newest first. One of them: `GET /orders/{id}`.",
            )
            .for_customers()
            .query::<OrdersQuery>()
            .lists::<MyOrder>("A page of orders.")
            .never_kept(),
        Endpoint::get("list_my_addresses", "/me/addresses", addresses)
            .says(TAG, "List your addresses", "The address book, the default first.")
            .for_customers()
            .lists::<MyAddress>("The addresses.")
            .never_kept(),
        Endpoint::post("add_my_address", "/me/addresses", add_address)
            .says(
                TAG,
                "Add an address",
                "Writes an address into the address book, which has room for fifty.",
            )
            .for_customers()
            .idempotent()
            .body::<WriteAddress>()
            .answers::<MyAddress>(201, "The entry."),
        Endpoint::patch("replace_my_address", "/me/addresses/{id}", replace_address)
            .says(TAG, "Replace an address", "Writes another address in the place of one.")
            .for_customers()
            .path_id::<ids::AddressId>("id", "The entry.")
            .idempotent()
            .body::<WriteAddress>()
            .answers::<MyAddress>(200, "The entry since."),
        Endpoint::delete("remove_my_address", "/me/addresses/{id}", remove_address)
            .says(TAG, "Remove an address", "Takes an address out of the address book.")
            .for_customers()
            .path_id::<ids::AddressId>("id", "The entry.")
            .idempotent()
            .answers_nothing(204, "It is gone."),
    ]
}

/// What is about one person is kept by no cache.
fn private<T: IntoResponse>(answer: T) -> Response {
    let mut answer = answer.into_response();
    answer
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn me(api: &ApiCustomer, customer: customers::Customer) -> Me {
    Me {
        id: customer.id,
        email: customer.email.into_string(),
        verified: api.session.as_ref().is_some_and(|session| session.verified),
        first_name: customer.first_name,
        last_name: customer.last_name,
        phone: customer.phone,
        accepts_marketing: customer.accepts_marketing,
    }
}

async fn get(api: ApiCustomer) -> Answer {
    let mut ctx = api.work.read();
    let customer = customers::find(&mut ctx, api.customer).await?;
    ctx.rollback().await;
    Ok(private(web::Json(me(&api, customer.ok_or_else(Problem::not_found)?))))
}

async fn change(api: ApiCustomer, Idempotent { body, request }: Idempotent<ChangeMe>) -> Answer {
    web::write_idempotently(&api.work, &request, async |ctx| {
        let was = customers::find(ctx, api.customer)
            .await?
            .ok_or_else(Problem::not_found)?;
        let profile = Profile {
            first_name: body.first_name.clone().unwrap_or(was.first_name),
            last_name: body.last_name.clone().unwrap_or(was.last_name),
            phone: body.phone.clone().unwrap_or(was.phone),
            accepts_marketing: body.accepts_marketing.unwrap_or(was.accepts_marketing),
        };
        let customer = customers::update_profile(ctx, api.customer, profile)
            .await
            .map_err(|error| match error {
                UpdateProfileError::Invalid(invalid) => Problem::from(invalid),
                UpdateProfileError::NotFound => Problem::not_found(),
                UpdateProfileError::Internal(error) => error.into(),
            })?;
        Ok(private(web::Json(me(&api, customer))))
    })
    .await
}

async fn orders(api: ApiCustomer, paging: Paging, Query(query): Query<OrdersQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let filter = OrderFilter {
        customer_id: Some(api.customer),
        without_failed: true,
        ..OrderFilter::default()
    };
    let mut ctx = api.work.read();
    let orders = orders::list(&mut ctx, &filter, &page)
        .await
        .map_err(|error| match error {
            orders::ListError::Forbidden(error) => Problem::from(error),
            orders::ListError::Invalid(error) => error.into(),
            orders::ListError::Internal(error) => error.into(),
        })?;
    ctx.rollback().await;
    Ok(private(paging.list(orders.map(MyOrder::from))))
}

async fn addresses(api: ApiCustomer) -> Answer {
    let mut ctx = api.work.read();
    let entries = customers::list_addresses(&mut ctx, api.customer).await?;
    ctx.rollback().await;
    let entries = entries.into_iter().map(|entry| MyAddress {
        id: entry.id,
        address: entry.address.into(),
        is_default: entry.is_default,
    });
    Ok(private(List::whole(entries.collect())))
}

/// The entry as it stands after a change.
async fn entry(ctx: &mut database::Ctx, api: &ApiCustomer, id: AddressId) -> Result<MyAddress, Problem> {
    let entries = customers::list_addresses(ctx, api.customer).await?;
    let entry = entries.into_iter().find(|entry| entry.id == id);
    let entry = entry.ok_or_else(Problem::not_found)?;
    Ok(MyAddress {
        id: entry.id,
        address: entry.address.into(),
        is_default: entry.is_default,
    })
}

async fn add_address(api: ApiCustomer, Idempotent { body, request }: Idempotent<WriteAddress>) -> Answer {
    let (address, make_default) = (body.address.parse("address")?, body.make_default);
    web::write_idempotently(&api.work, &request, async |ctx| {
        let id = customers::add_address(ctx, api.customer, address.clone())
            .await
            .map_err(problem)?;
        if make_default {
            customers::make_default(ctx, api.customer, id).await.map_err(problem)?;
        }
        let entry = entry(ctx, &api, id).await?;
        Ok(private((StatusCode::CREATED, web::Json(entry))))
    })
    .await
}

async fn replace_address(
    api: ApiCustomer,
    Path(id): Path<AddressId>,
    Idempotent { body, request }: Idempotent<WriteAddress>,
) -> Answer {
    let (address, make_default) = (body.address.parse("address")?, body.make_default);
    web::write_idempotently(&api.work, &request, async |ctx| {
        customers::update_address(ctx, api.customer, id, address.clone())
            .await
            .map_err(problem)?;
        if make_default {
            customers::make_default(ctx, api.customer, id).await.map_err(problem)?;
        }
        Ok(private(web::Json(entry(ctx, &api, id).await?)))
    })
    .await
}

async fn remove_address(
    api: ApiCustomer,
    Path(id): Path<AddressId>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    web::write_idempotently(&api.work, &request, async |ctx| {
        customers::remove_address(ctx, api.customer, id)
            .await
            .map_err(problem)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

fn problem(error: AddressBookError) -> Problem {
    match error {
        AddressBookError::Invalid(invalid) => invalid.into(),
        AddressBookError::Full => {
            FieldError::new("address", "address_book_full", "does not fit: the address book is full").into()
        }
        AddressBookError::NotFound => Problem::not_found(),
        AddressBookError::Internal(error) => error.into(),
    }
}

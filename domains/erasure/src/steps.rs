//! The steps in which a person is forgotten, each a transaction: their orders a few at a time, then everything else with the last
//! mail, and at last the emptied account.

use chrono::TimeDelta;
use database::{Ctx, Error, erase, worker::Failure};
use kernel::{CustomerId, EmailAddress, ErasureId, OrderId, Person};
use notifications::Mails;
use orders::PersonsOrder;
use payments::GatewayCustomer;
use serde_json::json;
use uuid::Uuid;

use crate::{
    begin::person,
    store::{self, Request},
};

/// How many orders a step takes.
const BATCH: u16 = 200;
/// Until somebody has reacted to an event.
const FOR_REACTIONS: TimeDelta = TimeDelta::seconds(10);
/// Until a gateway has forgotten a card, or an order is through.
pub(crate) const FOR_OTHERS: TimeDelta = TimeDelta::minutes(10);

/// What follows a step.
pub(crate) enum Next {
    /// Another one.
    Step,
    /// Another one, after so long.
    Later(TimeDelta),
    /// These gateways are to forget a customer first.
    Gateways(CustomerId, Vec<GatewayCustomer>),
    /// Nothing.
    Done,
}

/// Takes the next step, whatever was done before.
pub(crate) async fn next(mails: &Mails, ctx: &mut Ctx, id: ErasureId) -> Result<Next, Failure> {
    let Some(request) = store::lock(ctx, id).await? else {
        return Ok(Next::Done);
    };
    let person = person(&request);
    let found = orders::list_of_person(ctx, &person, BATCH).await?;
    if !found.is_empty() {
        // News of a payment hold its attempt before its order.
        payments::hold_attempts_of_all(ctx, &found).await?;
        let orders = orders::lock_of_person(ctx, &person, &found).await?;
        return Ok(erase_orders(ctx, &orders).await?);
    }
    match request.email.clone() {
        Some(email) => erase_rest(mails, ctx, &request, &person, email).await,
        None => Ok(finish(ctx, &request).await?),
    }
}

async fn erase_orders(ctx: &mut Ctx, orders: &[PersonsOrder]) -> Result<Next, Error> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let about: Vec<Uuid> = ids.iter().copied().map(Uuid::from).collect();
    // One that was placed at the moment of the request, or that a gateway has yet to tell about.
    if orders.iter().any(|order| order.unfinished) || payments::is_unsettled(ctx, &ids).await? {
        return Ok(Next::Later(FOR_OTHERS));
    }
    if erase::awaits_delivery(ctx, &about).await? {
        return Ok(Next::Later(FOR_REACTIONS));
    }
    let carts: Vec<Uuid> = orders
        .iter()
        .filter_map(|order| order.cart_id.map(Uuid::from))
        .collect();
    let nobody = Person {
        customer: None,
        email: None,
    };
    reviews::erase_reviews(ctx, &nobody, &ids).await?;
    notifications::erase_about(ctx, &ids, &carts).await?;
    invoices::erase_traces(ctx, &ids).await?;
    pricing::erase_redemptions(ctx, &ids).await?;
    inventory::erase_quotas(ctx, &ids).await?;
    payments::erase_attempts(ctx, &ids).await?;
    orders::erase_orders(ctx, &ids).await?;
    Ok(Next::Step)
}

/// What is under the address and the account, and the last mail.
async fn erase_rest(
    mails: &Mails,
    ctx: &mut Ctx,
    request: &Request,
    person: &Person,
    email: EmailAddress,
) -> Result<Next, Failure> {
    if let Some(customer) = request.customer {
        let account = account_of(ctx, customer).await?;
        if erase::awaits_delivery(ctx, account.as_slice()).await? {
            return Ok(Next::Later(FOR_REACTIONS));
        }
        let nobody = json!({"email": EmailAddress::nobody()});
        erase::erase_events(ctx, account.as_slice(), &nobody).await?;
        tax::erase_exemptions(ctx, customer).await?;
        payments::erase_methods(ctx, customer).await?;
        notifications::erase_account_mails(ctx, &email).await?;
    }
    reviews::erase_reviews(ctx, person, &[]).await?;
    notifications::erase_person(ctx, person).await?;
    if let Some(theirs) = &person.email {
        imports::erase_problems(ctx, theirs).await?;
    }
    notifications::say_erased(mails, ctx, email, request.locale).await?;
    store::forget_email(ctx, request.id).await?;
    Ok(Next::Step)
}

/// The account goes once no gateway knows it any more, and with it whatever came meanwhile.
async fn finish(ctx: &mut Ctx, request: &Request) -> Result<Next, Error> {
    if let Some(customer) = request.customer {
        let known = payments::list_gateways_of(ctx, customer).await?;
        if known.iter().any(|known| known.keeps_a_card) {
            return Ok(Next::Later(FOR_OTHERS));
        }
        if !known.is_empty() {
            return Ok(Next::Gateways(customer, known));
        }
        let emptied = Person {
            customer: Some(customer),
            email: None,
        };
        cart::erase_carts(ctx, &emptied).await?;
        if let Some(found) = customers::find(ctx, customer).await? {
            customers::erase_customer(ctx, customer).await?;
            customers::delete_erased(ctx, customer).await?;
            identity::close_account(ctx, found.account_id).await?;
            identity::delete_closed(ctx, found.account_id).await?;
        }
    }
    store::finish(ctx, request.id).await?;
    Ok(Next::Done)
}

/// What events about the customer's account are about.
async fn account_of(ctx: &mut Ctx, customer: CustomerId) -> Result<Option<Uuid>, Error> {
    let found = customers::find(ctx, customer).await?;
    Ok(found.map(|customer| customer.account_id.into()))
}

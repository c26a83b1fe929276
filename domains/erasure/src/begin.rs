//! Somebody is to be forgotten: nobody enters the account from here on, and a job does the rest.

use database::{Ctx, Error, erase};
use kernel::{CustomerId, EmailAddress, ErasureId, Forbidden, Locale, OrderId, Permission, Person};
use uuid::Uuid;

use crate::{ErasePerson, store, store::Request};

/// How many orders are named that stand in the way.
const NAMED: u16 = 10;

/// Who is to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// A customer, with everything under the address that they proved to be theirs.
    Customer(CustomerId),
    /// Whoever bought, reviewed or waited with an address, and has no account.
    Guest(EmailAddress),
}

/// Why somebody is not forgotten.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The actor is not the customer, and may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such customer, or no mail can reach the address.
    #[error("there is no such person")]
    NotFound,
    /// The account is one of the staff's.
    #[error("the account belongs to a member of staff")]
    WorksHere,
    /// The address is that of a customer, who is to be forgotten as such.
    #[error("the address is the one of {customer}")]
    HasAccount {
        /// The customer.
        customer: CustomerId,
    },
    /// Orders are still to be paid, shipped or given back.
    #[error("orders are still to be paid, shipped or given back: {}", numbers(orders))]
    Unfinished {
        /// The first of them, with their numbers.
        orders: Vec<(OrderId, String)>,
    },
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

fn numbers(orders: &[(OrderId, String)]) -> String {
    let numbers: Vec<&str> = orders.iter().map(|(_, number)| number.as_str()).collect();
    numbers.join(", ")
}

/// Ids and numbers of the first orders that keep somebody from being forgotten.
pub async fn list_obstacles(ctx: &mut Ctx, whom: &Whom) -> Result<Vec<(OrderId, String)>, BeginError> {
    let request = find(ctx, whom).await?;
    Ok(orders::list_unfinished(ctx, &person(&request), NAMED).await?)
}

/// Closes the account and queues the rest. The last mail is in that language.
///
/// Who is placing an order holds the cart and, from the moment there is one, the customer: either the order is seen here, or its
/// cart is gone before it becomes one.
pub async fn begin(ctx: &mut Ctx, whom: &Whom, locale: Locale) -> Result<ErasureId, BeginError> {
    let mut request = find(ctx, whom).await?;
    request.locale = locale;
    let person = person(&request);
    let carts = cart::erase_carts(ctx, &person).await?;
    let Some(id) = request.customer else {
        refuse_unfinished(ctx, &person).await?;
        store::insert(ctx, &request).await?;
        erase::stop_recording(ctx).await?;
        return queue(ctx, &request, &carts).await;
    };
    if !customers::lock(ctx, id).await? {
        return Err(BeginError::NotFound);
    }
    let customer = customers::find(ctx, id).await?.ok_or(BeginError::NotFound)?;
    if identity::is_of_staff(ctx, customer.account_id).await? {
        return Err(BeginError::WorksHere);
    }
    // Before an order is held: a refused payment holds its order and opens the cart again, which is held here.
    refuse_unfinished(ctx, &person).await?;
    store::insert(ctx, &request).await?;
    erase::stop_recording(ctx).await?;
    if let Some(email) = &person.email {
        orders::attach_to_customer(ctx, email, id).await?;
    }
    identity::close_account(ctx, customer.account_id).await?;
    customers::erase_customer(ctx, id).await?;
    queue(ctx, &request, &carts).await
}

async fn refuse_unfinished(ctx: &mut Ctx, person: &Person) -> Result<(), BeginError> {
    let orders = orders::list_unfinished(ctx, person, NAMED).await?;
    if orders.is_empty() {
        return Ok(());
    }
    Err(BeginError::Unfinished { orders })
}

async fn queue(ctx: &mut Ctx, request: &Request, carts: &[kernel::CartId]) -> Result<ErasureId, BeginError> {
    let carts: Vec<Uuid> = carts.iter().copied().map(Uuid::from).collect();
    notifications::erase_about(ctx, &[], &carts).await?;
    ctx.enqueue(ErasePerson::job(request.id)?).await?;
    Ok(request.id)
}

/// The request as it would be, if the actor may make it.
async fn find(ctx: &mut Ctx, whom: &Whom) -> Result<Request, BeginError> {
    let (customer, email, email_is_theirs) = match whom {
        Whom::Customer(id) => {
            if ctx.actor().customer() != Some(*id) {
                ctx.require(Permission::ManageSettings)?;
            }
            let customer = customers::find(ctx, *id).await?.ok_or(BeginError::NotFound)?;
            let account = identity::find_account_by_id(ctx, customer.account_id).await?;
            // An account that was closed has another address.
            let account = account.filter(|account| account.email == customer.email);
            let account = account.ok_or(BeginError::NotFound)?;
            (Some(*id), customer.email, account.verified_at.is_some())
        }
        Whom::Guest(email) => {
            ctx.require(Permission::ManageSettings)?;
            if *email == EmailAddress::nobody() {
                return Err(BeginError::NotFound);
            }
            if let Some(account) = identity::find_account(ctx, email).await?
                && account.verified_at.is_some()
                && let Some(customer) = customers::find_by_account(ctx, account.id).await?
            {
                return Err(BeginError::HasAccount { customer: customer.id });
            }
            (None, email.clone(), true)
        }
    };
    Ok(Request {
        id: ctx.new_id(),
        customer,
        email: Some(email),
        email_is_theirs,
        locale: ctx.locale(),
    })
}

/// The person as tables know them.
pub(crate) fn person(request: &Request) -> Person {
    Person {
        customer: request.customer,
        email: request.email.clone().filter(|_email| request.email_is_theirs),
    }
}

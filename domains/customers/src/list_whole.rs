//! Customers with their address books, a page after the other: what an export writes.

use database::{Ctx, Error};
use kernel::{EmailAddress, Forbidden, Permission};

use crate::{AddressEntry, Customer, store};

/// Why customers cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The actor may not see customers.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The first customers after that address, in the order of addresses, each with the default address first; two statements
/// however many they are.
pub async fn list_whole(
    ctx: &mut Ctx,
    after: Option<&EmailAddress>,
    limit: i64,
) -> Result<Vec<(Customer, Vec<AddressEntry>)>, ListError> {
    ctx.require(Permission::ReadOrders)?;
    let customers = store::list_customers_after(ctx, after, limit).await?;
    let ids: Vec<_> = customers.iter().map(|customer| customer.id).collect();
    let mut books = store::list_address_books(ctx, &ids).await?;
    let whole = customers.into_iter().map(|customer| {
        let book = books.remove(&customer.id).unwrap_or_default();
        (customer, book)
    });
    Ok(whole.collect())
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::{Actor, Address};

    use super::*;
    use crate::{OpenCustomer, add_address, open, testing::account};

    #[tokio::test]
    async fn every_customer_comes_once_with_the_default_address_first() {
        let db = TestDatabase::new().await;
        for name in ["cem", "ann", "bob"] {
            let email = format!("{name}@example.com");
            let account_id = account(&db, &email).await;
            let mut ctx = db.work().write();
            let new = OpenCustomer {
                account_id,
                email: EmailAddress::parse(&email).unwrap(),
                first_name: name.to_owned(),
                last_name: String::new(),
            };
            let id = open(&mut ctx, new).await.unwrap();
            for line in ["1 First Street", "2 Second Street"] {
                let address = Address {
                    line1: line.to_owned(),
                    ..Address::sample()
                };
                add_address(&mut ctx, id, address).await.unwrap();
            }
            ctx.commit().await.unwrap();
        }
        let mut ctx = db.work().read();
        let first = list_whole(&mut ctx, None, 2).await.unwrap();
        let second = list_whole(&mut ctx, first.last().map(|(customer, _)| &customer.email), 2)
            .await
            .unwrap();
        let all = first.iter().chain(&second);
        let told: Vec<(&str, &str, usize)> = all
            .map(|(customer, book)| (customer.first_name.as_str(), book[0].address.line1.as_str(), book.len()))
            .collect();
        let expected = ["ann", "bob", "cem"].map(|name| (name, "1 First Street", 2));
        assert_eq!(told, expected);
        let mut guest = db.work().acting_as(Actor::Guest).read();
        assert!(matches!(
            list_whole(&mut guest, None, 2).await,
            Err(ListError::Forbidden(_))
        ));
    }
}

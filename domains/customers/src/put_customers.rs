//! Customers that come from elsewhere, many at once.

use database::{Ctx, Error};
use kernel::{AccountId, Address, EmailAddress, FieldError, Forbidden, Invalid, Permission, Time};

use crate::{MAX_ADDRESSES, customer::checked_text, store};

/// A customer as another system knows them; [`PutCustomer::checked`] before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutCustomer {
    /// The address they sign in with.
    pub email: EmailAddress,
    /// Given name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
    /// Telephone number; may be empty.
    pub phone: String,
    /// Whether they agreed to advertising.
    pub accepts_marketing: bool,
    /// Since when they are a customer; now when it is not known.
    pub since: Option<Time>,
    /// An address for their book.
    pub address: Option<Address>,
}

impl PutCustomer {
    /// Drops blanks around names, or says which is not fit to be shown. An address that is not right is taken out and told
    /// beside the customer.
    pub fn checked(self) -> Result<(Self, Option<Invalid>), FieldError> {
        let mut invalid = Invalid::default();
        let first_name = checked_text(&mut invalid, "first_name", &self.first_name);
        let last_name = checked_text(&mut invalid, "last_name", &self.last_name);
        let phone = checked_text(&mut invalid, "phone", &self.phone);
        if let Some(first) = invalid.0.into_iter().next() {
            return Err(first);
        }
        let (address, wrong) = match self.address.map(Address::checked).transpose() {
            Ok(address) => (address, None),
            Err(wrong) => (None, Some(wrong)),
        };
        let customer = Self {
            first_name,
            last_name,
            phone,
            address,
            ..self
        };
        Ok((customer, wrong))
    }
}

/// Why customers are not written.
#[derive(Debug, thiserror::Error)]
pub enum PutCustomersError {
    /// The actor may not import.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Writes customers with their accounts, and tells of each whether it is new; two statements however many they are. One
/// who is there gets the names and the number that are not empty, and keeps the consent: it is theirs to give and to
/// withdraw. An address goes into the book unless the book has it or is full. No account may come twice.
pub async fn put_customers(
    ctx: &mut Ctx,
    customers: &[(AccountId, PutCustomer)],
) -> Result<Vec<bool>, PutCustomersError> {
    ctx.require(Permission::RunImports)?;
    let put = store::put_customers(ctx, customers).await?;
    let addresses = customers.iter().filter_map(|(account, customer)| {
        let (id, _new) = put.get(account)?;
        Some((*id, customer.address.as_ref()?))
    });
    let addresses: Vec<_> = addresses.collect();
    store::put_addresses(ctx, &addresses, MAX_ADDRESSES).await?;
    let is_new = |(account, _): &(AccountId, PutCustomer)| put.get(account).is_some_and(|(_, new)| *new);
    Ok(customers.iter().map(is_new).collect())
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::{check, find_by_account, list_addresses, testing::account};

    fn ann() -> PutCustomer {
        PutCustomer {
            email: EmailAddress::parse("ann@example.com").unwrap(),
            first_name: " Ann ".to_owned(),
            last_name: "Lee".to_owned(),
            phone: "+1 555 0100".to_owned(),
            accepts_marketing: true,
            since: Time::from_timestamp(1_600_000_000, 0),
            address: Some(Address::sample()),
        }
    }

    #[tokio::test]
    async fn a_customer_is_put_once_and_keeps_what_is_theirs() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "ann@example.com").await;
        let mut ctx = db.work().write();
        let (first, wrong) = ann().checked().unwrap();
        assert_eq!(wrong, None);
        let put = put_customers(&mut ctx, &[(account_id, first.clone())]).await.unwrap();
        assert_eq!(put, [true]);
        let moved = PutCustomer {
            first_name: String::new(),
            last_name: "Li".to_owned(),
            accepts_marketing: false,
            since: None,
            address: Some(Address {
                line1: "2 Other Street".to_owned(),
                ..Address::sample()
            }),
            ..first.clone()
        };
        for again in [first, moved] {
            let put = put_customers(&mut ctx, &[(account_id, again)]).await.unwrap();
            assert_eq!(put, [false]);
        }
        let customer = find_by_account(&mut ctx, account_id).await.unwrap().unwrap();
        assert_eq!(
            (
                customer.full_name().as_str(),
                customer.accepts_marketing,
                Some(customer.created_at)
            ),
            ("Ann Li", true, Time::from_timestamp(1_600_000_000, 0))
        );
        let book = list_addresses(&mut ctx, customer.id).await.unwrap();
        let book: Vec<_> = book
            .iter()
            .map(|entry| (entry.address.line1.as_str(), entry.is_default))
            .collect();
        assert_eq!(book, [("123 Main St", true), ("2 Other Street", false)]);
        assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_wrong_address_is_left_out_and_a_wrong_name_is_refused() {
        let nowhere = PutCustomer {
            address: Some(Address {
                postal_code: "1".to_owned(),
                ..Address::sample()
            }),
            ..ann()
        };
        let (kept, wrong) = nowhere.checked().unwrap();
        assert_eq!(
            (kept.address, wrong.unwrap().0[0].field.as_str()),
            (None, "postal_code")
        );
        let unreadable = PutCustomer {
            last_name: "a\nb".to_owned(),
            ..ann()
        };
        assert_eq!(unreadable.checked().unwrap_err().field, "last_name");
    }

    #[tokio::test]
    async fn only_those_who_may_import_put_customers() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().acting_as(Actor::Guest).write();
        let refused = put_customers(&mut ctx, &[]).await;
        assert!(matches!(refused, Err(PutCustomersError::Forbidden(_))));
    }
}

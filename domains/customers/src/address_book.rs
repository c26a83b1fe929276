//! The addresses a customer keeps.

use database::{Ctx, Error};
use kernel::{Address, AddressId, CustomerId, Invalid, Time};

use crate::store;

/// How many addresses a customer can keep.
pub const MAX_ADDRESSES: i64 = 50;

/// An address in a customer's book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressEntry {
    /// The entry's id.
    pub id: AddressId,
    /// The address.
    pub address: Address,
    /// Whether checkout starts with it.
    pub is_default: bool,
    /// When it was added.
    pub created_at: Time,
}

/// Why the address book stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum AddressBookError {
    /// The address is not complete or not right.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The book has no room for another address.
    #[error("an address book holds at most {MAX_ADDRESSES} addresses")]
    Full,
    /// There is no such customer or address, or it is not of the one who acts.
    #[error("there is no such address")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The customer's addresses: the default one, then the others from the newest.
pub async fn list_addresses(ctx: &mut Ctx, customer_id: CustomerId) -> Result<Vec<AddressEntry>, Error> {
    store::list_addresses(ctx, customer_id).await
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::{add_address, check, make_default, remove_address, testing::customer, update_address};

    fn at(line1: &str) -> Address {
        Address {
            line1: line1.to_owned(),
            ..Address::sample()
        }
    }

    /// The first lines in the order of the list, the default one with a star.
    async fn shown(ctx: &mut Ctx, id: CustomerId) -> Vec<String> {
        let entries = list_addresses(ctx, id).await.unwrap();
        let line = |entry: AddressEntry| format!("{}{}", entry.address.line1, if entry.is_default { "*" } else { "" });
        entries.into_iter().map(line).collect()
    }

    #[tokio::test]
    async fn there_is_always_one_default() {
        let db = TestDatabase::new().await;
        let (ann, as_ann) = customer(&db, "ann@example.com").await;
        let mut ids = Vec::new();
        for line1 in ["1 Home", "2 Work", "3 Mum"] {
            let mut ctx = as_ann.write();
            ids.push(add_address(&mut ctx, ann, at(line1)).await.unwrap());
            ctx.commit().await.unwrap();
            db.clock().advance(TimeDelta::minutes(1));
        }
        let mut ctx = as_ann.write();
        assert_eq!(shown(&mut ctx, ann).await, ["1 Home*", "3 Mum", "2 Work"]);
        make_default(&mut ctx, ann, ids[1]).await.unwrap();
        assert_eq!(shown(&mut ctx, ann).await, ["2 Work*", "3 Mum", "1 Home"]);
        update_address(&mut ctx, ann, ids[1], at("2 Office")).await.unwrap();
        remove_address(&mut ctx, ann, ids[0]).await.unwrap();
        assert_eq!(shown(&mut ctx, ann).await, ["2 Office*", "3 Mum"]);
        remove_address(&mut ctx, ann, ids[1]).await.unwrap();
        assert_eq!(shown(&mut ctx, ann).await, ["3 Mum*"]);
        remove_address(&mut ctx, ann, ids[2]).await.unwrap();
        assert_eq!(shown(&mut ctx, ann).await, Vec::<String>::new());
        assert!(matches!(
            remove_address(&mut ctx, ann, ids[2]).await,
            Err(AddressBookError::NotFound)
        ));
        assert!(matches!(
            update_address(&mut ctx, ann, ids[2], at("4")).await,
            Err(AddressBookError::NotFound)
        ));
    }

    #[tokio::test]
    async fn a_default_that_is_not_there_leaves_the_old_one() {
        let db = TestDatabase::new().await;
        let (ann, as_ann) = customer(&db, "ann@example.com").await;
        let mut ctx = as_ann.write();
        add_address(&mut ctx, ann, at("1 Home")).await.unwrap();
        ctx.commit().await.unwrap();
        let mut ctx = as_ann.write();
        let unknown = ctx.new_id();
        assert!(matches!(
            make_default(&mut ctx, ann, unknown).await,
            Err(AddressBookError::NotFound)
        ));
        assert_eq!(shown(&mut ctx, ann).await, ["1 Home*"]);
    }

    #[tokio::test]
    async fn nobody_else_reaches_the_book() {
        let db = TestDatabase::new().await;
        let (ann, as_ann) = customer(&db, "ann@example.com").await;
        let (_, as_bob) = customer(&db, "bob@example.com").await;
        let mut ctx = as_ann.write();
        let id = add_address(&mut ctx, ann, at("1 Home")).await.unwrap();
        ctx.commit().await.unwrap();
        for work in [as_bob, db.work().acting_as(Actor::Guest)] {
            let mut ctx = work.write();
            assert!(matches!(
                add_address(&mut ctx, ann, at("2")).await,
                Err(AddressBookError::NotFound)
            ));
            assert!(matches!(
                update_address(&mut ctx, ann, id, at("2")).await,
                Err(AddressBookError::NotFound)
            ));
            assert!(matches!(
                make_default(&mut ctx, ann, id).await,
                Err(AddressBookError::NotFound)
            ));
            assert!(matches!(
                remove_address(&mut ctx, ann, id).await,
                Err(AddressBookError::NotFound)
            ));
        }
        assert_eq!(shown(&mut as_ann.read(), ann).await, ["1 Home*"]);
        let bad = Address {
            postal_code: "1".to_owned(),
            ..Address::sample()
        };
        assert!(matches!(
            add_address(&mut as_ann.write(), ann, bad).await,
            Err(AddressBookError::Invalid(_))
        ));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_book_holds_fifty_addresses_even_when_they_come_at_once() {
        let db = TestDatabase::new().await;
        let (ann, as_ann) = customer(&db, "ann@example.com").await;
        let tasks: Vec<_> = (0..53)
            .map(|number| {
                let work = as_ann.clone();
                tokio::spawn(async move {
                    let mut ctx = work.write();
                    let added = add_address(&mut ctx, ann, at(&format!("{number} Main St"))).await;
                    ctx.commit().await.unwrap();
                    added
                })
            })
            .collect();
        let mut full = 0;
        for task in tasks {
            full += usize::from(matches!(task.await.unwrap(), Err(AddressBookError::Full)));
        }
        assert_eq!(full, 3);
        assert_eq!(check(&mut db.work().read()).await.unwrap(), Vec::<String>::new());
    }
}

//! What the tests of this crate share.

use database::{Work, testing::TestDatabase};
use identity::{NewPassword, Register, Registered};
use kernel::{AccountId, Actor, CustomerId, EmailAddress};

use crate::{OpenCustomer, open};

pub(crate) async fn account(db: &TestDatabase, address: &str) -> AccountId {
    let email = EmailAddress::parse(address).unwrap();
    let password = NewPassword::parse("open sesame 1", &email)
        .unwrap()
        .hash(&db.work())
        .await
        .unwrap();
    let mut ctx = db.work().write();
    let Registered::New { account_id } = identity::register(&mut ctx, Register { email, password })
        .await
        .unwrap()
    else {
        panic!("{address} has an account")
    };
    ctx.commit().await.unwrap();
    account_id
}

pub(crate) fn ann(account_id: AccountId) -> OpenCustomer {
    OpenCustomer {
        account_id,
        email: EmailAddress::parse("ann@example.com").unwrap(),
        first_name: " Ann ".to_owned(),
        last_name: "Lee".to_owned(),
    }
}

/// A customer, and the right to act as one.
pub(crate) async fn customer(db: &TestDatabase, address: &str) -> (CustomerId, Work) {
    let account = account(db, address).await;
    let mut ctx = db.work().write();
    let new = OpenCustomer {
        email: EmailAddress::parse(address).unwrap(),
        ..ann(account)
    };
    let customer = open(&mut ctx, new).await.unwrap();
    ctx.commit().await.unwrap();
    (customer, db.work().acting_as(Actor::Customer { account, customer }))
}

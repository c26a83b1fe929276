//! What the tests of this crate share.

pub(crate) mod device;

use database::{Event, Work, testing::TestDatabase};
use kernel::{AccountId, Actor, EmailAddress, Permission};

use crate::{
    NewPassword, NewStaff, Register, Registered, Role, SignIn, SignInError, SignedIn, create_staff, register,
    sign_in_flow,
};

pub(crate) const PASSWORD: &str = "open sesame 1";

pub(crate) fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub(crate) async fn account(db: &TestDatabase, address: &str) -> AccountId {
    match try_register(db, address).await {
        Registered::New { account_id } => account_id,
        Registered::AlreadyRegistered => panic!("{address} has an account"),
    }
}

pub(crate) async fn try_register(db: &TestDatabase, address: &str) -> Registered {
    let password = NewPassword::parse(PASSWORD, &email(address))
        .unwrap()
        .hash(&db.work())
        .await
        .unwrap();
    let mut ctx = db.work().write();
    let registered = register(
        &mut ctx,
        Register {
            email: email(address),
            password,
        },
    )
    .await
    .unwrap();
    ctx.commit().await.unwrap();
    registered
}

pub(crate) async fn sign_in(db: &TestDatabase, address: &str, password: &str) -> Result<SignedIn, SignInError> {
    let command = SignIn {
        email: email(address),
        password: password.to_owned(),
        user_agent: "Browser\r\n1.0".to_owned(),
        previous: None,
    };
    sign_in_flow(&db.work(), command).await
}

/// How often an event was published.
pub(crate) async fn count<E: Event>(db: &TestDatabase) -> usize {
    let events = database::outbox::replay(&mut db.work().read(), 0, 1_000).await.unwrap();
    events.into_iter().filter(|(_, event)| event.kind == E::KIND).count()
}

/// A member of staff with [`PASSWORD`].
pub(crate) async fn staff(db: &TestDatabase, address: &str, role: Role) -> AccountId {
    let password = NewPassword::parse(PASSWORD, &email(address)).unwrap();
    let new = NewStaff {
        email: email(address),
        name: address.split('@').next().unwrap().to_owned(),
        role,
        password: password.hash(&db.work()).await.unwrap(),
    };
    let mut ctx = db.work().write();
    let id = create_staff(&mut ctx, new).await.unwrap();
    ctx.commit().await.unwrap();
    id
}

/// Work as a member of staff with these permissions.
pub(crate) fn acting(db: &TestDatabase, account: AccountId, permissions: &[Permission]) -> Work {
    let permissions = permissions.to_vec();
    db.work().acting_as(Actor::Staff { account, permissions })
}

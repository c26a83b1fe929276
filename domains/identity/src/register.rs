//! Registering with an e-mail address and a password.

use database::{Ctx, Error};
use kernel::{AccountId, EmailAddress};

use crate::{AccountRegistered, AccountRegisteredAgain, PasswordHash, request_password_reset::ONE_MAIL_PER, store};

/// Somebody who wants an account.
#[derive(Debug)]
pub struct Register {
    /// The address to sign in with.
    pub email: EmailAddress,
    /// The password, hashed by [`crate::NewPassword::hash`] before the transaction began, for new and known addresses alike.
    pub password: PasswordHash,
}

/// What became of it. The visitor sees the same page either way: look into your mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// There is a new account; a mail asks its owner to verify the address.
    New {
        /// The account.
        account_id: AccountId,
    },
    /// The address has an account; a mail tells its owner so, once a minute at most.
    AlreadyRegistered,
}

/// Makes an account, unless the address has one. Open the customer in the same transaction.
pub async fn register(ctx: &mut Ctx, command: Register) -> Result<Registered, Error> {
    let Register { email, password } = command;
    let account_id: AccountId = ctx.new_id();
    let locale = ctx.locale().code().to_owned();
    if store::insert_account(ctx, account_id, &email, &password, None).await? {
        ctx.publish(&AccountRegistered {
            account_id,
            email,
            locale,
        })
        .await?;
        return Ok(Registered::New { account_id });
    }
    // Whoever likes can register somebody else's address all day long.
    let since = ctx.now() - ONE_MAIL_PER;
    match store::update_told_again(ctx, &email, since).await? {
        Some(account_id) => {
            let event = AccountRegisteredAgain {
                account_id,
                email,
                locale,
            };
            ctx.publish(&event).await?;
        }
        None => store::write_nothing(ctx).await?,
    }
    Ok(Registered::AlreadyRegistered)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use database::testing::TestDatabase;

    use super::*;
    use crate::{
        find_account,
        testing::{PASSWORD, count, email, sign_in, try_register},
    };

    #[tokio::test]
    async fn an_address_hears_of_it_once_a_minute() {
        let db = TestDatabase::new().await;
        for (minutes, told) in [(0, 0), (0, 1), (0, 1), (1, 2), (0, 2)] {
            db.clock().advance(TimeDelta::minutes(minutes));
            try_register(&db, "ann@example.com").await;
            assert_eq!(count::<AccountRegisteredAgain>(&db).await, told);
        }
    }

    #[tokio::test]
    async fn an_address_registers_once_and_hears_of_the_second_try() {
        let db = TestDatabase::new().await;
        let first = try_register(&db, "ann@example.com").await;
        assert!(matches!(first, Registered::New { .. }));
        assert_eq!(
            try_register(&db, "Ann@Example.com").await,
            Registered::AlreadyRegistered
        );
        assert_eq!(
            (
                count::<AccountRegistered>(&db).await,
                count::<AccountRegisteredAgain>(&db).await
            ),
            (1, 1)
        );
        let account = find_account(&mut db.work().read(), &email("ann@example.com"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (first, account.verified_at),
            (Registered::New { account_id: account.id }, None)
        );
        assert!(sign_in(&db, "ann@example.com", PASSWORD).await.is_ok());
    }
}

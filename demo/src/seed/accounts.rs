//! The people who can sign in: the merchant, and one shopper of each store.

use database::{Ctx, Work};
use identity::{LinkFollower, MailPurpose, NewPassword, NewStaff, PasswordHash, Register, Registered, Role};
use kernel::{Address, CustomerId, EmailAddress};

use super::{RememberCard, SeedError, history::GATEWAY};
use crate::people::Shopper;

/// The password of every store's shopper; the sign-in page of a demo may show it.
pub const CUSTOMER_PASSWORD: &str = "password123";

/// The address of every store's first member of staff.
pub const ADMIN_EMAIL: &str = "admin@example.com";

/// Letters and digits that nobody mistakes for one another when they are read off a terminal.
const ALPHABET: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// The merchant's password, made from a secret that only this installation has.
pub(super) fn admin_password(secret: [u8; 32]) -> String {
    let letters = secret
        .iter()
        .take(16)
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 31)));
    letters.map(|letter| char::from(*letter)).collect()
}

/// The address of the first member of staff, parsed.
pub(super) fn admin_email() -> Result<EmailAddress, SeedError> {
    EmailAddress::parse(ADMIN_EMAIL).map_err(|error| crate::content::ContentError::value(ADMIN_EMAIL, error).into())
}

/// Hashes a password that may be as common as the demo's.
pub(super) async fn hash(work: &Work, password: &str, email: &EmailAddress) -> Result<PasswordHash, SeedError> {
    let password = NewPassword::parse_allowing_common(password, email)
        .map_err(|error| crate::content::ContentError::value(email.as_str(), error))?;
    password.hash(work).await.map_err(SeedError::refused)
}

/// Makes the first member of staff.
pub(super) async fn hire(ctx: &mut Ctx, password: PasswordHash) -> Result<(), SeedError> {
    let new = NewStaff {
        email: admin_email()?,
        name: "Demo Owner".to_owned(),
        role: Role::Owner,
        password,
    };
    identity::create_staff(ctx, new)
        .await
        .map(|_account| ())
        .map_err(SeedError::refused)
}

/// Makes the shopper's account, verified, with an address in the book.
pub(super) async fn welcome(ctx: &mut Ctx, shopper: &Shopper, password: PasswordHash) -> Result<CustomerId, SeedError> {
    let email = shopper.email.clone();
    let registered = identity::register(
        ctx,
        Register {
            email: email.clone(),
            password,
        },
    )
    .await?;
    let Registered::New { account_id } = registered else {
        return Err(SeedError::Taken(email));
    };
    let secret = identity::create_mail_token(ctx, account_id, MailPurpose::VerifyEmail).await?;
    identity::verify_email(
        ctx,
        secret.as_str(),
        LinkFollower {
            signed_in: Some(account_id),
            mark: None,
        },
    )
    .await
    .map_err(SeedError::refused)?;
    let Address {
        first_name, last_name, ..
    } = shopper.address.clone();
    let customer = customers::OpenCustomer {
        account_id,
        email,
        first_name,
        last_name,
    };
    let customer_id = customers::open(ctx, customer).await.map_err(SeedError::refused)?;
    customers::add_address(ctx, customer_id, shopper.address.clone())
        .await
        .map_err(SeedError::refused)?;
    Ok(customer_id)
}

/// Saves a card for the shopper, which the gateway keeps.
pub(super) async fn save_card(
    ctx: &mut Ctx,
    customer: CustomerId,
    remember: RememberCard<'_>,
) -> Result<(), SeedError> {
    let (kept, name) = remember(customer)?;
    Ok(payments::import_method(ctx, customer, GATEWAY, &name, &kept).await?)
}

//! What the browser that registered keeps, to confirm the address by the mailed link as who it is.

use data_encoding::BASE64URL_NOPAD;
use database::{Ctx, Error};
use kernel::AccountId;
use uuid::Uuid;

use crate::Registered;

const SEALED: &str = "identity.registration_mark";

/// The mark of a registration. Of an address that had an account it is a mark of nothing, so that nobody sees the difference.
pub fn registration_mark(ctx: &Ctx, registered: Registered) -> Result<String, Error> {
    let account_id = match registered {
        Registered::New { account_id } => account_id,
        Registered::AlreadyRegistered => ctx.new_id(),
    };
    let sealed = ctx.seal(SEALED, Uuid::from(account_id).as_bytes())?;
    Ok(BASE64URL_NOPAD.encode(&sealed))
}

/// Whether a mark is of the registration that made the account.
pub(crate) fn is_mark_of(ctx: &Ctx, mark: &str, account_id: AccountId) -> bool {
    let sealed = BASE64URL_NOPAD.decode(mark.as_bytes()).ok();
    let plain = sealed.and_then(|sealed| ctx.unseal(SEALED, &sealed).ok());
    plain.as_deref() == Some(Uuid::from(account_id).as_bytes().as_slice())
}

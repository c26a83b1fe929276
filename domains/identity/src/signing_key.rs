//! The keys that sign access tokens: a new one each month; an old one verifies for a day more, and then goes.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::SigningKeyId;

use crate::{access_token, store};

/// What binds a sealed seed to its use.
const SEALED: &str = "signing_keys.seed";
/// How long a key signs.
const SIGNS_FOR: TimeDelta = TimeDelta::days(30);
/// How long a key still verifies when a newer one signs: longer than any token lives.
pub(crate) const VERIFIES_ON_FOR: TimeDelta = TimeDelta::days(1);

/// The public half of a key, for whoever checks tokens without asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicSigningKey {
    /// The key's id, `kid` in a token's header.
    pub id: SigningKeyId,
    /// 32 bytes of Ed25519.
    pub public_key: Vec<u8>,
}

/// The keys whose tokens count, the newest first.
pub async fn list_signing_keys(ctx: &mut Ctx) -> Result<Vec<PublicSigningKey>, Error> {
    store::list_signing_keys(ctx).await
}

/// The key that signs now, made when there is none or the newest is too old.
pub(crate) async fn current(ctx: &mut Ctx) -> Result<(SigningKeyId, Vec<u8>), Error> {
    let since = ctx.now() - SIGNS_FOR;
    if let Some((id, sealed)) = store::find_signing_key(ctx, since).await? {
        return Ok((id, ctx.unseal(SEALED, &sealed)?));
    }
    let (id, seed): (SigningKeyId, [u8; 32]) = (ctx.new_id(), ctx.random_bytes());
    let public_key = access_token::public_key(&seed).ok_or(Error::Sealed(SEALED))?;
    let sealed = ctx.seal(SEALED, &seed)?;
    store::insert_signing_key(ctx, id, &sealed, &public_key).await?;
    Ok((id, seed.to_vec()))
}

//! A deed whose key is claimed in the transaction that does it: who asks again with a key that somebody claimed and never answered
//! finds it done, unless what it was done to says otherwise.

use database::{
    Ctx, Error,
    idempotency::{self, Begin, Request},
};

/// What a key says of a deed.
#[derive(Debug)]
pub(crate) enum Asked {
    /// It is to be done.
    Anew,
    /// Somebody asked and was cut off before the answer was kept. Where it was done, what is still to be asked of a gateway the reconciler asks.
    Before,
    /// The key was used otherwise, and nothing is to be done.
    Otherwise(Begin),
}

/// Claims the key of a deed that is done in this transaction; what is asked without one is asked anew.
pub(crate) async fn claim(ctx: &mut Ctx, key: Option<&Request>) -> Result<Asked, Error> {
    let Some(key) = key else { return Ok(Asked::Anew) };
    let known = idempotency::look(ctx, key).await?;
    Ok(match idempotency::begin(ctx, key).await? {
        Begin::Fresh if known == Begin::InFlight => Asked::Before,
        Begin::Fresh => Asked::Anew,
        begun => Asked::Otherwise(begun),
    })
}

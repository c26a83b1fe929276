//! A browser asks for pushes.

use data_encoding::BASE64URL_NOPAD;
use database::{Ctx, Error};
use kernel::{FieldError, Locale, SessionId};

use super::{Pusher, PushesAbout};
use crate::store::{self, push_subscriptions::NewSubscription};

/// How many browsers may be told about one customer or order; who asks with one more takes the place of the one that asked the
/// longest ago.
const MOST_BROWSERS: i64 = 10;
/// How long a point of P-256 is that says both of its numbers, and how it begins.
const POINT_BYTES: usize = 65;
const POINT_BEGINS: u8 = 4;
/// How long the secret of a browser is.
const AUTH_BYTES: usize = 16;

/// A browser that asks, as it says itself.
#[derive(Debug, Clone)]
pub struct Subscribe<'s> {
    /// About every order of the customer where there is one, otherwise about the order.
    pub about: PushesAbout,
    /// The customer's session; with its end the pushes end.
    pub session: Option<SessionId>,
    /// Where its push service takes pushes for it.
    pub endpoint: &'s str,
    /// Its public key, in base 64 for addresses.
    pub public_key: &'s str,
    /// Its secret, likewise.
    pub auth: &'s str,
    /// In which language it is told.
    pub locale: Locale,
}

/// Why it is not told.
#[derive(Debug, thiserror::Error)]
pub enum SubscribeError {
    /// The store sends no pushes.
    #[error("the store sends no pushes")]
    Off,
    /// What it says is nothing that can be used.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Notes that a browser wants pushes; the same again changes nothing. Whoever was signed in with this browser before is told
/// there no more.
pub async fn subscribe(ctx: &mut Ctx, pusher: &dyn Pusher, asks: Subscribe<'_>) -> Result<(), SubscribeError> {
    let settings = store::pushes::find_settings(ctx).await?;
    if !settings.is_some_and(|kept| kept.settings.active) {
        return Err(SubscribeError::Off);
    }
    let Some(about) = asks.about.ids().next() else {
        return Ok(());
    };
    let service = pusher.service(asks.endpoint);
    let service = service.ok_or_else(|| wrong("endpoint", "is no address of a push service"))?;
    let public_key = bytes("p256dh", asks.public_key, POINT_BYTES)?;
    if public_key.first() != Some(&POINT_BEGINS) {
        return Err(wrong("p256dh", "is no public key").into());
    }
    let new = NewSubscription {
        id: ctx.new_id(),
        endpoint: asks.endpoint,
        service: &service,
        public_key,
        auth: bytes("auth", asks.auth, AUTH_BYTES)?,
        locale: asks.locale,
    };
    let id = store::push_subscriptions::upsert(ctx, new).await?;
    if let Some(session) = asks.session {
        store::push_subscriptions::delete_of_others(ctx, id, session).await?;
    }
    store::push_subscriptions::upsert_wish(ctx, about, id, asks.session).await?;
    store::push_subscriptions::delete_but(ctx, about, MOST_BROWSERS).await?;
    Ok(())
}

fn wrong(field: &str, message: &str) -> FieldError {
    FieldError::new(field, "invalid_subscription", message)
}

/// Browsers leave out what fills the last letters, and some scripts put it there.
fn bytes(field: &str, text: &str, length: usize) -> Result<Vec<u8>, FieldError> {
    let read = BASE64URL_NOPAD.decode(text.trim_end_matches('=').as_bytes());
    let found = read.ok().filter(|bytes| bytes.len() == length);
    found.ok_or_else(|| wrong(field, &format!("is not {length} bytes in base 64 for addresses")))
}

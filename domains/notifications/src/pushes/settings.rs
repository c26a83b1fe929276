//! How a store sends pushes.

use data_encoding::BASE64URL_NOPAD;
use database::{Ctx, Error, cache::Needs};
use kernel::{EmailAddress, FieldError, Forbidden, Invalid, Permission};

use super::{PushAccount, PushKey, Pusher};
use crate::{TextKind, events::PushesChanged, store};

/// What binds a sealed key to its use.
const SEALED: &str = "push_settings.key";
/// About how many bytes it takes to know the public key.
const KEPT_BYTES: usize = 128;

/// How a store sends pushes, without the key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PushSettings {
    /// The address that push services write to when something is wrong.
    pub contact: String,
    /// What is sent.
    pub kinds: Vec<TextKind>,
    /// Whether shoppers are offered pushes and get them.
    pub active: bool,
    /// How often it was saved; zero before the first time.
    pub version: i64,
}

/// How a store is to send pushes.
#[derive(Debug, Clone)]
pub struct PushTerms {
    /// The address that push services write to.
    pub contact: String,
    /// What is sent.
    pub kinds: Vec<TextKind>,
    /// Whether it is in use.
    pub active: bool,
    /// The version it was made of.
    pub version: i64,
}

/// The settings as they are kept.
pub(crate) struct KeptSettings {
    pub(crate) settings: PushSettings,
    pub(crate) public_key: Vec<u8>,
    pub(crate) sealed_key: Vec<u8>,
}

/// Why it stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum UpdatePushesError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A field breaks its rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Somebody else changed it meanwhile.
    #[error("it was changed in the meantime")]
    VersionConflict,
    /// No key could be made.
    #[error("no key could be made: {0}")]
    NoKey(String),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The public key of a store that offers pushes, in base 64 for addresses, as browsers want it; kept between requests.
pub async fn find_push_key(ctx: &mut Ctx) -> Result<Option<String>, Error> {
    let making = match ctx.kept::<Option<String>>("notifications.pushes", "") {
        Ok(key) => return Ok(key.as_ref().clone()),
        Err(making) => making,
    };
    let needs = Needs::default().any::<PushesChanged>(ctx.store_id());
    let found = store::pushes::find_settings(ctx)
        .await?
        .filter(|kept| kept.settings.active);
    let key = found.map(|kept| BASE64URL_NOPAD.encode(&kept.public_key));
    Ok(ctx.keep(making, key, &needs, KEPT_BYTES).as_ref().clone())
}

/// What the store decided, for whoever may change it. Before the first time it is what a store usually wants, with its own address.
pub async fn load_push_settings(ctx: &mut Ctx) -> Result<PushSettings, UpdatePushesError> {
    ctx.require(Permission::ManageSettings)?;
    let found = store::pushes::find_settings(ctx).await?;
    Ok(found.map(|kept| kept.settings).unwrap_or_else(|| PushSettings {
        contact: ctx.store().email.to_string(),
        kinds: TextKind::ALL.iter().copied().filter(|kind| kind.is_usual()).collect(),
        ..PushSettings::default()
    }))
}

/// As whom pushes are sent, where they are.
pub(super) async fn find_account(ctx: &mut Ctx) -> Result<Option<PushAccount>, Error> {
    let found = store::pushes::find_settings(ctx).await?;
    let Some(kept) = found.filter(|kept| kept.settings.active) else {
        return Ok(None);
    };
    let private = ctx.unseal(SEALED, &kept.sealed_key)?;
    Ok(Some(PushAccount {
        key: PushKey {
            public: kept.public_key,
            private,
        },
        contact: kept.settings.contact,
    }))
}

/// Replaces what was decided. The first time a key is made, which then stays: browsers hold what they asked for under it.
pub async fn update_pushes(ctx: &mut Ctx, pusher: &dyn Pusher, terms: PushTerms) -> Result<(), UpdatePushesError> {
    ctx.require(Permission::ManageSettings)?;
    let settings = checked(terms)?;
    let is_put = if settings.version == 0 {
        let key = pusher.new_key().map_err(UpdatePushesError::NoKey)?;
        let kept = KeptSettings {
            settings,
            sealed_key: ctx.seal(SEALED, &key.private)?,
            public_key: key.public,
        };
        store::pushes::insert_settings(ctx, &kept).await?
    } else {
        store::pushes::update_settings(ctx, &settings).await?
    };
    if !is_put {
        return Err(UpdatePushesError::VersionConflict);
    }
    let store_id = ctx.store_id();
    ctx.publish(&PushesChanged { store_id }).await?;
    Ok(())
}

fn checked(terms: PushTerms) -> Result<PushSettings, Invalid> {
    let mut invalid = Invalid::default();
    let contact = match EmailAddress::parse(&terms.contact) {
        Ok(contact) => contact.into_string(),
        Err(error) => {
            invalid.push(FieldError::new("contact", error.code, error.message));
            String::new()
        }
    };
    if terms.active && terms.kinds.is_empty() {
        let message = "choose what is sent, or turn pushes off";
        invalid.push(FieldError::new("kinds", "no_kinds", message));
    }
    invalid.into_result()?;
    Ok(PushSettings {
        contact,
        kinds: terms.kinds,
        active: terms.active,
        version: terms.version,
    })
}

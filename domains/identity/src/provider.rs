//! A provider of OpenID Connect that a store lets vouch for people, and setting one up.

use database::{Ctx, Error, OnConstraint as _, Work};
use kernel::{FieldError, Forbidden, Invalid, Permission, ProviderId};

use crate::{OpenId, OpenIdFailure, Secret, store};

/// What binds a sealed client secret to its use.
const SEALED: &str = "providers.secret";

/// A provider, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Provider {
    /// Its id, part of the address people come back to.
    pub id: ProviderId,
    /// What the button on the sign-in page calls it.
    pub name: String,
    /// Its name for itself, an address.
    pub issuer: String,
    /// The store's name there.
    pub client_id: String,
    /// What is asked for, parted by blanks.
    pub scopes: String,
    /// Whether customers may sign in with it.
    pub for_customers: bool,
    /// Whether staff may sign in with it.
    pub for_staff: bool,
    /// Whether it is in use.
    pub enabled: bool,
}

/// A provider as it is to be.
#[derive(Debug, Clone)]
pub struct ProviderTerms {
    /// What the button on the sign-in page calls it.
    pub name: String,
    /// Its address; only looked at when the provider is new.
    pub issuer: String,
    /// The store's name there.
    pub client_id: String,
    /// What proves that name. Empty keeps the one there is.
    pub client_secret: String,
    /// What is asked for besides `openid`, parted by blanks.
    pub scopes: String,
    /// Whether customers may sign in with it.
    pub for_customers: bool,
    /// Whether staff may sign in with it.
    pub for_staff: bool,
    /// Whether it is in use.
    pub enabled: bool,
}

/// Why a provider stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The actor may not change settings, or lacks a permission that somebody signing in through it could have.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A field breaks its rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// A new provider did not answer as one.
    #[error(transparent)]
    Provider(#[from] OpenIdFailure),
    /// There is no such provider.
    #[error("there is no such provider")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Every provider by name, for those who set them up.
pub async fn list_providers(ctx: &mut Ctx) -> Result<Vec<Provider>, ProviderError> {
    ctx.require(Permission::ManageSettings)?;
    Ok(store::list_providers(ctx).await?)
}

/// The providers in use that customers, or else staff, may sign in with.
pub async fn list_open_providers(ctx: &mut Ctx, staff: bool) -> Result<Vec<Provider>, Error> {
    let mut providers = store::list_providers(ctx).await?;
    providers.retain(|provider| provider.enabled && provider.takes(staff));
    Ok(providers)
}

impl Provider {
    /// Whether it vouches for staff, or for customers.
    pub(crate) fn takes(&self, staff: bool) -> bool {
        if staff { self.for_staff } else { self.for_customers }
    }
}

/// How many accounts are linked with a provider.
pub async fn count_linked_accounts(ctx: &mut Ctx, id: ProviderId) -> Result<i64, ProviderError> {
    ctx.require(Permission::ManageSettings)?;
    Ok(store::count_links(ctx, id).await?)
}

/// Adds a provider, once it answered as one. It is a flow because that takes the network.
pub async fn add_provider_flow(
    work: &Work,
    openid: &dyn OpenId,
    terms: ProviderTerms,
) -> Result<ProviderId, ProviderError> {
    let mut ctx = work.write();
    may_set_up(&ctx, terms.for_staff)?;
    let terms = checked(terms, true)?;
    openid.check(&terms.issuer).await?;
    let id = ctx.new_id();
    let sealed = ctx.seal(SEALED, terms.client_secret.as_bytes())?;
    store::insert_provider(&mut ctx, id, &terms, &sealed)
        .await
        .on_constraint("providers_name_key", name_taken)?;
    ctx.commit().await?;
    Ok(id)
}

/// Changes everything but the issuer: linked accounts are known by names that this one issuer gave.
pub async fn update_provider(ctx: &mut Ctx, id: ProviderId, terms: ProviderTerms) -> Result<(), ProviderError> {
    ctx.require(Permission::ManageSettings)?;
    let was = find(ctx, id).await?;
    may_set_up(ctx, was.for_staff || terms.for_staff)?;
    let terms = checked(terms, false)?;
    let sealed = match terms.client_secret.as_str() {
        "" => None,
        secret => Some(ctx.seal(SEALED, secret.as_bytes())?),
    };
    store::update_provider(ctx, id, &terms, sealed.as_deref())
        .await
        .on_constraint("providers_name_key", name_taken)
}

/// Takes a provider away with everything that is linked with it. Accounts stay; their owners sign in another way or ask for
/// a new password.
pub async fn remove_provider(ctx: &mut Ctx, id: ProviderId) -> Result<(), ProviderError> {
    ctx.require(Permission::ManageSettings)?;
    let was = find(ctx, id).await?;
    may_set_up(ctx, was.for_staff)?;
    Ok(store::delete_provider(ctx, id).await?)
}

/// The secret that proves the store's name to the provider.
pub(crate) async fn find_client_secret(ctx: &mut Ctx, id: ProviderId) -> Result<Option<Secret>, Error> {
    let Some(sealed) = store::find_provider_secret(ctx, id).await? else {
        return Ok(None);
    };
    let plain = String::from_utf8(ctx.unseal(SEALED, &sealed)?).map_err(|_error| Error::Sealed(SEALED))?;
    Ok(Some(Secret::received(plain)))
}

async fn find(ctx: &mut Ctx, id: ProviderId) -> Result<Provider, ProviderError> {
    store::find_provider(ctx, id).await?.ok_or(ProviderError::NotFound)
}

/// Whoever says who vouches for staff can sign in as an owner, so that takes all an owner may do.
fn may_set_up(ctx: &Ctx, for_staff: bool) -> Result<(), Forbidden> {
    ctx.require(Permission::ManageSettings)?;
    let needed = if for_staff { Permission::ALL } else { &[] };
    needed.iter().try_for_each(|permission| ctx.require(*permission))
}

fn name_taken() -> ProviderError {
    let error = FieldError::new("name", "name_taken", "is the name of another provider");
    ProviderError::Invalid(error.into())
}

fn checked(terms: ProviderTerms, is_new: bool) -> Result<ProviderTerms, Invalid> {
    let mut invalid = Invalid::default();
    let mut text = |field: &str, text: &str, required: bool| {
        let text = text.trim().to_owned();
        if required && text.is_empty() {
            invalid.push(FieldError::required(field));
        } else if text.chars().count() > 300 {
            invalid.push(FieldError::new(field, "too_long", "may have at most 300 characters"));
        } else if text.chars().any(char::is_control) {
            invalid.push(FieldError::new(
                field,
                "invalid_text",
                "may not hold control characters",
            ));
        }
        text
    };
    let checked = ProviderTerms {
        name: text("name", &terms.name, true),
        issuer: text("issuer", &terms.issuer, is_new),
        client_id: text("client_id", &terms.client_id, true),
        client_secret: text("client_secret", &terms.client_secret, is_new),
        scopes: text("scopes", &terms.scopes, false),
        ..terms
    };
    invalid.into_result()?;
    let words = checked.scopes.split_whitespace().filter(|word| *word != "openid");
    let scopes: Vec<&str> = std::iter::once("openid").chain(words).collect();
    Ok(ProviderTerms {
        scopes: scopes.join(" "),
        ..checked
    })
}

//! Whose session or API key a secret is: accounts come from identity, shoppers from customers.

use async_trait::async_trait;
use database::{Error, Work};
use identity::{Authenticated, TokenHolder};
use kernel::Actor;
use web::{Bearer, Session, StaffMember};

/// Asks the domains.
#[derive(Debug, Clone, Copy)]
pub struct Accounts;

#[async_trait]
impl web::Authenticator for Accounts {
    async fn session(&self, work: &Work, secret: &str) -> Result<Option<Session>, Error> {
        let mut ctx = work.read();
        let Some(found) = identity::authenticate(&mut ctx, secret).await? else {
            return Ok(None);
        };
        ctx.rollback().await;
        Ok(Some(session_of(work, found).await?))
    }

    async fn access_token(&self, work: &Work, token: &str) -> Result<Option<Bearer>, Error> {
        let mut ctx = work.read();
        let holder = identity::authenticate_access_token(&mut ctx, token).await?;
        ctx.rollback().await;
        Ok(match holder {
            Some(TokenHolder::Account(found)) => Some(Bearer::Session(session_of(work, found).await?)),
            Some(TokenHolder::Key(found)) => Some(Bearer::Key(Actor::ApiKey {
                key: found.id,
                permissions: found.permissions,
            })),
            None => None,
        })
    }

    async fn api_key(&self, work: &Work, secret: &str) -> Result<Option<Actor>, Error> {
        let mut ctx = work.read();
        let found = identity::authenticate_api_key(&mut ctx, secret).await?;
        ctx.rollback().await;
        let Some(found) = found else {
            return Ok(None);
        };
        if found.use_due {
            let mut ctx = work.write();
            identity::record_api_key_use(&mut ctx, found.id).await?;
            ctx.commit().await?;
        }
        Ok(Some(Actor::ApiKey {
            key: found.id,
            permissions: found.permissions,
        }))
    }
}

/// The session as the surfaces see it, kept alive when it is time to.
async fn session_of(work: &Work, found: Authenticated) -> Result<Session, Error> {
    let mut ctx = work.read();
    let customer = customers::find_shopper(&mut ctx, found.account_id).await?;
    ctx.rollback().await;
    if found.refresh_due {
        let mut ctx = work.write();
        identity::keep_session(&mut ctx, &found).await?;
        ctx.commit().await?;
    }
    Ok(Session {
        id: found.session_id,
        account: found.account_id,
        email: found.email,
        verified: found.verified,
        customer: customer.map(|customer| customer.id),
        is_in_group: customer.is_some_and(|customer| customer.is_in_group),
        staff: found.staff.map(|staff| StaffMember {
            name: staff.name,
            role: staff.role.name,
            permissions: staff.role.permissions,
            lacks_second_factor: staff.lacks_second_factor,
        }),
    })
}

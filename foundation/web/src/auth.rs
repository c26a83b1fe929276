//! The port behind which accounts, sessions and API keys live; `app` fills it from the domains.

use async_trait::async_trait;
use database::Work;
use kernel::{AccountId, Actor, CustomerId, EmailAddress, Permission, SessionId};

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// The account that signed in.
    pub account: AccountId,
    /// Its e-mail address.
    pub email: EmailAddress,
    /// Whether that address is known to be theirs.
    pub verified: bool,
    /// The customer of the account, if it has one.
    pub customer: Option<CustomerId>,
    /// Whether that customer is in a group.
    pub is_in_group: bool,
    /// What they are in the back office, if they work here.
    pub staff: Option<StaffMember>,
}

/// Somebody who works in the back office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// The name colleagues see.
    pub name: String,
    /// The role, such as `owner`.
    pub role: String,
    /// What the role allows.
    pub permissions: Vec<Permission>,
    /// Whether they must set up a second factor before they work on.
    pub lacks_second_factor: bool,
}

impl Session {
    /// The actor on shop pages: the customer, or a guest when the account is only staff.
    pub fn shopper(&self) -> Actor {
        match self.customer {
            Some(customer) => Actor::Customer {
                account: self.account,
                customer,
            },
            None => Actor::Guest,
        }
    }

    /// The right of a guest, as whoever has the session.
    pub(crate) fn shopping(&self, guest: &Work) -> Work {
        let work = guest.acting_as(self.shopper());
        if self.is_in_group { work } else { work.in_no_group() }
    }

    /// The actor in the back office, if they work there.
    pub fn staff_actor(&self) -> Option<Actor> {
        let staff = self.staff.as_ref()?;
        Some(Actor::Staff {
            account: self.account,
            permissions: staff.permissions.clone(),
        })
    }
}

/// Whose an access token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bearer {
    /// A program that signed in for a customer.
    Session(Session),
    /// The actor (`Actor::ApiKey`) of an API key.
    Key(Actor),
}

/// Knows whose a secret is. `work` acts as a guest of the store in question and may be used to read and to write.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// The session of a cookie's secret, unless it ended.
    async fn session(&self, work: &Work, secret: &str) -> Result<Option<Session>, database::Error>;

    /// The actor (`Actor::ApiKey`) of an API key's secret, unless it was revoked.
    async fn api_key(&self, work: &Work, secret: &str) -> Result<Option<Actor>, database::Error>;

    /// Whose a signed access token is, unless it is over; programs without such tokens know none.
    async fn access_token(&self, _work: &Work, _token: &str) -> Result<Option<Bearer>, database::Error> {
        Ok(None)
    }
}

/// An authenticator for which every secret is wrong: what a program without accounts has.
#[derive(Debug, Clone, Copy)]
pub struct NobodySignsIn;

#[async_trait]
impl Authenticator for NobodySignsIn {
    async fn session(&self, _work: &Work, _secret: &str) -> Result<Option<Session>, database::Error> {
        Ok(None)
    }

    async fn api_key(&self, _work: &Work, _secret: &str) -> Result<Option<Actor>, database::Error> {
        Ok(None)
    }
}

//! Permission by type: a handler that takes `Staff<can::RefundOrders>` cannot run for anybody else.

use std::{marker::PhantomData, ops::Deref};

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{Method, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, CustomerId, Permission};

use crate::{
    AppState, Bearer, Problem, Session, StaffMember, Visitor,
    visitor::{API_KEY_PREFIX, LONGEST_BEARER, bearer, find_key},
};

/// A type that stands for a permission.
pub trait Grant: Send + Sync + 'static {
    /// What the actor must be allowed to do; `None` asks only that they work here.
    const PERMISSION: Option<Permission>;
}

macro_rules! grants {
    ($($name:ident),* $(,)?) => {
        /// A type for each permission, and `WorkHere` for pages that any member of staff may see.
        pub mod can {
            use super::{Grant, Permission};

            /// Any member of staff.
            #[derive(Debug, Clone, Copy)]
            pub struct WorkHere;

            impl Grant for WorkHere {
                const PERMISSION: Option<Permission> = None;
            }

            $(
                #[doc = concat!("Stands for [`Permission::", stringify!($name), "`].")]
                #[derive(Debug, Clone, Copy)]
                pub struct $name;

                impl Grant for $name {
                    const PERMISSION: Option<Permission> = Some(Permission::$name);
                }
            )*
        }

        #[cfg(test)]
        const GRANTED: &[Permission] = &[$(Permission::$name),*];
    };
}

grants! {
    ReadCatalog, WriteCatalog, AdjustStock, ReadOrders, FulfilOrders, CancelOrders, RefundOrders, WriteCoupons, ModerateReviews, WriteContent,
    RunImports, ReadMessages, ManageJobs, ManageSettings, ManageStaff, ReadAudit,
}

/// A member of staff in a browser who has the permission. Without a session the browser is sent to sign in, without the second
/// factor that the store wants to the page where it is set up, without the permission it sees a 403 page.
pub struct Staff<G: Grant> {
    visitor: Visitor,
    member: StaffMember,
    grant: PhantomData<G>,
}

impl<G: Grant> Staff<G> {
    /// Their name and role.
    pub fn member(&self) -> &StaffMember {
        &self.member
    }
}

impl<G: Grant> Deref for Staff<G> {
    type Target = Visitor;

    /// The visitor, whose `work` acts as this member of staff.
    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

impl<G: Grant, S: Send + Sync> FromRequestParts<S> for Staff<G>
where
    AppState: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let visitor = read_visitor(parts, state).await?;
        let Some((member, actor)) = staff_of(&visitor) else {
            return Err(match &visitor.session {
                Some(_) => not_staff().into_response(),
                None => sign_in_first(parts, &visitor),
            });
        };
        if member.lacks_second_factor {
            return Err(if visitor.request().wants_json {
                second_factor_first().into_response()
            } else {
                Redirect::to("/account/security").into_response()
            });
        }
        require::<G>(&actor).map_err(IntoResponse::into_response)?;
        Ok(Self {
            visitor: visitor.acting_as(actor),
            member,
            grant: PhantomData,
        })
    }
}

/// A caller of the admin API who has the permission: an API key (`Authorization: Bearer souk_…`) or its
/// short-lived token, or a staff session in a
/// browser on the same origin.
pub struct Api<G: Grant> {
    visitor: Visitor,
    grant: PhantomData<G>,
}

impl<G: Grant> Deref for Api<G> {
    type Target = Visitor;

    /// The visitor, whose `work` acts as the key or the member of staff.
    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

impl<G: Grant, S: Send + Sync> FromRequestParts<S> for Api<G>
where
    AppState: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let app = AppState::from_ref(state);
        let visitor = Visitor::read(&app, parts).await?;
        let actor = match bearer(&parts.headers) {
            Some(secret) if secret.starts_with(API_KEY_PREFIX) => find_key(&app, &visitor, secret).await?,
            Some(secret) if secret.len() > LONGEST_BEARER => None,
            Some(token) => match app.authenticator().access_token(&visitor.work, token).await? {
                Some(Bearer::Key(actor)) => Some(actor),
                Some(Bearer::Session(_)) => return Err(not_staff()),
                None => None,
            },
            None => match staff_of(&visitor) {
                Some((member, _)) if member.lacks_second_factor => return Err(second_factor_first()),
                found => found.map(|(_, actor)| actor),
            },
        };
        let actor = actor.ok_or_else(Problem::unauthorized)?;
        require::<G>(&actor)?;
        Ok(Self {
            visitor: visitor.acting_as(actor),
            grant: PhantomData,
        })
    }
}

/// A customer who calls the API: with an access token, or with a session in a browser on the same origin.
pub struct ApiCustomer {
    visitor: Visitor,
    /// The customer.
    pub customer: CustomerId,
}

impl Deref for ApiCustomer {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ApiCustomer
where
    AppState: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let visitor = Visitor::read(&AppState::from_ref(state), parts).await?;
        match (visitor.customer(), &visitor.session) {
            (Some(customer), _) => Ok(Self { visitor, customer }),
            (None, Some(_)) => Err(not_customer()),
            (None, None) => Err(Problem::unauthorized()),
        }
    }
}

/// A signed-in customer. A browser without a session is sent to sign in.
pub struct SignedIn {
    visitor: Visitor,
    /// The customer.
    pub customer: CustomerId,
}

impl Deref for SignedIn {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn
where
    AppState: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let visitor = read_visitor(parts, state).await?;
        match (visitor.customer(), &visitor.session) {
            (Some(customer), _) => Ok(Self { visitor, customer }),
            (None, Some(_)) => Err(not_customer().into_response()),
            (None, None) => Err(sign_in_first(parts, &visitor)),
        }
    }
}

/// Anybody with an account, a customer or a member of staff. A browser without a session is sent to sign in.
pub struct HasAccount {
    visitor: Visitor,
    /// The session.
    pub session: Session,
}

impl Deref for HasAccount {
    type Target = Visitor;

    /// The visitor, whose `work` acts as the member of staff it is, so that the log of changes names them.
    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

impl<S: Send + Sync> FromRequestParts<S> for HasAccount
where
    AppState: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let visitor = read_visitor(parts, state).await?;
        match visitor.session.clone() {
            Some(session) => Ok(Self {
                visitor: match session.staff_actor() {
                    Some(actor) => visitor.acting_as(actor),
                    None => visitor,
                },
                session,
            }),
            None => Err(sign_in_first(parts, &visitor)),
        }
    }
}

async fn read_visitor<S>(parts: &Parts, state: &S) -> Result<Visitor, Response>
where
    AppState: FromRef<S>,
{
    Visitor::read(&AppState::from_ref(state), parts)
        .await
        .map_err(IntoResponse::into_response)
}

fn staff_of(visitor: &Visitor) -> Option<(StaffMember, Actor)> {
    let session = visitor.session.as_ref()?;
    Some((session.staff.clone()?, session.staff_actor()?))
}

fn require<G: Grant>(actor: &Actor) -> Result<(), Problem> {
    match G::PERMISSION {
        Some(permission) => Ok(actor.require(permission)?),
        None => Ok(()),
    }
}

fn not_staff() -> Problem {
    Problem::new(
        axum::http::StatusCode::FORBIDDEN,
        "forbidden",
        "This account does not work in the back office.",
    )
}

fn second_factor_first() -> Problem {
    Problem::new(
        axum::http::StatusCode::FORBIDDEN,
        "second_factor_required",
        "This store wants a second factor of its staff: set one up at /account/security.",
    )
}

fn not_customer() -> Problem {
    Problem::new(
        axum::http::StatusCode::FORBIDDEN,
        "forbidden",
        "This account does not buy here.",
    )
}

/// To the sign-in page, and back here afterwards when this was a page.
fn sign_in_first(parts: &Parts, visitor: &Visitor) -> Response {
    let facts = visitor.request();
    if facts.wants_json {
        return Problem::unauthorized().into_response();
    }
    if parts.method != Method::GET && parts.method != Method::HEAD {
        return Redirect::to("/login").into_response();
    }
    let here = if facts.query.is_empty() {
        facts.path.clone()
    } else {
        format!("{}?{}", facts.path, facts.query)
    };
    let next: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
    Redirect::to(&format!("/login?next={next}")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_its_type() {
        assert_eq!(GRANTED, Permission::ALL);
    }
}

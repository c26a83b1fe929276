//! Forms of pages that must not take effect twice. Every page that is shown gives its forms a key of its own in the field
//! `once`, so a double click, or a browser that repeats a request after a broken connection, finds the answer of the first.
//! Key, effect and answer are committed together. A page shown anew has a new key: what is sent from it is meant.

use axum::{
    extract::{FromRequest, Request},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use database::{
    Ctx,
    idempotency::{self, Answer},
};
use kernel::CartId;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    IdempotentRequest, Problem, Visitor,
    extract::{parse_form, read_form},
    idempotent::{read_key, repeated},
    mark_replayed,
};

/// The field with the key. An `Idempotency-Key` header counts before it.
const FIELD: &str = "once";

/// A form with the key of its page, if it came with one.
#[derive(Debug, Clone)]
pub struct OnceForm<T> {
    /// The form.
    pub form: T,
    /// The key and what it was used for.
    pub request: IdempotentRequest,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for OnceForm<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let named = read_key(request.headers())?;
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let body = read_form(request, state).await?;
        let key = named.or_else(|| key_of(&body));
        Ok(Self {
            form: parse_form(&body)?,
            request: IdempotentRequest::new(key, &method, &path, &body),
        })
    }
}

fn key_of(body: &[u8]) -> Option<String> {
    let (_, key) = url::form_urlencoded::parse(body).find(|(name, _)| name == FIELD)?;
    ((1..=100).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())).then(|| key.into_owned())
}

/// What follows a form that took effect: where the browser goes, and what it takes along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    to: String,
    flash: Option<String>,
    cart: Option<CartId>,
}

impl Done {
    /// The browser goes to this path.
    pub fn to(path: impl Into<String>) -> Self {
        Self {
            to: path.into(),
            flash: None,
            cart: None,
        }
    }

    /// And finds a message there: the key of a translation.
    pub fn saying(mut self, flash: &str) -> Self {
        self.flash = Some(flash.to_owned());
        self
    }

    /// And has this cart from now on.
    pub fn with_cart(mut self, cart: CartId) -> Self {
        self.cart = Some(cart);
        self
    }

    fn respond(&self, visitor: &Visitor) -> Response {
        if let Some(cart) = self.cart {
            visitor.remember_cart(cart);
        }
        if let Some(flash) = &self.flash {
            visitor.flash(flash);
        }
        Redirect::to(&self.to).into_response()
    }
}

/// Runs a form's change in one transaction with its key, and commits it. What the change is refused for is handed back with
/// everything rolled back, and is not kept.
pub async fn write_form<E>(
    visitor: &Visitor,
    request: &IdempotentRequest,
    run: impl AsyncFnOnce(&mut Ctx) -> Result<Done, E>,
) -> Result<Result<Response, E>, Problem> {
    let mut ctx = visitor.work.write();
    let record = request.record(&visitor.work);
    if let Some(record) = &record
        && let Some(answer) = repeated(idempotency::begin(&mut ctx, record).await?)?
    {
        ctx.rollback().await;
        let done: Done = serde_json::from_slice(&answer.body).map_err(|error| Problem::internal(&error))?;
        let mut response = done.respond(visitor);
        mark_replayed(&mut response);
        return Ok(Ok(response));
    }
    let done = match run(&mut ctx).await {
        Ok(done) => done,
        Err(error) => {
            ctx.rollback().await;
            return Ok(Err(error));
        }
    };
    if let Some(record) = &record {
        let answer = Answer {
            status: StatusCode::SEE_OTHER.as_u16(),
            content_type: "application/json".to_owned(),
            location: done.to.clone(),
            headers: String::new(),
            body: serde_json::to_vec(&done).map_err(|error| Problem::internal(&error))?,
        };
        idempotency::finish(&mut ctx, record, &answer).await?;
    }
    ctx.commit().await?;
    Ok(Ok(done.respond(visitor)))
}

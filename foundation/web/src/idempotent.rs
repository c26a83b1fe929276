//! Requests that must not take effect twice: the same `Idempotency-Key` with the same request gets the same answer.
//!
//! Four ways to run one. [`write_idempotently`] is for a mutation in one transaction: key, effect and answer are committed
//! together. [`crate::write_together`] is the same for one that shares its transaction with others. [`run_idempotent`] is for
//! a flow that commits by itself and calls the network: the key is claimed first and the answer kept last, so the flow must
//! itself be safe to run again after a crash in between. [`run_claiming`] is for a flow that claims the key together with its
//! first effect and may keep the answer together with its last, and [`run_marking`] for one that knows by the key alone what it did.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, Method, Uri, uri::PathAndQuery},
    response::{IntoResponse, Response},
};
use database::{
    Ctx, Error, Work,
    idempotency::{self, Begin},
};
use kernel::TypedId;
use serde::{Deserialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Answer, Problem, RequestFacts,
    extract::{has_json_type, parse_json, read_body},
    idempotent_answer::{keepable, replay},
    idempotent_claim::{Claim, Unanswered},
};

const KEY: &str = "idempotency-key";

/// A JSON body with the request's `Idempotency-Key`. A request without a body fits `Idempotent<()>`, and so does one whose body
/// has no fields: many clients send `{}` with every POST.
#[derive(Debug, Clone)]
pub struct Idempotent<T> {
    /// The body.
    pub body: T,
    /// The key and what it was used for.
    pub request: IdempotentRequest,
}

/// The body of a request that has nothing to say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFields {}

/// The key of a request, if it has one, and what makes the request the same.
#[derive(Debug, Clone)]
pub struct IdempotentRequest {
    key: Option<String>,
    scope: String,
    fingerprint: [u8; 32],
    /// What a problem says it happened under.
    instance: Option<String>,
}

impl IdempotentRequest {
    pub(crate) fn new(key: Option<String>, method: &Method, path: &str, body: &[u8]) -> Self {
        Self {
            key,
            scope: format!("{method} {path}"),
            fingerprint: fingerprint(method, path, body),
            instance: None,
        }
    }

    /// Answered under the address and id of this request.
    pub(crate) fn of(mut self, facts: Option<&Arc<RequestFacts>>) -> Self {
        self.instance = facts.map(|facts| facts.instance());
        self
    }

    /// Parts the keys further: keys of different owners do not meet. For addresses that anybody may post to and whose
    /// answer holds a secret, give the client's address.
    pub fn owned_by(mut self, owner: impl std::fmt::Display) -> Self {
        self.scope = format!("{} {owner}", self.scope);
        self
    }

    /// The request of an upload that was received already: its key, and the SHA-256 of what came. Nothing without a key.
    pub fn of_upload(headers: &HeaderMap, uri: &Uri, received: &[u8]) -> Result<Self, Problem> {
        let path = uri.path_and_query().map_or(uri.path(), PathAndQuery::as_str);
        Ok(Self::new(read_key(headers)?, &Method::POST, path, received))
    }

    /// The id of what this request makes: the same request with the same key makes the thing of the same id, so that even a
    /// flow that was cut off between its effect and its answer finds what it made. Nothing without a key.
    pub fn id<I: TypedId>(&self, work: &Work) -> Option<I> {
        let record = self.record(work)?;
        let mut hasher = Sha256::new();
        hasher.update(Uuid::from(work.store().id).as_bytes());
        for part in [record.scope.as_bytes(), record.key.as_bytes(), &record.fingerprint] {
            hasher.update(u64::try_from(part.len()).unwrap_or_default().to_le_bytes());
            hasher.update(part);
        }
        let digest: [u8; 32] = hasher.finalize().into();
        let (first, _) = digest.split_first_chunk::<16>()?;
        Some(Uuid::from_bytes(*first).into())
    }

    pub(crate) fn record(&self, work: &Work) -> Option<idempotency::Request> {
        let key = self.key.clone()?;
        let scope = format!("{} {}", self.scope, work.scope().actor.label());
        Some(idempotency::Request {
            scope,
            key,
            fingerprint: self.fingerprint,
        })
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Idempotent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let key = read_key(request.headers())?;
        let facts = request.extensions().get::<Arc<RequestFacts>>().cloned();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let is_json = has_json_type(request.headers());
        let mut bytes = read_body(request, state).await?;
        let body = match parse_json(b"null") {
            Ok(nothing) => {
                // The same request, whether or not the caller wrote that there is nothing to say.
                if !bytes.is_empty() {
                    parse_typed::<Option<NoFields>>(is_json, &bytes)?;
                    bytes.clear();
                }
                nothing
            }
            Err(_has_fields) if bytes.is_empty() => parse_json(b"{}")?,
            Err(_has_fields) => parse_typed(is_json, &bytes)?,
        };
        let request = IdempotentRequest::new(key, &method, &path, &bytes).of(facts.as_ref());
        Ok(Self { body, request })
    }
}

fn parse_typed<T: DeserializeOwned>(is_json: bool, bytes: &Bytes) -> Result<T, Problem> {
    if is_json {
        parse_json(bytes)
    } else {
        Err(crate::extract::unsupported_type())
    }
}

/// 1 to 255 visible ASCII characters.
pub(crate) fn read_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(KEY) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    if (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(Some(text.to_owned()));
    }
    Err(Problem::field(
        "Idempotency-Key",
        "invalid_idempotency_key",
        "must be 1 to 255 visible ASCII characters",
    ))
}

pub(crate) fn fingerprint(method: &Method, path: &str, body: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in [method.as_str().as_bytes(), path.as_bytes(), body] {
        hasher.update(u64::try_from(part.len()).unwrap_or_default().to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Runs a flow at most once for its key. Answers below 500 are kept for two days, problems included.
pub async fn run_idempotent(work: &Work, request: &IdempotentRequest, run: impl AsyncFnOnce() -> Answer) -> Answer {
    let Some(record) = request.record(work) else {
        return run().await;
    };
    if let Some(answer) = known(idempotency::begin_flow(work, &record).await?) {
        return answer;
    }
    let claim = Claim::new(work, record, Unanswered::Freed);
    let response = run().await.unwrap_or_else(IntoResponse::into_response);
    let (response, answer) = keepable(response, request.instance.as_deref()).await?;
    claim.end(answer).await;
    Ok(response)
}

/// What came of a flow that claims the key in its first transaction and may keep the answer in its last.
#[derive(Debug)]
pub enum Ran {
    /// The key was used before, and nothing was done.
    Before(Begin),
    /// The key was used before and not answered for good; this has become of it since.
    Since(Answer),
    /// The answer is kept.
    Kept(Response),
    /// The key is claimed, and the answer is still to be kept.
    Claimed(Answer),
    /// Nothing was done, and the key is not claimed.
    Refused(Problem),
}

/// The same for a flow that claims the key itself.
pub async fn run_claiming(
    work: &Work,
    request: &IdempotentRequest,
    run: impl AsyncFnOnce(Option<idempotency::Request>) -> Ran,
) -> Answer {
    run_under_claim(work, request, Unanswered::Freed, run).await
}

/// The same for a flow whose claim is the mark that it was done: a key that it claimed and that got no answer is somebody's until
/// its lease ends, and who asks with it then finds the mark.
pub async fn run_marking(
    work: &Work,
    request: &IdempotentRequest,
    run: impl AsyncFnOnce(Option<idempotency::Request>) -> Ran,
) -> Answer {
    run_under_claim(work, request, Unanswered::Left, run).await
}

async fn run_under_claim(
    work: &Work,
    request: &IdempotentRequest,
    unanswered: Unanswered,
    run: impl AsyncFnOnce(Option<idempotency::Request>) -> Ran,
) -> Answer {
    let record = request.record(work);
    // What it claims before it is cut off, or before the database goes away, nobody else goes on with.
    let claim = record.clone().map(|record| Claim::new(work, record, unanswered));
    let (response, is_claimed) = match run(record.clone()).await {
        Ran::Before(begun) => {
            Claim::leave(claim);
            return known(begun).unwrap_or_else(|| Err(never_run()));
        }
        Ran::Kept(response) => {
            Claim::leave(claim);
            return Ok(response);
        }
        Ran::Since(answer) => return since(request, claim, answer).await,
        Ran::Claimed(answer) => (answer.unwrap_or_else(IntoResponse::into_response), true),
        Ran::Refused(problem) => (problem.into_response(), false),
    };
    let (Some(record), Some(claim)) = (record, claim) else {
        return Ok(response);
    };
    let (response, answer) = keepable(response, request.instance.as_deref()).await?;
    // A refusal is kept when nobody has used the key meanwhile. Whoever was refused because the database went away may have it.
    if is_claimed || answer.is_none() || idempotency::begin_flow(work, &record).await? == Begin::Fresh {
        claim.end(answer).await;
    } else {
        Claim::leave(Some(claim));
    }
    Ok(response)
}

/// Keeps what became of an earlier request in place of what it was answered, and marks it as that.
async fn since(request: &IdempotentRequest, claim: Option<Claim>, answer: Answer) -> Answer {
    let response = answer.unwrap_or_else(IntoResponse::into_response);
    let (response, answer) = keepable(response, request.instance.as_deref()).await?;
    match (claim, answer) {
        (Some(claim), Some(answer)) => {
            claim.end(Some(answer.clone())).await;
            Ok(replay(answer))
        }
        (claim, _) => {
            Claim::leave(claim);
            Ok(response)
        }
    }
}

fn never_run() -> Problem {
    Problem::internal(&Error::corrupt("idempotency key", "it is fresh and nothing was run"))
}

/// Runs a mutation in one transaction with its key, and commits it. A problem rolls everything back and is not kept.
pub async fn write_idempotently(
    work: &Work,
    request: &IdempotentRequest,
    run: impl AsyncFnOnce(&mut Ctx) -> Answer,
) -> Answer {
    let mut ctx = work.write();
    let record = request.record(work);
    if let Some(record) = &record
        && let Some(answer) = known(idempotency::begin(&mut ctx, record).await?)
    {
        return answer;
    }
    let response = match run(&mut ctx).await {
        Ok(response) => response,
        Err(problem) => {
            ctx.rollback().await;
            return Err(problem);
        }
    };
    let (response, answer) = keepable(response, request.instance.as_deref()).await?;
    if let (Some(record), Some(answer)) = (&record, &answer) {
        idempotency::finish(&mut ctx, record, answer).await?;
    }
    ctx.commit().await?;
    Ok(response)
}

/// What was answered to the request before, for whoever would refuse it now; nothing when it is new.
pub async fn answered(work: &Work, request: &IdempotentRequest) -> Result<Option<Response>, Problem> {
    known(look(work, request).await?).transpose()
}

/// What is known of the request's key, without claiming it; a request without one is new.
pub async fn look(work: &Work, request: &IdempotentRequest) -> Result<Begin, Problem> {
    let Some(record) = request.record(work) else {
        return Ok(Begin::Fresh);
    };
    let mut ctx = work.read();
    let begun = idempotency::look(&mut ctx, &record).await?;
    ctx.rollback().await;
    Ok(begun)
}

/// What to answer when the key is not fresh.
pub(crate) fn known(begun: Begin) -> Option<Answer> {
    match repeated(begun) {
        Ok(None) => None,
        Ok(Some(answer)) => Some(Ok(replay(answer))),
        Err(problem) => Some(Err(problem)),
    }
}

/// What was answered before; nothing when the key is fresh.
pub(crate) fn repeated(begun: Begin) -> Result<Option<idempotency::Answer>, Problem> {
    match begun {
        Begin::Fresh => Ok(None),
        Begin::Replay(answer) => Ok(Some(answer)),
        Begin::InFlight => Err(Problem::conflict(
            "idempotency_key_in_flight",
            "A request with this Idempotency-Key is being worked on.",
        )
        .retry_after(1)),
        Begin::Mismatch => Err(Problem::unprocessable(
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request.",
        )),
    }
}

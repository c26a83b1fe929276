//! The job that sends a push.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use database::{
    Ctx, Error, Work,
    jobs::{Job, NewJob},
    worker::{Failure, Handler},
};
use kernel::{MessageId, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Notice, Push, PushAccount, PushState, Pusher, PusherError, PushesAbout, settings, subscriptions::find_takers,
};
use crate::{
    Mails, TextKind, Unsent,
    store::{self, pushes::PushToSend},
};

/// How long a service is left alone at least that wants to be.
const SHORTEST_WAIT: TimeDelta = TimeDelta::seconds(10);

#[derive(Serialize, Deserialize)]
struct Payload {
    push_id: MessageId,
    /// After which moment nobody wants to read it.
    until: Time,
}

/// Sends queued pushes.
pub struct SendPush {
    pusher: Arc<dyn Pusher>,
    mails: Arc<Mails>,
}

impl SendPush {
    /// The kind of job it handles.
    pub const KIND: &'static str = "send_push";

    /// Sends through that pusher. A push opens the page that mails lead to.
    pub fn new(pusher: Arc<dyn Pusher>, mails: Arc<Mails>) -> Self {
        Self { pusher, mails }
    }

    pub(crate) fn job(push_id: MessageId, until: Time) -> Result<NewJob, Error> {
        NewJob::new(Self::KIND, &Payload { push_id, until })
    }

    /// What the service is handed. The topic stays the same however often it is, so that the same again replaces it.
    fn push(&self, push: &PushToSend, ttl_seconds: i64) -> Push {
        let notice = Notice {
            title: push.title.clone(),
            body: push.body.clone(),
        };
        Push {
            endpoint: push.endpoint.clone(),
            public_key: push.public_key.clone(),
            auth: push.auth.clone(),
            payload: notice.payload(push.id, &self.mails.order_path(push.order_id)),
            ttl_seconds: u32::try_from(ttl_seconds).unwrap_or_default(),
            urgent: TextKind::parse(&push.kind) == Some(TextKind::OutForDelivery),
            topic: BASE64URL_NOPAD.encode(Uuid::from(push.id).as_bytes()),
        }
    }
}

/// The push and as whom it is sent. Nothing where it is not to be sent; the log says why.
async fn begin(work: &Work, payload: &Payload) -> Result<Option<(PushToSend, PushAccount)>, Failure> {
    let mut ctx = work.write();
    // Nothing is left of it where whoever was to get it was erased.
    let Some(state) = store::pushes::find_state(&mut ctx, payload.push_id).await? else {
        ctx.rollback().await;
        return Ok(None);
    };
    if state == PushState::Sent {
        ctx.rollback().await;
        return Ok(None);
    }
    let why = match judge(&mut ctx, payload).await? {
        Ok(found) => {
            ctx.rollback().await;
            return Ok(Some(found));
        }
        Err(why) => why,
    };
    // Nobody has to look after what nobody wants.
    store::pushes::refuse_push(&mut ctx, payload.push_id, why).await?;
    ctx.commit().await?;
    Ok(None)
}

/// The push with its browser and as whom it is sent, or why it is not.
async fn judge(ctx: &mut Ctx, payload: &Payload) -> Result<Result<(PushToSend, PushAccount), Unsent>, Error> {
    let Some(account) = settings::find_account(ctx).await? else {
        return Ok(Err(Unsent::Off));
    };
    if ctx.now() > payload.until {
        return Ok(Err(Unsent::Late));
    }
    let Some(push) = store::pushes::find_to_send(ctx, payload.push_id).await? else {
        return Ok(Err(Unsent::NotWanted));
    };
    let about = orders::find(ctx, push.order_id).await?;
    let about = about.map(|order| (order.id, PushesAbout::of(&order)));
    let takers = find_takers(ctx, about.as_slice()).await?;
    let mut told = takers.values().flatten();
    let is_wanted = told.any(|taker| taker.id == push.subscription_id);
    Ok(if is_wanted {
        Ok((push, account))
    } else {
        Err(Unsent::NotWanted)
    })
}

#[async_trait]
impl Handler for SendPush {
    async fn run(&self, work: &Work, job: &Job) -> Result<(), Failure> {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::from)?;
        let Some((push, account)) = begin(work, &payload).await? else {
            return Ok(());
        };
        let now = work.read().now();
        let ttl_seconds = (payload.until - now).num_seconds();
        let sent = self.pusher.send(&account, &self.push(&push, ttl_seconds), now).await;
        let mut ctx = work.write();
        let (state, label, outcome) = match &sent {
            Ok(()) => {
                store::push_subscriptions::touch(&mut ctx, push.subscription_id).await?;
                (PushState::Sent, "sent", Ok(()))
            }
            Err(PusherError::Gone) => {
                store::push_subscriptions::delete(&mut ctx, push.subscription_id).await?;
                (PushState::Failed, "gone", Ok(()))
            }
            Err(PusherError::Refused(_)) => (PushState::Failed, "refused", Ok(())),
            // The service itself says when to come back. It may say so until nobody wants to read the push.
            Err(PusherError::Unavailable { until: Some(later), .. }) => {
                let again = (*later).max(now + SHORTEST_WAIT).min(payload.until + SHORTEST_WAIT);
                ctx.enqueue(Self::job(push.id, payload.until)?.at(again)).await?;
                (PushState::Queued, "unavailable", Ok(()))
            }
            Err(error @ PusherError::Unavailable { until: None, .. }) => {
                let state = if job.attempts >= job.max_attempts {
                    PushState::Failed
                } else {
                    PushState::Queued
                };
                (state, "unavailable", Err(Failure::Retry(error.to_string())))
            }
        };
        metrics::counter!("pushes_total", "outcome" => label).increment(1);
        let error = sent.err().map(|error| error.unsent());
        store::pushes::update_push(&mut ctx, push.id, state, error).await?;
        ctx.commit().await?;
        outcome
    }
}

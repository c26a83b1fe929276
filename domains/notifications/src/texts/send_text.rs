//! The job that sends a text.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use database::{
    Error, Work,
    jobs::{Job, NewJob},
    worker::{Failure, Handler},
};
use kernel::MessageId;
use serde::{Deserialize, Serialize};

use super::{Text, TextAccount, TextState, TextSummary, Texter, TexterError, find_text_account};
use crate::{
    Mails,
    store::{self, text_wishes::NewWish},
};

/// How long a text may wait: nobody wants to read yesterday's "comes today".
const STALE: TimeDelta = TimeDelta::hours(24);

#[derive(Serialize, Deserialize)]
struct Payload {
    text_id: MessageId,
}

/// Sends queued texts.
pub struct SendText {
    texter: Arc<dyn Texter>,
    mails: Arc<Mails>,
}

impl SendText {
    /// The kind of job it handles.
    pub const KIND: &'static str = "send_text";

    /// Sends through that texter. What becomes of a text is told at the addresses that mails lead to.
    pub fn new(texter: Arc<dyn Texter>, mails: Arc<Mails>) -> Self {
        Self { texter, mails }
    }

    pub(crate) fn job(text_id: MessageId) -> Result<NewJob, Error> {
        NewJob::new(Self::KIND, &Payload { text_id })
    }

    async fn offer(
        &self,
        work: &Work,
        text: &TextSummary,
        account: &TextAccount,
    ) -> Result<crate::Receipt, TexterError> {
        let text = Text {
            id: text.id,
            to: text.phone.clone(),
            body: text.body.clone(),
            status_url: self.mails.link(work.store(), &format!("/texts/{}/status", text.id)),
        };
        self.texter.send(account, &text).await
    }
}

#[async_trait]
impl Handler for SendText {
    async fn run(&self, work: &Work, job: &Job) -> Result<(), Failure> {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::from)?;
        let id = payload.text_id;
        let mut ctx = work.read();
        let text = store::texts::find_text(&mut ctx, id).await?;
        // Whoever was to get it was erased.
        let Some(text) = text else { return Ok(()) };
        let account = find_text_account(&mut ctx).await?.map(|(_, account)| account);
        let stopped = store::text_wishes::is_stopped(&mut ctx, &text.phone).await?;
        let is_stale = ctx.now() - text.created_at > STALE;
        ctx.commit().await?;
        if matches!(text.state, TextState::Sent | TextState::Delivered) {
            return Ok(());
        }
        let account = match account {
            None => Err("the store sends no texts any more"),
            Some(_) if stopped => Err("its reader answered that no texts are wanted"),
            Some(_) if is_stale => Err("it waited for more than a day, and what it says may not be so any more"),
            Some(account) => Ok(account),
        };
        let account = match account {
            Ok(account) => account,
            // Nobody has to look after what nobody wants.
            Err(why) => {
                let mut ctx = work.write();
                store::texts::update_text(&mut ctx, id, TextState::Failed, Err(why.to_owned())).await?;
                return Ok(ctx.commit().await?);
            }
        };
        let sent = self.offer(work, &text, &account).await;
        let last_attempt = job.attempts >= job.max_attempts;
        let (state, label, outcome) = match &sent {
            Ok(_receipt) => (TextState::Sent, "sent", Ok(())),
            Err(error @ TexterError::Unavailable(_)) => {
                let state = if last_attempt {
                    TextState::Failed
                } else {
                    TextState::Queued
                };
                (state, "unavailable", Err(Failure::Retry(error.to_string())))
            }
            Err(TexterError::Stopped(_)) => (TextState::Failed, "refused", Ok(())),
            Err(error @ TexterError::Refused(_)) => {
                (TextState::Failed, "refused", Err(Failure::Fail(error.to_string())))
            }
        };
        metrics::counter!("texts_total", "outcome" => label).increment(1);
        let mut ctx = work.write();
        if matches!(sent, Err(TexterError::Stopped(_))) {
            let said = NewWish {
                about: None,
                phone: &text.phone,
                wanted: false,
                client: "",
                reference: None,
            };
            store::text_wishes::insert(&mut ctx, said).await?;
        }
        let told = sent.as_ref().map_err(ToString::to_string);
        store::texts::update_text(&mut ctx, id, state, told).await?;
        ctx.commit().await?;
        outcome
    }
}

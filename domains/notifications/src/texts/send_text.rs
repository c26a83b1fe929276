//! The job that sends a text.

use std::sync::Arc;

use async_trait::async_trait;
use database::{
    Ctx, Error, Work,
    jobs::{Job, NewJob},
    worker::{Failure, Handler},
};
use kernel::{MessageId, Time};
use serde::{Deserialize, Serialize};

use super::{
    Text, TextAccount, TextState, TextSummary, Texter, TexterError, TextsAbout, Unsent, find_text_account,
    wishes::find_takers,
};
use crate::{
    Mails,
    store::{self, text_wishes::NewWish},
};

#[derive(Serialize, Deserialize)]
struct Payload {
    text_id: MessageId,
    /// After which moment nobody wants to read it.
    until: Time,
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

    pub(crate) fn job(text_id: MessageId, until: Time) -> Result<NewJob, Error> {
        NewJob::new(Self::KIND, &Payload { text_id, until })
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

/// The text and the account that sends it, noted as offered: a program that ends before it knows the answer offers no text
/// twice. Nothing where it is not to be sent; the log says why.
async fn begin(work: &Work, payload: &Payload) -> Result<Option<(TextSummary, TextAccount)>, Failure> {
    let id = payload.text_id;
    let mut ctx = work.write();
    // Nothing is left of it where whoever was to get it was erased.
    let text = store::texts::find_text(&mut ctx, id).await?;
    let Some(text) = text.filter(|text| !is_taken(text)) else {
        ctx.rollback().await;
        return Ok(None);
    };
    let why = match judge(&mut ctx, &text, payload.until).await? {
        Ok(account) if store::texts::offer_text(&mut ctx, id).await? => {
            ctx.commit().await?;
            return Ok(Some((text, account)));
        }
        Ok(_offered_before) => Unsent::Unknown,
        Err(why) => why,
    };
    // Nobody has to look after what nobody wants.
    store::texts::refuse_text(&mut ctx, id, why).await?;
    ctx.commit().await?;
    Ok(None)
}

/// Whether whoever carries texts has it, or had it and told how it failed.
fn is_taken(text: &TextSummary) -> bool {
    match text.state {
        TextState::Sent | TextState::Delivered => true,
        TextState::Failed => text.reference.is_some(),
        TextState::Queued => false,
    }
}

/// The account that sends it, or why it is not sent.
async fn judge(ctx: &mut Ctx, text: &TextSummary, until: Time) -> Result<Result<TextAccount, Unsent>, Error> {
    let Some((_, account)) = find_text_account(ctx).await? else {
        return Ok(Err(Unsent::Off));
    };
    if store::text_wishes::is_stopped(ctx, &text.phone).await? {
        return Ok(Err(Unsent::Stopped));
    }
    if ctx.now() > until {
        return Ok(Err(Unsent::Late));
    }
    let Some(id) = text.order_id else {
        return Ok(Ok(account));
    };
    let about = orders::find(ctx, id).await?.map(|order| (id, TextsAbout::of(&order)));
    let takers = find_takers(ctx, about.as_slice()).await?;
    let is_wanted = takers.get(&id) == Some(&text.phone);
    Ok(if is_wanted { Ok(account) } else { Err(Unsent::NotWanted) })
}

#[async_trait]
impl Handler for SendText {
    async fn run(&self, work: &Work, job: &Job) -> Result<(), Failure> {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::from)?;
        let Some((text, account)) = begin(work, &payload).await? else {
            return Ok(());
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
            // It is not offered again, not by whoever looks after parked jobs either.
            Err(TexterError::Unknown(_)) => (TextState::Failed, "unknown", Ok(())),
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
                phone: Some(&text.phone),
                wanted: false,
                client: "",
                reference: None,
            };
            store::text_wishes::insert(&mut ctx, said).await?;
        }
        let told = sent.as_ref().map_err(TexterError::unsent);
        store::texts::update_text(&mut ctx, text.id, state, told).await?;
        ctx.commit().await?;
        outcome
    }
}

//! The job that sends a message.

use std::sync::Arc;

use async_trait::async_trait;
use database::{
    Error, Work,
    jobs::{Job, NewJob},
    worker::{Failure, Handler},
};
use kernel::MessageId;
use serde::{Deserialize, Serialize};

use crate::{Mail, Mailer, MailerError, MessageState, store};

#[derive(Serialize, Deserialize)]
struct Payload {
    message_id: MessageId,
}

/// Sends queued messages.
pub struct SendMail {
    mailer: Arc<dyn Mailer>,
}

impl SendMail {
    /// The kind of job it handles.
    pub const KIND: &'static str = "send_mail";

    /// Sends through that mailer.
    pub fn new(mailer: Arc<dyn Mailer>) -> Self {
        Self { mailer }
    }

    pub(crate) fn job(message_id: MessageId) -> Result<NewJob, Error> {
        NewJob::new(Self::KIND, &Payload { message_id })
    }
}

#[async_trait]
impl Handler for SendMail {
    async fn run(&self, work: &Work, job: &Job) -> Result<(), Failure> {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::from)?;
        let id = payload.message_id;
        let mut ctx = work.read();
        let message = store::find_message(&mut ctx, id).await?;
        ctx.commit().await?;
        let message = message.ok_or_else(|| Failure::Fail(format!("there is no message {id}")))?;
        if message.summary.state == MessageState::Sent {
            return Ok(());
        }
        let mail = Mail {
            id,
            from_name: work.store().name.clone(),
            from: work.store().email.clone(),
            to: message.summary.recipient,
            subject: message.summary.subject,
            text: message.text,
            html: message.html,
            written_at: message.summary.created_at,
        };
        let sent = self.mailer.send(&mail).await;
        let last_attempt = job.attempts >= job.max_attempts;
        let (state, error, outcome) = match sent {
            Ok(()) => (MessageState::Sent, None, Ok(())),
            Err(error @ MailerError::Refused(_)) => (
                MessageState::Failed,
                Some(error.to_string()),
                Err(Failure::Fail(error.to_string())),
            ),
            Err(error @ MailerError::Unavailable(_)) => {
                let state = if last_attempt {
                    MessageState::Failed
                } else {
                    MessageState::Queued
                };
                (state, Some(error.to_string()), Err(Failure::Retry(error.to_string())))
            }
        };
        let mut ctx = work.write();
        store::update_message(&mut ctx, id, state, error).await?;
        ctx.commit().await?;
        outcome
    }
}

//! The job that sends a message.

use std::sync::Arc;

use async_trait::async_trait;
use database::{
    Error, Work,
    jobs::{Job, NewJob},
    worker::{Failure, Handler},
};
use kernel::{MessageId, Store};
use serde::{Deserialize, Serialize};

use crate::{Mail, MailKind, Mailer, MailerError, Message, MessageState, Topic, erase::forget_last_mail, store};

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
        // What a mail that an event asked for says of a parcel is owed; the same mail once more is not.
        let is_owed = message.topic != Some(Topic::BackInStock) && message.summary.copy_of.is_none();
        if message.summary.refused && !is_owed {
            let mut ctx = work.write();
            let why = "it was refused before it could be sent".to_owned();
            store::update_message(&mut ctx, id, MessageState::Failed, Err(why)).await?;
            ctx.commit().await?;
            return Ok(());
        }
        let is_last = message.summary.kind == MailKind::DataErased.as_str();
        let sent = self.mailer.send(&mail(work.store(), message)).await;
        let last_attempt = job.attempts >= job.max_attempts;
        let (state, outcome) = match &sent {
            Ok(_receipt) => (MessageState::Sent, Ok(())),
            Err(error @ MailerError::Refused(_)) => (MessageState::Failed, Err(Failure::Fail(error.to_string()))),
            Err(error @ MailerError::Unavailable(_)) => {
                let state = if last_attempt {
                    MessageState::Failed
                } else {
                    MessageState::Queued
                };
                (state, Err(Failure::Retry(error.to_string())))
            }
        };
        let label = match &outcome {
            Ok(()) => "sent",
            Err(Failure::Fail(_)) => "refused",
            Err(Failure::Retry(_)) => "unavailable",
        };
        metrics::counter!("mails_total", "outcome" => label).increment(1);
        let mut ctx = work.write();
        if is_last && state != MessageState::Queued {
            forget_last_mail(&mut ctx, id).await?;
        } else {
            let told = sent.as_ref().map_err(ToString::to_string);
            store::update_message(&mut ctx, id, state, told).await?;
        }
        ctx.commit().await?;
        match outcome {
            // Whoever is forgotten is named in no error either, and nobody can mend what is deleted.
            Err(_failure) if is_last && state != MessageState::Queued => Ok(()),
            Err(_failure) if is_last => Err(Failure::Retry("the mail server did not take it".to_owned())),
            outcome => outcome,
        }
    }
}

/// The message as it is handed over.
fn mail(store: &Store, message: Message) -> Mail {
    let sender = if store.sender_name.is_empty() {
        &store.name
    } else {
        &store.sender_name
    };
    Mail {
        id: message.summary.id,
        from_name: sender.clone(),
        from: store.email.clone(),
        to: message.summary.recipient,
        subject: message.summary.subject,
        text: message.text,
        html: message.html,
        stop_link: message.stop_link,
        written_at: message.summary.created_at,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use database::jobs;
    use kernel::PageRequest;

    use super::*;
    use crate::{MessageFilter, MessageSummary, list_messages, testing::TestShop};

    async fn message(shop: &TestShop) -> MessageSummary {
        let mut ctx = shop.db.work().read();
        list_messages(&mut ctx, &MessageFilter::default(), &PageRequest::first(1))
            .await
            .unwrap()
            .items
            .remove(0)
    }

    #[tokio::test]
    async fn a_mail_server_that_is_away_delays_a_mail() {
        let shop = TestShop::open().await;
        shop.register("ann@example.com").await;
        shop.mailer
            .fail_with(Some(MailerError::Unavailable("nobody home".to_owned())));
        shop.drain().await;
        let waiting = message(&shop).await;
        assert_eq!(
            (waiting.state, waiting.attempts, waiting.sent_at),
            (MessageState::Queued, 1, None)
        );
        assert!(waiting.last_error.unwrap().contains("nobody home"));
        shop.mailer.fail_with(None);
        shop.db.clock().advance(TimeDelta::minutes(1));
        assert_eq!(shop.sent().await.len(), 1);
        let sent = message(&shop).await;
        assert_eq!(
            (sent.state, sent.attempts, sent.last_error),
            (MessageState::Sent, 2, None)
        );
        assert_eq!(sent.sent_at, Some(shop.db.database().now()));
        assert_eq!(
            (waiting.reference, sent.reference.as_deref()),
            (None, Some("queued as 4F5"))
        );
    }

    #[tokio::test]
    async fn a_mail_is_given_up_after_ten_tries_or_a_refusal() {
        for (failure, attempts) in [
            (MailerError::Unavailable("nobody home".to_owned()), 10),
            (MailerError::Refused("no such user".to_owned()), 1),
        ] {
            let shop = TestShop::open().await;
            shop.register("ann@example.com").await;
            shop.mailer.fail_with(Some(failure));
            for _ in 0..12 {
                shop.drain().await;
                shop.db.clock().advance(TimeDelta::hours(1));
            }
            let lost = message(&shop).await;
            assert_eq!((lost.state, lost.attempts), (MessageState::Failed, attempts));
            let parked = jobs::list_parked(&mut shop.db.work().read()).await.unwrap();
            assert_eq!(parked.len(), 1);
            // Somebody mends the mail server and restarts the job.
            shop.mailer.fail_with(None);
            let mut ctx = shop.db.work().write();
            jobs::restart(&mut ctx, parked[0].id).await.unwrap();
            ctx.commit().await.unwrap();
            assert_eq!(shop.sent().await.len(), 1);
            assert_eq!(message(&shop).await.state, MessageState::Sent);
        }
    }
}

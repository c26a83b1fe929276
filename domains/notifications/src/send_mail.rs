//! The job that sends a message.

use std::{collections::HashMap, slice, sync::Arc};

use async_trait::async_trait;
use database::{
    Error, Work,
    jobs::{Job, NewJob},
    worker::{Failure, Handler},
};
use futures_util::{StreamExt as _, stream};
use kernel::{MessageId, Store};
use serde::{Deserialize, Serialize};

use crate::{
    Mail, MailKind, Mailer, MailerError, Message, MessageState, Topic,
    erase::forget_last_mails,
    store::{self, Sending},
};

/// How many mails go out at the same time.
const AT_A_TIME: usize = 4;

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
        self.run_all(work, slice::from_ref(job)).await.pop().unwrap_or(Ok(()))
    }

    fn at_once(&self) -> usize {
        20
    }

    async fn run_all(&self, work: &Work, jobs: &[Job]) -> Vec<Result<(), Failure>> {
        match self.send_all(work, jobs).await {
            Ok(outcomes) => outcomes,
            Err(error) => {
                let why = Failure::from(error).to_string();
                jobs.iter().map(|_| Err(Failure::Retry(why.clone()))).collect()
            }
        }
    }
}

impl SendMail {
    /// Reads the messages together, sends a few at a time, and writes together what became of them.
    async fn send_all(&self, work: &Work, jobs: &[Job]) -> Result<Vec<Result<(), Failure>>, Error> {
        let ids: Vec<Result<MessageId, Error>> = jobs.iter().map(message_of).collect();
        let known: Vec<MessageId> = ids.iter().filter_map(|id| id.as_ref().ok().copied()).collect();
        let mut ctx = work.read();
        let messages = store::find_messages(&mut ctx, &known).await?;
        ctx.commit().await?;
        let mut messages: HashMap<MessageId, Message> = messages
            .into_iter()
            .map(|message| (message.summary.id, message))
            .collect();
        let found: Vec<Result<Message, Failure>> = ids
            .into_iter()
            .map(|id| {
                let id = id?;
                let missing = || Failure::Fail(format!("there is no message {id}"));
                messages.remove(&id).ok_or_else(missing)
            })
            .collect();
        let mut sends = Vec::with_capacity(jobs.len());
        for (message, job) in found.into_iter().zip(jobs) {
            sends.push(self.send(work.store(), job, message));
        }
        let sent: Vec<(Option<Outcome>, Result<(), Failure>)> = stream::iter(sends).buffered(AT_A_TIME).collect().await;
        let (written, outcomes): (Vec<Option<Outcome>>, Vec<_>) = sent.into_iter().unzip();
        let (mut kept, mut forgotten) = (Vec::new(), Vec::new());
        for outcome in written.into_iter().flatten() {
            match outcome {
                Outcome::Kept(sending) => kept.push(sending),
                Outcome::Forgotten(id) => forgotten.push(id),
            }
        }
        if !kept.is_empty() || !forgotten.is_empty() {
            let mut ctx = work.write();
            store::update_messages(&mut ctx, &kept).await?;
            forget_last_mails(&mut ctx, &forgotten).await?;
            ctx.commit().await?;
        }
        Ok(outcomes)
    }

    /// Sends one, unless that was done or its reader has refused it, and says what is to be written of it.
    async fn send(
        &self,
        store: &Store,
        job: &Job,
        message: Result<Message, Failure>,
    ) -> (Option<Outcome>, Result<(), Failure>) {
        let message = match message {
            Ok(message) => message,
            Err(failure) => return (None, Err(failure)),
        };
        let id = message.summary.id;
        if message.summary.state == MessageState::Sent {
            return (None, Ok(()));
        }
        if message.summary.is_emptied {
            return (
                None,
                Err(Failure::Fail("its text was forgotten after a year".to_owned())),
            );
        }
        // What a mail that an event asked for says of a parcel is owed; the same mail once more is not.
        let is_owed = message.topic.is_none_or(Topic::is_partly_owed) && message.summary.copy_of.is_none();
        if message.summary.refused && !is_owed {
            let outcome = Err("it was refused before it could be sent".to_owned());
            let state = MessageState::Failed;
            return (Some(Outcome::Kept(Sending { id, state, outcome })), Ok(()));
        }
        let is_last = message.summary.kind == MailKind::DataErased.as_str();
        let sent = self.mailer.send(&mail(store, message)).await;
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
        if is_last {
            return last(id, state, outcome);
        }
        let written = Sending {
            id,
            state,
            outcome: sent.map_err(|error| error.to_string()),
        };
        (Some(Outcome::Kept(written)), outcome)
    }
}

/// What is to be written of a mail that was tried.
enum Outcome {
    /// How it went.
    Kept(Sending),
    /// Nothing: it was the last mail that somebody gets, and goes with the rest.
    Forgotten(MessageId),
}

/// Whoever is forgotten is named in no error either, and nobody can mend what is deleted.
fn last(id: MessageId, state: MessageState, outcome: Result<(), Failure>) -> (Option<Outcome>, Result<(), Failure>) {
    if state != MessageState::Queued {
        return (Some(Outcome::Forgotten(id)), Ok(()));
    }
    let why = "the mail server did not take it".to_owned();
    let written = Sending {
        id,
        state,
        outcome: Err(why.clone()),
    };
    (
        Some(Outcome::Kept(written)),
        outcome.map_err(|_named| Failure::Retry(why)),
    )
}

fn message_of(job: &Job) -> Result<MessageId, Error> {
    let payload: Payload = serde_json::from_value(job.payload.clone())?;
    Ok(payload.message_id)
}

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

    #[tokio::test]
    async fn a_mail_that_was_sent_stays_sent() {
        let shop = TestShop::open().await;
        shop.register("ann@example.com").await;
        assert_eq!(shop.sent().await.len(), 1);
        let sent = message(&shop).await;
        let mut ctx = shop.db.work().write();
        // Another worker, whose lease ran out while the mail server took its time.
        let late = Sending {
            id: sent.id,
            state: MessageState::Failed,
            outcome: Err("too late".to_owned()),
        };
        store::update_messages(&mut ctx, &[late]).await.unwrap();
        ctx.commit().await.unwrap();
        let after = message(&shop).await;
        assert_eq!((after.state, after.last_error), (MessageState::Sent, None));
    }
}

//! What people said about the mails that they may refuse.

use database::{Ctx, Error};
use kernel::{EmailAddress, MessageId, Time};

use crate::{
    Topic,
    store::{alerts, consents},
};

/// How many answers a page shows at most.
const MOST_SHOWN: i64 = 100;

/// What somebody said about a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// About what.
    pub topic: Topic,
    /// Whether they want to be written.
    pub wanted: bool,
    /// When they said so.
    pub said_at: Time,
    /// Who said so, such as `customer cus_…`.
    pub said_by: String,
    /// From which address of the internet.
    pub client: String,
    /// The mail whose link they followed.
    pub message_id: Option<MessageId>,
}

/// What is so about a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicChoice {
    /// About what.
    pub topic: Topic,
    /// Whether mails about it are sent. Whoever said nothing gets them.
    pub wanted: bool,
    /// When somebody said something last.
    pub said_at: Option<Time>,
}

/// What somebody says.
#[derive(Debug, Clone)]
pub struct Choose<'c> {
    /// Whose mails these are.
    pub email: &'c EmailAddress,
    /// About what.
    pub topic: Topic,
    /// Whether they are wanted.
    pub wanted: bool,
    /// From which address of the internet it is said.
    pub client: &'c str,
    /// The mail whose link was followed.
    pub message_id: Option<MessageId>,
}

/// Notes what the actor says. What is so already is not noted again. Whoever refuses to be told what is back waits for nothing
/// any more.
pub async fn choose(ctx: &mut Ctx, choose: Choose<'_>) -> Result<(), Error> {
    if wants(ctx, choose.email, choose.topic).await? != choose.wanted {
        let (email, refused) = (
            choose.email,
            (choose.topic, choose.wanted) == (Topic::BackInStock, false),
        );
        consents::insert(ctx, choose).await?;
        if refused {
            alerts::delete_open(ctx, email).await?;
        }
    }
    Ok(())
}

/// Whether somebody takes mails about a topic.
pub async fn wants(ctx: &mut Ctx, email: &EmailAddress, topic: Topic) -> Result<bool, Error> {
    let choices = list_choices(ctx, email).await?;
    Ok(choices.iter().any(|choice| choice.topic == topic && choice.wanted))
}

/// What is so about every topic.
pub async fn list_choices(ctx: &mut Ctx, email: &EmailAddress) -> Result<Vec<TopicChoice>, Error> {
    let said = consents::list_newest(ctx, email).await?;
    let choice = |topic: Topic| {
        let newest = said.iter().find(|(said, ..)| *said == topic);
        TopicChoice {
            topic,
            wanted: newest.is_none_or(|(_, wanted, _)| *wanted),
            said_at: newest.map(|(.., said_at)| *said_at),
        }
    };
    Ok(Topic::ALL.iter().copied().map(choice).collect())
}

/// Everything that was ever said, the newest first, for whoever it is about.
pub async fn list_every_consent(ctx: &mut Ctx, email: &EmailAddress) -> Result<Vec<Consent>, Error> {
    consents::list(ctx, email, i64::MAX).await
}

/// What was said, the newest first.
pub async fn list_consents(ctx: &mut Ctx, email: &EmailAddress) -> Result<Vec<Consent>, Error> {
    consents::list(ctx, email, MOST_SHOWN).await
}

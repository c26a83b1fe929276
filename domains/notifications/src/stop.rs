//! The link with which a mail is the last of its kind (RFC 8058). It is signed, so it works without signing in.

use database::{Ctx, Error};
use kernel::{EmailAddress, MessageId};

use crate::{Choose, Topic, choose, signed_link, store, wants};

/// What links are signed for.
const PURPOSE: &str = "souk mail stop";

/// Whom a link is for, and what it refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Who got the mail.
    pub email: EmailAddress,
    /// What it was about.
    pub topic: Topic,
    /// Whether they still take such mails.
    pub wanted: bool,
}

/// A link as it is followed.
#[derive(Debug, Clone, Copy)]
pub struct StopLink<'l> {
    /// What links are signed with.
    pub key: &'l [u8; 32],
    /// The mail it stands in.
    pub message_id: MessageId,
    /// Its signature.
    pub token: &'l str,
}

/// Where a mail's link leads, in the store.
pub fn stop_path(key: &[u8; 32], message_id: MessageId) -> String {
    let token = signed_link::sign(key, PURPOSE, message_id.into());
    format!("/mails/{message_id}?token={token}")
}

/// What a link is for; nothing when it is not genuine or of a mail that everybody gets.
pub async fn find_stop(ctx: &mut Ctx, link: StopLink<'_>) -> Result<Option<Stop>, Error> {
    if !signed_link::is_genuine(link.key, PURPOSE, link.message_id.into(), link.token) {
        return Ok(None);
    }
    let Some((email, topic)) = store::consents::find_topic(ctx, link.message_id).await? else {
        return Ok(None);
    };
    let wanted = wants(ctx, &email, topic).await?;
    Ok(Some(Stop { email, topic, wanted }))
}

/// Whoever has the link refuses such mails, or takes them again.
pub async fn answer_stop(ctx: &mut Ctx, link: StopLink<'_>, wanted: bool, client: &str) -> Result<Option<Stop>, Error> {
    let Some(stop) = find_stop(ctx, link).await? else {
        return Ok(None);
    };
    let said = Choose {
        email: &stop.email,
        topic: stop.topic,
        wanted,
        client,
        message_id: Some(link.message_id),
    };
    choose(ctx, said).await?;
    Ok(Some(Stop { wanted, ..stop }))
}

//! The link with which a mail is the last of its kind (RFC 8058). It is signed, so it works without signing in.

use data_encoding::BASE64URL_NOPAD;
use database::{Ctx, Error};
use kernel::{EmailAddress, MessageId};
use ring::hmac::{self, HMAC_SHA256};
use uuid::Uuid;

use crate::{Choose, Topic, choose, store, wants};

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

impl StopLink<'_> {
    fn is_genuine(&self) -> bool {
        let given = BASE64URL_NOPAD.decode(self.token.as_bytes()).unwrap_or_default();
        hmac::verify(&signing(self.key), &signed(self.message_id), &given).is_ok()
    }
}

/// Where a mail's link leads, in the store.
pub fn stop_path(key: &[u8; 32], message_id: MessageId) -> String {
    let signature = hmac::sign(&signing(key), &signed(message_id));
    format!(
        "/mails/{message_id}?token={}",
        BASE64URL_NOPAD.encode(signature.as_ref())
    )
}

fn signing(key: &[u8; 32]) -> hmac::Key {
    hmac::Key::new(HMAC_SHA256, key)
}

fn signed(message_id: MessageId) -> Vec<u8> {
    [b"souk mail stop\0", Uuid::from(message_id).as_bytes().as_slice()].concat()
}

/// What a link is for; nothing when it is not genuine or of a mail that everybody gets.
pub async fn find_stop(ctx: &mut Ctx, link: StopLink<'_>) -> Result<Option<Stop>, Error> {
    if !link.is_genuine() {
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

#[cfg(test)]
mod tests {
    use kernel::{SeededEntropy, Time, TypedId as _};

    use super::*;

    #[test]
    fn a_link_is_for_one_mail_and_one_key() {
        let entropy = SeededEntropy::new(7);
        let [mail, other] = [0, 1].map(|_| MessageId::generate(Time::UNIX_EPOCH, &entropy));
        let path = stop_path(&[1; 32], mail);
        let (start, token) = path.split_once("?token=").unwrap();
        assert_eq!(start, format!("/mails/{mail}"));
        let genuine = |key: &[u8; 32], message_id, token: &str| {
            let link = StopLink { key, message_id, token };
            link.is_genuine()
        };
        assert!(genuine(&[1; 32], mail, token));
        assert!(!genuine(&[2; 32], mail, token) && !genuine(&[1; 32], other, token));
        for wrong in ["", "!", &format!("{token}A"), &token.to_uppercase()] {
            assert!(!genuine(&[1; 32], mail, wrong), "{wrong}");
        }
    }
}

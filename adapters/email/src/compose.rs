//! From a mail to the bytes on the wire (RFC 5322): text and HTML as alternatives.

use std::time::SystemTime;

use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use notifications::{Mail, MailerError};
use url::Url;

/// The whole message. Whatever is not fit for a header is refused or encoded.
pub(crate) fn compose(mail: &Mail) -> Result<Message, MailerError> {
    let mut message = Message::builder()
        .message_id(Some(message_id(mail)))
        .date(SystemTime::from(mail.written_at))
        .from(Mailbox::new(
            Some(one_line(&mail.from_name)),
            address(mail.from.as_str())?,
        ))
        .to(Mailbox::new(None, address(mail.to.as_str())?))
        .subject(one_line(&mail.subject))
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
        .map_err(|error| MailerError::Refused(error.to_string()))?;
    for (name, value) in stop_headers(mail)? {
        let name = HeaderName::new_from_ascii_str(name);
        let value = HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value);
        message.headers_mut().insert_raw(value);
    }
    Ok(message)
}

/// With these a mail program offers to refuse such mails (RFC 2369, RFC 8058). An address that is not one of the web is no
/// header.
pub(crate) fn stop_headers(mail: &Mail) -> Result<Vec<(&'static str, String)>, MailerError> {
    let Some(link) = &mail.stop_link else {
        return Ok(Vec::new());
    };
    let url = Url::parse(link).map_err(|error| MailerError::Refused(format!("{link:?} is not an address: {error}")))?;
    Ok(vec![
        ("List-Unsubscribe", format!("<{url}>")),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
    ])
}

/// The same however often it is sent.
pub(crate) fn message_id(mail: &Mail) -> String {
    let host = mail.from.as_str().rsplit_once('@');
    format!("<{}@{}>", mail.id, host.map(|(_, host)| host).unwrap_or_default())
}

fn address(text: &str) -> Result<Address, MailerError> {
    text.parse()
        .map_err(|error| MailerError::Refused(format!("{text:?} is not an address: {error}")))
}

/// A header is one line: a line break in a subject or name must not start another header.
pub(crate) fn one_line(text: &str) -> String {
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(printable).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(mail: &Mail) -> String {
        let bytes = compose(mail).unwrap().formatted();
        let text = String::from_utf8(bytes).unwrap();
        text.split_once("\r\n\r\n").unwrap().0.to_owned()
    }

    #[test]
    fn a_mail_has_the_headers_it_needs() {
        let head = head(&Mail::sample());
        for line in [
            "From: \"Sample Store\" <nobody@example.invalid>",
            "To: ann@example.com",
            "Date: Thu, 01 Jan 1970 00:00:00 +0000",
            "MIME-Version: 1.0",
        ] {
            assert!(head.lines().any(|header| header == line), "{line}\nis not in\n{head}");
        }
        let id = format!("Message-ID: <{}@example.invalid>", Mail::sample().id);
        assert!(head.lines().any(|header| header == id), "{head}");
    }

    #[test]
    fn a_mail_that_may_be_refused_says_how() {
        let with = |link: &str| Mail {
            stop_link: Some(link.to_owned()),
            ..Mail::sample()
        };
        let link = format!("https://shop.example.com/mails/msg_1?token={}", "a".repeat(100));
        let refusable = head(&with(&link));
        for line in [
            format!("List-Unsubscribe: <{link}>").as_str(),
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ] {
            assert!(refusable.lines().any(|header| header == line), "{refusable}");
        }
        assert!(!head(&Mail::sample()).contains("List-Unsubscribe"));
        let evil = head(&with("https://shop.example.com/\r\nBcc: v@example.com>\u{2028}ü"));
        assert!(!evil.contains("\nBcc") && evil.is_ascii(), "{evil}");
        assert!(compose(&with("nonsense")).is_err());
    }

    #[test]
    fn no_text_becomes_a_header() {
        let evil = "Hello\r\nBcc: victim@example.com\n\rX-Evil: 1\u{0}\u{2028}";
        let head = head(&Mail {
            subject: evil.to_owned(),
            from_name: evil.to_owned(),
            ..Mail::sample()
        });
        let names: Vec<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .filter_map(|line| line.split_once(':').map(|(name, _)| name))
            .collect();
        assert_eq!(
            names,
            [
                "Message-ID",
                "Date",
                "From",
                "To",
                "Subject",
                "MIME-Version",
                "Content-Type"
            ]
        );
        assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']));
    }
}

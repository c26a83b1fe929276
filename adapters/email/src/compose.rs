//! From a mail to the bytes on the wire (RFC 5322): text and HTML as alternatives.

use std::time::SystemTime;

use lettre::{
    Address, Message,
    message::{Mailbox, MultiPart},
};
use notifications::{Mail, MailerError};

/// The whole message. Whatever is not fit for a header is refused or encoded.
pub(crate) fn compose(mail: &Mail) -> Result<Message, MailerError> {
    let message = Message::builder()
        .message_id(Some(message_id(mail)))
        .date(SystemTime::from(mail.written_at))
        .from(Mailbox::new(
            Some(one_line(&mail.from_name)),
            address(mail.from.as_str())?,
        ))
        .to(Mailbox::new(None, address(mail.to.as_str())?))
        .subject(one_line(&mail.subject))
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()));
    message.map_err(|error| MailerError::Refused(error.to_string()))
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

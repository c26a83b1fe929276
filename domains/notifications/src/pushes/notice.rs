//! What a push says.

use kernel::{FieldError, MessageId};
use serde::Serialize;

use crate::{
    TextFacts, TextKind,
    texts::{TOO_LONG, filled},
};

/// The longest title, in characters; browsers cut off what is longer than a line or two.
const LONGEST_TITLE: usize = 120;
/// The most that is sent, so that it fits into one record with what encryption adds.
const MAX_BYTES: usize = 3_000;

/// What a browser shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The first line of the words.
    pub title: String,
    /// The lines below it.
    pub body: String,
}

/// What the shop's service worker reads.
#[derive(Serialize)]
struct Payload<'n> {
    title: &'n str,
    body: &'n str,
    /// The same again takes the place of what is shown already.
    tag: String,
    /// The page that it opens.
    path: &'n str,
}

impl Notice {
    /// What words make of facts, if it is short enough to be sent.
    pub(crate) fn of(kind: TextKind, words: &str, facts: &TextFacts) -> Result<Self, FieldError> {
        let text = filled(kind, words, facts)?;
        let (title, body) = text.trim().split_once('\n').unwrap_or((text.trim(), ""));
        let notice = Self {
            title: title.trim().to_owned(),
            body: body.trim().to_owned(),
        };
        let too_long = |message: String| Err(FieldError::new("words", TOO_LONG, message));
        if notice.title.chars().count() > LONGEST_TITLE {
            return too_long(format!("make a title of more than {LONGEST_TITLE} characters"));
        }
        // Ids and links are as long as they ever are, and letters that JSON writes as several bytes count as such.
        let longest = notice.payload(MessageId::from(uuid::Uuid::max()), &facts.link);
        if longest.len() > MAX_BYTES {
            return too_long(format!("make a push of more than {MAX_BYTES} bytes"));
        }
        Ok(notice)
    }

    /// The content of the push of that id, which opens that page.
    pub(super) fn payload(&self, id: MessageId, path: &str) -> String {
        let payload = Payload {
            title: &self.title,
            body: &self.body,
            tag: id.to_string(),
            path,
        };
        serde_json::json!(payload).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_title_and_what_is_too_long_is_refused() {
        let of = |words: &str| Notice::of(TextKind::Shipped, words, &TextFacts::sample());
        let notice = of("{{ order }} left \n\n at last:\n{{ tracking }}").unwrap();
        assert_eq!(notice.title, "ORD-1001 left");
        assert_eq!(notice.body, "at last:\nhttps://post.example.com/PP123456");
        assert_eq!(of("{{ store }}").unwrap().body, "");
        let long = [
            format!("{}\nx", "x".repeat(121)),
            format!("x\n{}", "{{ link }}".repeat(80)),
            format!("x\n{}", "📦".repeat(740)),
        ];
        for words in long {
            assert_eq!(of(&words).unwrap_err().code, TOO_LONG, "{words}");
        }
        assert!(of(&format!("x\n{}", "📦".repeat(470))).is_ok());
        assert_eq!(of(" ").unwrap_err().code, "blank_text");
        assert_eq!(of("{{ total }}").unwrap_err().code, "unknown_fact");
    }

    #[test]
    fn a_service_worker_is_told_what_to_show_and_which_page_to_open() {
        let notice = Notice {
            title: "\"Hi\"".to_owned(),
            body: "a\nb".to_owned(),
        };
        let id = MessageId::from(uuid::Uuid::nil());
        let read: serde_json::Value = serde_json::from_str(&notice.payload(id, "/orders/1?token=2")).unwrap();
        let tag = id.to_string();
        let told = serde_json::json!({ "title": "\"Hi\"", "body": "a\nb", "tag": tag, "path": "/orders/1?token=2" });
        assert_eq!(read, told);
    }
}

//! The port to whatever turns facts into a mail's texts.

use kernel::Locale;

use crate::{Channel, MailData, MailKind, MailTemplate, TemplateMistake, TemplatePart, TextKind, plain::plain_text};

/// A mail's texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, one line without control characters.
    pub subject: String,
    /// The text for programs that show no HTML.
    pub text: String,
    /// The HTML.
    pub html: String,
}

/// A mail could not be rendered: a template is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mail could not be rendered: {0}")]
pub struct RenderFailed(pub String);

/// Makes a mail's texts from its templates.
pub trait Renderer: Send + Sync {
    /// Renders the mail with the theme's template, in the language of its data.
    fn render(&self, data: &MailData) -> Result<Rendered, RenderFailed>;
    /// Renders it with the merchant's.
    fn render_own(&self, template: &MailTemplate, data: &MailData) -> Result<Rendered, TemplateMistake>;
    /// The theme's template with its words in that language, for the merchant to begin with.
    fn start(&self, kind: MailKind, locale: Locale) -> MailTemplate;
    /// The theme's words for a text or a push, with its facts as `{{ order }}`.
    fn words(&self, channel: Channel, kind: TextKind, locale: Locale) -> String;
}

impl Rendered {
    /// Takes what the two templates of a mail gave. The text starts with `Subject: …` and an empty line; several empty
    /// lines in a row, which conditions in templates leave behind, become one.
    pub fn from_templates(text: &str, html: String) -> Result<Self, RenderFailed> {
        let no_subject =
            || RenderFailed("the text does not start with a line `Subject: …` and an empty line".to_owned());
        let (subject, text) = text.split_once('\n').ok_or_else(no_subject)?;
        let subject = subject.strip_prefix("Subject:").ok_or_else(no_subject)?;
        let subject: String = subject.trim().chars().filter(|c| !c.is_control()).collect();
        let starts_empty = text.trim_start_matches('\r').starts_with('\n');
        if subject.is_empty() || !starts_empty {
            return Err(no_subject());
        }
        Ok(Self {
            subject,
            text: without_holes(text),
            html,
        })
    }
}

impl Rendered {
    /// Takes what the parts of a merchant's template gave; without a text, the HTML's words are it. A text that was made
    /// with the theme's layout starts with a line for the subject, which is dropped.
    pub fn from_own(subject: &str, html: String, plain: Option<&str>) -> Result<Self, TemplateMistake> {
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        if subject.is_empty() {
            return Err(TemplateMistake {
                part: TemplatePart::Subject,
                file: String::new(),
                line: 1,
                code: "empty_subject",
                detail: String::new(),
            });
        }
        let text = match plain {
            Some(plain) => match plain.strip_prefix("Subject:") {
                Some(behind) => behind.split_once('\n').map_or("", |(_, text)| text).to_owned(),
                None => plain.to_owned(),
            },
            None => plain_text(&html),
        };
        Ok(Self {
            subject: subject.chars().filter(|c| !c.is_control()).collect(),
            text: without_holes(&text),
            html,
        })
    }
}

/// The lines with at most one empty line between two others. A signature starts with `-- `, so that blank stays.
pub(crate) fn without_holes(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut hole = false;
    for line in text.lines() {
        let line = if line == "-- " { line } else { line.trim_end() };
        if !line.is_empty() {
            let gap = if hole && !whole.is_empty() { "\n" } else { "" };
            whole.extend([gap, line, "\n"]);
        }
        hole = line.is_empty();
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_subject() {
        let rendered =
            Rendered::from_templates("Subject: Hello\u{0}\n\nText \n\n\nMore\n-- \nInk\n\n", String::new()).unwrap();
        assert_eq!(
            (rendered.subject.as_str(), rendered.text.as_str()),
            ("Hello", "Text\n\nMore\n-- \nInk\n")
        );
        for bad in [
            "",
            "Hello\n\nText",
            "Subject: \n\nText",
            "Subject: Hello",
            "Subject: Hello\nText",
        ] {
            assert!(Rendered::from_templates(bad, String::new()).is_err(), "{bad:?}");
        }
    }
}

//! The port to whatever turns facts into a mail's texts.

use crate::MailData;

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
    /// Renders the mail in the language of its data.
    fn render(&self, data: &MailData) -> Result<Rendered, RenderFailed>;
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

/// The lines with at most one empty line between two others. A signature starts with `-- `, so that blank stays.
fn without_holes(text: &str) -> String {
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

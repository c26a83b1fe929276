//! A mail's template in the words of the merchant.

use kernel::{FieldError, Invalid, Time};

/// The longest subject, HTML and plain text, in bytes.
const LONGEST: [usize; 3] = [500, 32_768, 16_384];

kernel::named! {
    /// The parts of a template.
    TemplatePart {
        /// The subject.
        Subject = "subject",
        /// The HTML.
        Html = "html",
        /// The text for programs that show no HTML.
        Plain = "plain",
    }
}

/// What a merchant wrote for a kind of mail in a language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailTemplate {
    /// The subject.
    pub subject: String,
    /// The HTML.
    pub html: String,
    /// The text for programs that show no HTML. Empty: it is made from the HTML.
    pub plain: String,
}

/// A template as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTemplate {
    /// What it says.
    pub template: MailTemplate,
    /// How often it was saved.
    pub version: i64,
    /// When it was saved last.
    pub updated_at: Time,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}, line {line}: {code}: {detail}", if file.is_empty() { part.as_str() } else { file })]
pub struct TemplateMistake {
    /// In which part.
    pub part: TemplatePart,
    /// The file of the theme that was called wrongly; empty when the mistake is in the part itself.
    pub file: String,
    /// In which line.
    pub line: usize,
    /// What kind of mistake, such as `unknown_field`.
    pub code: &'static str,
    /// What it is about, such as the field.
    pub detail: String,
}

impl MailTemplate {
    /// The parts with what they say.
    pub fn parts(&self) -> [(TemplatePart, &str); 3] {
        [
            (TemplatePart::Subject, &self.subject),
            (TemplatePart::Html, &self.html),
            (TemplatePart::Plain, &self.plain),
        ]
    }

    /// With line ends as they are kept: browsers send two characters for one.
    pub(crate) fn tidied(self) -> Self {
        let tidy = |text: String| text.replace("\r\n", "\n").replace('\0', "");
        Self {
            subject: self.subject.trim().replace(['\r', '\n', '\0'], " "),
            html: tidy(self.html),
            plain: tidy(self.plain).trim_end().to_owned(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        for ((part, text), longest) in self.parts().into_iter().zip(LONGEST) {
            if text.len() > longest {
                let message = format!("may have at most {longest} bytes");
                invalid.push(FieldError::new(part.as_str(), "template_too_long", message));
            } else if text.trim().is_empty() && part != TemplatePart::Plain {
                invalid.push(FieldError::required(part.as_str()));
            }
        }
        invalid.into_result()
    }
}

//! What an author says, read from what was typed.

use kernel::{FieldError, Invalid};

/// The most pictures a review may have.
pub const MAX_PHOTOS: usize = 5;

/// The most characters a name may have.
const LONGEST_AUTHOR: usize = 60;
/// The most characters a title may have.
const LONGEST_TITLE: usize = 150;
/// The most characters a text may have: about two pages.
pub(crate) const LONGEST_TEXT: usize = 5_000;

/// The words, stars and pictures of a review, fit to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub(crate) author: String,
    pub(crate) stars: i32,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) photos: Vec<String>,
}

impl Draft {
    /// Reads a review that says something. The addresses of pictures are those that `media` gave them.
    pub fn parse(author: &str, stars: &str, title: &str, body: &str, photos: Vec<String>) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        if body.trim().is_empty() {
            invalid.push(FieldError::required("body"));
        }
        let draft = Self::parse_parts(&mut invalid, (author, stars), (title, body), photos);
        invalid.into_result()?;
        Ok(draft)
    }

    /// Reads a review that may be stars alone, as other shops keep them.
    pub fn parse_imported(
        author: &str,
        stars: &str,
        (title, body): (&str, &str),
        photos: Vec<String>,
    ) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        let draft = Self::parse_parts(&mut invalid, (author, stars), (title, body), photos);
        invalid.into_result()?;
        Ok(draft)
    }

    /// The addresses of its pictures.
    pub fn photos(&self) -> &[String] {
        &self.photos
    }

    fn parse_parts(
        invalid: &mut Invalid,
        (author, stars): (&str, &str),
        (title, body): (&str, &str),
        photos: Vec<String>,
    ) -> Self {
        if author.trim().is_empty() {
            invalid.push(FieldError::required("author"));
        }
        let read = match stars.trim() {
            "" => Err(FieldError::required("stars")),
            text => match text.parse() {
                Ok(stars @ 1..=5) => Ok(stars),
                Ok(_) | Err(_) => Err(FieldError::new(
                    "stars",
                    "invalid_stars",
                    "must be a whole number from 1 to 5",
                )),
            },
        };
        if photos.len() > MAX_PHOTOS {
            let message = format!("may be at most {MAX_PHOTOS}");
            invalid.push(FieldError::new("photos", "too_many_photos", message));
        }
        Self {
            author: one_line(invalid, "author", author, LONGEST_AUTHOR),
            stars: invalid.check("stars", read).unwrap_or_default(),
            title: one_line(invalid, "title", title, LONGEST_TITLE),
            body: text(invalid, "body", body),
            photos,
        }
    }
}

fn one_line(invalid: &mut Invalid, field: &str, text: &str, longest: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    check(invalid, field, &text, longest);
    text
}

/// Reads a text of several lines; what ends them is made the same.
pub(crate) fn text(invalid: &mut Invalid, field: &str, text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
    check(invalid, field, &text, LONGEST_TEXT);
    text
}

fn check(invalid: &mut Invalid, field: &str, text: &str, longest: usize) {
    if text.chars().count() > longest {
        let message = format!("may have at most {longest} characters");
        invalid.push(FieldError::new(field, "too_long", message));
    } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        invalid.push(FieldError::new(
            field,
            "invalid_text",
            "may not hold control characters",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(draft: Result<Draft, Invalid>) -> Vec<(String, &'static str)> {
        let errors = draft.unwrap_err().0.into_iter();
        errors.map(|error| (error.field, error.code)).collect()
    }

    #[test]
    fn every_field_that_is_wrong_is_named() {
        let missing = Draft::parse(" ", "", "", "\r\n ", Vec::new());
        let expected = [("body", "required"), ("author", "required"), ("stars", "required")];
        assert_eq!(codes(missing), expected.map(|(field, code)| (field.to_owned(), code)));
        let photos = vec![String::new(); 6];
        let long = Draft::parse(&"a".repeat(61), "6", &"t".repeat(151), &"b".repeat(5_001), photos);
        let expected = [
            ("photos", "too_many_photos"),
            ("author", "too_long"),
            ("stars", "invalid_stars"),
            ("title", "too_long"),
            ("body", "too_long"),
        ];
        assert_eq!(codes(long), expected.map(|(field, code)| (field.to_owned(), code)));
        let odd = Draft::parse("Ann", "-1", "a\0b", "\u{1b}[31m", Vec::new());
        let expected = [
            ("stars", "invalid_stars"),
            ("title", "invalid_text"),
            ("body", "invalid_text"),
        ];
        assert_eq!(codes(odd), expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn any_script_and_markup_is_text() {
        let draft = Draft::parse(
            " Ann\n B. ",
            "5",
            "<b>رائع</b>",
            "Two lines\r\nwith 🦀 and <script>",
            Vec::new(),
        );
        let draft = draft.unwrap();
        assert_eq!(draft.author, "Ann B.");
        assert_eq!(draft.title, "<b>رائع</b>");
        assert_eq!(draft.body, "Two lines\nwith 🦀 and <script>");
        assert!(Draft::parse("Ann", "5", "", "", Vec::new()).is_err());
        assert!(Draft::parse_imported("Ann", "5", ("", ""), Vec::new()).is_ok());
    }
}

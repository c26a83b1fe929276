//! Search words as typed, made ready for the index.

/// A search as the list statements need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    /// What was typed, without blanks around it and cut at [`Words::MAX_CHARS`].
    pub(crate) text: String,
    /// The text as a pattern for titles, for words that the index does not know, such as `???`.
    pub(crate) pattern: String,
    /// Whether the last word may be the beginning of one. A single letter begins too many.
    pub(crate) is_prefix: bool,
    /// Whether the index can know any of the words: it keeps letters and digits.
    pub(crate) has_lexeme: bool,
}

impl Words {
    const MAX_CHARS: usize = 200;

    /// The search, or `None` when nothing was typed.
    pub(crate) fn read(typed: &str) -> Option<Self> {
        // PostgreSQL's text cannot hold the character zero.
        let text: String = typed
            .trim()
            .chars()
            .filter(|c| *c != '\0')
            .take(Self::MAX_CHARS)
            .collect();
        let mut pattern = String::from("%");
        for c in text.chars() {
            if matches!(c, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        pattern.push('%');
        let has_lexeme = text.chars().any(char::is_alphanumeric);
        let is_prefix = text
            .split_whitespace()
            .next_back()
            .is_some_and(|word| word.chars().count() > 1);
        (!text.is_empty()).then_some(Self {
            text,
            pattern,
            is_prefix,
            has_lexeme,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_words_are_made_ready() {
        assert_eq!(Words::read(" \0 "), None);
        for (typed, pattern, has_lexeme) in [
            (" red shoes ", "%red shoes%", true),
            ("100%_", "%100\\%\\_%", true),
            ("***", "%***%", false),
        ] {
            let words = Words::read(typed).unwrap();
            assert_eq!((words.pattern.as_str(), words.has_lexeme), (pattern, has_lexeme));
        }
        assert_eq!(Words::read(&"x".repeat(500)).unwrap().text.len(), 200);
    }
}

//! Texts as other people's systems write them, made safe: HTML that may be shown, and plain text without any.

use std::{borrow::Cow, collections::HashSet, sync::OnceLock};

use ammonia::Builder;
use catalog::unnested;

/// Tags that part words.
const BLOCK_TAGS: &[&str] = &["<br", "</p", "</div", "</li", "</h", "</td"];

/// HTML that may be shown to shoppers: scripts, styles, frames and event handlers are taken out.
pub(crate) fn rich_text(text: &str) -> String {
    static CLEANER: OnceLock<Builder<'static>> = OnceLock::new();
    let text = text.trim();
    if text.contains(['<', '&']) {
        CLEANER
            .get_or_init(Builder::default)
            .clean(&unnested(&without_controls(text)))
            .to_string()
    } else {
        without_controls(text).into_owned()
    }
}

/// Like [`rich_text`], with paragraphs for a text that has line breaks and no tags.
pub(crate) fn rich_text_of_lines(text: &str) -> String {
    let text = text.trim();
    if text.contains('<') || !text.contains('\n') {
        return rich_text(text);
    }
    let mut html = String::with_capacity(text.len().saturating_add(64));
    let mut open = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            html.push_str(if open { "</p>" } else { "" });
            open = false;
        } else {
            html.push_str(if open { "<br>" } else { "<p>" });
            html.push_str(line);
            open = true;
        }
    }
    html.push_str(if open { "</p>" } else { "" });
    rich_text(&html)
}

/// Text without tags, entities, control characters and needless blanks.
pub(crate) fn plain_text(text: &str) -> String {
    static STRIPPER: OnceLock<Builder<'static>> = OnceLock::new();
    if text.contains(['<', '&']) {
        let stripper = STRIPPER.get_or_init(|| {
            let mut stripper = Builder::empty();
            stripper.clean_content_tags(HashSet::from(["script", "style"]));
            stripper
        });
        let spaced = BLOCK_TAGS
            .iter()
            .fold(text.to_owned(), |text, tag| text.replace(tag, &format!(" {tag}")));
        let escaped = stripper.clean(&unnested(&spaced)).to_string();
        let plain = escaped
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&nbsp;", " ")
            .replace("&amp;", "&");
        one_spaced(&plain)
    } else {
        one_spaced(text)
    }
}

/// The first `limit` characters, and whether there were more.
pub(crate) fn cut(text: String, limit: usize) -> (String, bool) {
    match text.char_indices().nth(limit) {
        Some((at, _)) => (text.get(..at).unwrap_or_default().trim_end().to_owned(), true),
        None => (text, false),
    }
}

fn one_spaced(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    plain
}

fn without_controls(text: &str) -> Cow<'_, str> {
    let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.contains(bad) {
        Cow::Owned(text.replace(bad, ""))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_their_tags_and_entities() {
        for (text, plain) in [
            ("  Plain\u{a0}title ", "Plain title"),
            ("<b>Bold</b> move", "Bold move"),
            ("Rock &amp; Roll &#8211; &quot;Live&quot;", "Rock & Roll – \"Live\""),
            ("AT&T <script>alert(1)</script>Phone", "AT&T Phone"),
            ("Line<br>break", "Line break"),
            ("5 < 6 & 7 > 2", "5 < 6 & 7 > 2"),
            ("nul\u{0}byte\nnew", "nul byte new"),
            ("&amp;lt;", "&lt;"),
        ] {
            assert_eq!(plain_text(text), plain, "{text:?}");
        }
    }

    #[test]
    fn descriptions_keep_what_may_be_shown() {
        for (text, html) in [
            ("Just text.", "Just text."),
            ("<p onclick=x>Hi<script>alert(1)</script></p>", "<p>Hi</p>"),
            ("AT&T", "AT&amp;T"),
            ("<a href=\"javascript:x\">x</a>", "<a rel=\"noopener noreferrer\">x</a>"),
        ] {
            assert_eq!(rich_text(text), html, "{text:?}");
        }
        assert_eq!(
            rich_text_of_lines("One\ntwo & three\n\nfour"),
            "<p>One<br>two &amp; three</p><p>four</p>"
        );
    }

    #[test]
    fn cuts_fall_between_characters() {
        assert_eq!(cut("äöü".to_owned(), 2), ("äö".to_owned(), true));
        assert_eq!(cut("äöü".to_owned(), 3), ("äöü".to_owned(), false));
    }
}

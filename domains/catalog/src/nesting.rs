//! Markup that is nested deeper than anybody writes. The parser looks through all open elements for each tag, so a
//! quarter of a megabyte of `<div>` would keep a core busy for minutes.

use std::{borrow::Cow, cell::RefCell};

use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, CharacterTokens, EndTag, StartTag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
        TokenizerOpts,
        states::{RawKind, Rawtext, Rcdata, ScriptData},
    },
};

/// How many elements may be open at once.
const DEEPEST: usize = 128;
/// Elements that have no end, and those whose end is understood when the next begins.
const NEVER_COUNT: &[&str] = &[
    "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option",
    "p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
];

/// The HTML itself, or its text alone where more than 128 elements are open at once.
pub fn unnested(html: &str) -> Cow<'_, str> {
    if html.bytes().filter(|byte| *byte == b'<').count() <= DEEPEST {
        return Cow::Borrowed(html);
    }
    let tokenizer = Tokenizer::new(Depth::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _whole = tokenizer.feed(&input);
    tokenizer.end();
    let seen = tokenizer.sink.0.into_inner();
    if seen.too_deep {
        Cow::Owned(seen.text)
    } else {
        Cow::Borrowed(html)
    }
}

#[derive(Default)]
struct Depth(RefCell<Seen>);

#[derive(Default)]
struct Seen {
    open: Vec<String>,
    too_deep: bool,
    is_hidden: bool,
    text: String,
}

impl TokenSink for Depth {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut seen = self.0.borrow_mut();
        match token {
            CharacterTokens(text) => {
                seen.add_text(&text);
                TokenSinkResult::Continue
            }
            TagToken(tag) if tag.kind == StartTag => {
                seen.begin(&tag.name);
                let raw = raw_kind(&tag.name);
                raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
            }
            TagToken(tag) if tag.kind == EndTag => {
                seen.end(&tag.name);
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

impl Seen {
    fn begin(&mut self, name: &str) {
        self.text.push(' ');
        self.is_hidden = matches!(name, "script" | "style");
        if !self.too_deep && !NEVER_COUNT.contains(&name) {
            self.open.push(name.to_owned());
            self.too_deep = self.open.len() > DEEPEST;
        }
    }

    /// An end closes the last element of its name and nothing else, so that stray ends do not hide how deep it is.
    fn end(&mut self, name: &str) {
        self.text.push(' ');
        self.is_hidden = false;
        if let Some(at) = self.open.iter().rposition(|open| open == name) {
            self.open.remove(at);
        }
    }

    fn add_text(&mut self, text: &str) {
        if self.is_hidden {
            return;
        }
        for letter in text.chars() {
            match letter {
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '&' => self.text.push_str("&amp;"),
                letter => self.text.push(letter),
            }
        }
    }
}

/// How the text in an element is read whose text holds no tags.
fn raw_kind(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(ScriptData),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(Rawtext),
        "textarea" | "title" => Some(Rcdata),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_stays_as_it_is() {
        let long = "<p>One<li>Two</li><div><b>Three</b></div><br>".repeat(1_000);
        let script = format!("<script>{}</script>", "'<div>' + ".repeat(1_000));
        for html in ["", "5 < 6", long.as_str(), &script, &"<div>".repeat(DEEPEST)] {
            assert!(matches!(unnested(html), Cow::Borrowed(same) if same == html));
        }
    }

    #[test]
    fn of_what_is_nested_too_deep_the_text_is_left() {
        let ends = "</div>".repeat(50_000);
        let html = format!("{}5 &lt; 6<script>x()</script>{ends}", "<div>".repeat(50_000));
        assert_eq!(unnested(&html).trim(), "5 &lt; 6");
        let stray = "<div><b id=x></div>".repeat(1_000);
        assert_eq!(unnested(&stray).trim(), "");
        assert_eq!(crate::sanitise_html(&html).trim(), "5 &lt; 6");
    }
}

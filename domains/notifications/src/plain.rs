//! From a mail's HTML to the text for programs that show none.

/// Tags that begin a line of their own, and whether an empty line stands before it.
const LINES: &[(&str, bool)] = &[
    ("blockquote", true),
    ("br", false),
    ("div", false),
    ("h1", true),
    ("h2", true),
    ("h3", true),
    ("hr", true),
    ("li", false),
    ("ol", true),
    ("p", true),
    ("table", true),
    ("tr", false),
    ("ul", true),
];
/// Tags whose content nobody reads.
const UNREAD: &[&str] = &["head", "script", "style", "title"];

/// The words of the HTML in lines; addresses of links stand behind their words, cells of a row behind one another.
pub(crate) fn plain_text(html: &str) -> String {
    let mut text = Text::default();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.words(before);
        let (tag, after) = read_tag(tag);
        rest = after;
        let closes = tag.starts_with('/');
        let name = tag.trim_start_matches('/');
        let name = name
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next()
            .unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if !closes && UNREAD.contains(&name.as_str()) {
            rest = behind(rest, &name);
        }
        match name.as_str() {
            "a" if closes => text.end_link(),
            "a" => text.link = attribute(tag, "href").map(|address| (address, text.length())),
            "td" | "th" if !closes && has_lines(rest) => text.line(true),
            "td" | "th" if !closes => text.gap(),
            "li" if !closes => {
                text.line(false);
                text.put("- ");
            }
            _ => {
                if let Some((_, empty_line)) = LINES.iter().find(|(line, _)| *line == name) {
                    text.line(*empty_line);
                }
            }
        }
    }
    text.words(rest);
    text.finish()
}

/// A tag up to its end; what stands in quotation marks does not end it. A comment ends with `-->`.
fn read_tag(source: &str) -> (&str, &str) {
    if let Some(comment) = source.strip_prefix("!--") {
        return ("", comment.split_once("-->").map_or("", |(_, after)| after));
    }
    let mut quote = None;
    for (at, letter) in source.char_indices() {
        match (quote, letter) {
            (None, '>') => {
                let (tag, after) = source.split_at(at);
                return (tag, after.get(1..).unwrap_or_default());
            }
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    (source, "")
}

/// Whether the cell that begins here has several lines, such as an address.
fn has_lines(cell: &str) -> bool {
    cell.split("</t").next().is_some_and(|cell| cell.contains("<br"))
}

/// What follows the closing tag.
fn behind<'h>(html: &'h str, name: &str) -> &'h str {
    let closing = format!("</{name}");
    let lower = html.to_ascii_lowercase();
    let found = lower.find(&closing).and_then(|at| html.get(at + closing.len()..));
    found
        .and_then(|after| after.split_once('>'))
        .map_or("", |(_, after)| after)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!("{name}="))?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = value.get(1..)?.split(quote).next()?;
    Some(unescape(value))
}

fn unescape(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, reference)) = rest.split_once('&') {
        whole.push_str(before);
        let known = reference.split_once(';').and_then(|(name, after)| {
            let letter = match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                "nbsp" => ' ',
                "middot" => '·',
                "ndash" => '–',
                "mdash" => '—',
                "hellip" => '…',
                "copy" => '©',
                _ => numbered(name.strip_prefix('#')?)?,
            };
            Some((letter, after))
        });
        rest = match known {
            Some((letter, after)) => {
                whole.push(letter);
                after
            }
            None => {
                whole.push('&');
                reference
            }
        };
    }
    whole.push_str(rest);
    whole
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).filter(|letter| !letter.is_control())
}

#[derive(Default)]
struct Text {
    lines: Vec<String>,
    /// A link that is open: its address, and how much was written when it opened.
    link: Option<(String, usize)>,
    /// A blank is wanted before the next word.
    blank: bool,
}

impl Text {
    fn put(&mut self, text: &str) {
        match self.lines.last_mut() {
            Some(line) => line.push_str(text),
            None => self.lines.push(text.to_owned()),
        }
    }

    fn length(&self) -> usize {
        self.lines.iter().map(String::len).sum()
    }

    fn words(&mut self, html: &str) {
        let text = unescape(html);
        self.blank |= text.starts_with(char::is_whitespace);
        for word in text.split_whitespace() {
            let starts_line = self
                .lines
                .last()
                .is_none_or(|line| line.is_empty() || line.ends_with(' '));
            if self.blank && !starts_line {
                self.put(" ");
            }
            self.put(word);
            self.blank = true;
        }
        self.blank = text.ends_with(char::is_whitespace) || (self.blank && text.trim().is_empty());
    }

    fn line(&mut self, empty_line: bool) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
        if empty_line {
            self.lines.push(String::new());
        }
        self.blank = false;
    }

    /// Between the cells of a row.
    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.put("  ");
        }
        self.blank = false;
    }

    fn end_link(&mut self) {
        let Some((address, start)) = self.link.take() else {
            return;
        };
        let line = self.lines.last().map(String::as_str).unwrap_or_default();
        let label = line.trim_end();
        if label.ends_with(&address) || !address.contains(':') {
            return;
        }
        if self.length() > start {
            self.put(": ");
        }
        self.put(&address);
        self.blank = true;
    }

    fn finish(self) -> String {
        self.lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_stay_and_the_markup_goes() {
        for (html, text) in [
            (
                "<p>Hello &amp; <b>good</b>\n day&#33;</p><p>Bye&nbsp;</p>",
                "Hello & good day!\n\nBye",
            ),
            (
                "<a href=\"https://x.example/?a=1&amp;b=2\">See\nit</a> now",
                "See it: https://x.example/?a=1&b=2 now",
            ),
            ("<a href='https://x.example'>https://x.example</a>", "https://x.example"),
            ("<a href=\"#top\">Up</a>", "Up"),
            (
                "<table><tr><td>Mug</td><td>$3</td></tr><tr><td>Tea</td><td>$4</td></tr></table>",
                "Mug  $3\nTea  $4",
            ),
            (
                "<tr><td>Tea<br>Green</td><td>$4</td></tr><tr><td>Ann<br>Street 1</td><td>Bob<br>Street 2</td></tr>",
                "Tea\nGreen  $4\n\nAnn\nStreet 1\n\nBob\nStreet 2",
            ),
            ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
            (
                "<head><title>No</title><style>p > a {}</style></head>Yes<!-- no > no -->!",
                "Yes!",
            ),
            ("<p title=\"a > b\">In</p> it < is", "In\n\nit"),
            ("&lt;b&gt; &amp;lt; &bogus; &#x41;&#0;", "<b> &lt; &bogus; A&#0;"),
            ("", ""),
        ] {
            let plain = crate::renderer::without_holes(&plain_text(html));
            assert_eq!(plain.trim_end(), text, "{html}");
        }
    }
}

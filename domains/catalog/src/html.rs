//! Descriptions are HTML that merchants and importers bring; only harmless markup gets in.

use crate::unnested;

/// Keeps text markup, lists, tables, links and pictures; drops scripts, styles, forms and frames. Links to other sites
/// get `rel="noopener noreferrer"`. Of what is nested too deep only the text is left: see [`unnested`].
pub fn sanitise_html(html: &str) -> String {
    ammonia::Builder::default()
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .clean(&unnested(html.trim()))
        .to_string()
}

/// The words of sanitised HTML in one line.
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut is_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                text.push(' ');
            }
            letter if !is_tag => text.push(letter),
            _ => {}
        }
    }
    let text = text
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_no_words() {
        let html = sanitise_html("<p>Red &amp; <b>blue</b></p><p>1&nbsp;&lt; 2 &amp;lt;</p>");
        assert_eq!(plain_text(&html), "Red & blue 1 < 2 &lt;");
        assert_eq!(plain_text(""), "");
    }

    #[test]
    fn only_harmless_markup_stays() {
        for (dirty, clean) in [
            ("  <p>Soft <b>wool</b></p> ", "<p>Soft <b>wool</b></p>"),
            ("<p onclick=\"steal()\">Hi<script>alert(1)</script></p>", "<p>Hi</p>"),
            (
                "<a href=\"javascript:alert(1)\">x</a>",
                "<a rel=\"noopener noreferrer\">x</a>",
            ),
            (
                "<style>p{}</style><iframe src=\"https://evil.test\"></iframe>1 < 2",
                "1 &lt; 2",
            ),
            ("<p style=\"position:fixed\">x", "<p>x</p>"),
        ] {
            assert_eq!(sanitise_html(dirty), clean);
        }
    }
}

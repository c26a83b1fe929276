//! Descriptions are HTML that merchants and importers bring; only harmless markup gets in.

/// Keeps text markup, lists, tables, links and pictures; drops scripts, styles, forms and frames. Links to other sites
/// get `rel="noopener noreferrer"`.
pub fn sanitise_html(html: &str) -> String {
    ammonia::Builder::default()
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .clean(html.trim())
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

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

//! XML, written element by element.

/// Adds `<name>text</name>` and a line end. What XML cannot hold is left out.
pub(crate) fn element(out: &mut Vec<u8>, name: &str, text: &str) {
    for part in ["<", name, ">"] {
        out.extend_from_slice(part.as_bytes());
    }
    escape(out, text);
    for part in ["</", name, ">\n"] {
        out.extend_from_slice(part.as_bytes());
    }
}

fn escape(out: &mut Vec<u8>, text: &str) {
    let mut buffer = [0; 4];
    for letter in text.chars() {
        let written = match letter {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&apos;",
            '\t' | '\n' | '\r' => " ",
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => "",
            letter => letter.encode_utf8(&mut buffer),
        };
        out.extend_from_slice(written.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_break_out_of_its_element() {
        let mut out = Vec::new();
        element(
            &mut out,
            "g:title",
            "</g:title>\u{0}\u{8}]]> \"R&D\" it's\nhere \u{1f600}",
        );
        let expected = "<g:title>&lt;/g:title&gt;]]&gt; &quot;R&amp;D&quot; it&apos;s here \u{1f600}</g:title>\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}

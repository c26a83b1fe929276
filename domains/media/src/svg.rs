//! Looks through drawn pictures. An SVG is a document that browsers run when it is opened by itself, so it is taken only
//! when it consists of known drawing elements and nothing in it can run, load or link. What is not understood is refused.

use std::str::CharIndices;

/// Elements that only draw.
const ELEMENTS: &str = " svg g defs symbol use title desc metadata path rect circle ellipse line polyline polygon text tspan textPath \
     image style linearGradient radialGradient stop pattern clipPath mask marker filter feBlend feColorMatrix \
     feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow \
     feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight \
     feSpecularLighting feSpotLight feTile feTurbulence ";

/// Whether the content's first element is `svg`.
pub(crate) fn looks_like_svg(content: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(content) else {
        return false;
    };
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else {
            break;
        };
        let Some((_, after)) = rest.split_once(end) else {
            return false;
        };
        rest = after.trim_start();
    }
    let Some(after) = rest.strip_prefix("<svg") else {
        return false;
    };
    after.starts_with(|c: char| c.is_whitespace() || c == '>' || c == '/')
}

/// Refuses a drawing with anything but drawing in it; the error says what.
pub(crate) fn check(svg: &str) -> Result<(), String> {
    let mut rest = svg.trim_start_matches('\u{feff}');
    let mut in_style = false;
    while let Some((text, after)) = rest.split_once('<') {
        check_text(text, in_style)?;
        rest = if let Some(comment) = after.strip_prefix("!--") {
            // HTML ends such a comment where XML does not.
            if comment.starts_with('>') || comment.starts_with("->") {
                return Err("a broken comment".to_owned());
            }
            comment.split_once("-->").ok_or("an open comment")?.1
        } else if let Some(declaration) = after.strip_prefix("?xml ") {
            let (inside, after) = declaration.split_once("?>").ok_or("an open declaration")?;
            if inside.contains('<') || inside.contains('>') {
                return Err("a broken declaration".to_owned());
            }
            after
        } else if let Some(end) = after.strip_prefix('/') {
            in_style = false;
            end.split_once('>').ok_or("an open tag")?.1
        } else {
            let tag = Tag::read(after)?;
            in_style = tag.name == "style" && !tag.is_empty;
            tag.rest
        };
    }
    check_text(rest, in_style)
}

/// Text between tags; a style sheet's text is code that could load.
fn check_text(text: &str, in_style: bool) -> Result<(), String> {
    if in_style { check_style(text) } else { Ok(()) }
}

struct Tag<'a> {
    name: &'a str,
    is_empty: bool,
    rest: &'a str,
}

impl<'a> Tag<'a> {
    /// Reads a tag from behind its `<`, and checks its name and attributes.
    fn read(text: &'a str) -> Result<Self, String> {
        let (name, mut rest) = split_name(text);
        let local = name.strip_prefix("svg:").unwrap_or(name);
        if local.is_empty() || !ELEMENTS.split(' ').any(|element| element == local) {
            return Err(format!("the element <{}>", name.chars().take(40).collect::<String>()));
        }
        loop {
            rest = rest.trim_start();
            if let Some(rest) = rest.strip_prefix("/>") {
                return Ok(Self {
                    name: local,
                    is_empty: true,
                    rest,
                });
            }
            if let Some(rest) = rest.strip_prefix('>') {
                return Ok(Self {
                    name: local,
                    is_empty: false,
                    rest,
                });
            }
            let (attribute, after) = split_name(rest);
            if attribute.is_empty() {
                return Err(format!("a broken tag <{local}>"));
            }
            let value = after
                .trim_start()
                .strip_prefix('=')
                .ok_or("an attribute without a value")?
                .trim_start();
            let (value, after) = quoted(value).ok_or("an attribute without quotes")?;
            check_attribute(attribute, value)?;
            rest = after;
        }
    }
}

fn split_name(text: &str) -> (&str, &str) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '.');
    let mut chars: CharIndices<'_> = text.char_indices();
    let end = chars.find(|(_, c)| !is_name(*c)).map_or(text.len(), |(index, _)| index);
    text.split_at(end)
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text.strip_prefix(quote)?.split_once(quote)
}

fn check_attribute(name: &str, value: &str) -> Result<(), String> {
    let local = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
    if local.starts_with("on") {
        return Err(format!("the script {name}"));
    }
    if value.contains('<') {
        return Err(format!("markup in {name}"));
    }
    if name == "xmlns" || name.starts_with("xmlns:") {
        return Ok(());
    }
    match local.as_str() {
        "href" | "src" => check_link(value),
        "style" => check_style(value),
        _ => check_value(value),
    }
}

/// Links lead to a part of the drawing, or carry a picture of dots in themselves.
fn check_link(value: &str) -> Result<(), String> {
    let value = value.trim();
    let inline = [
        "data:image/png;",
        "data:image/jpeg;",
        "data:image/webp;",
        "data:image/gif;",
    ];
    if value.starts_with('#') || inline.iter().any(|start| value.starts_with(start)) {
        Ok(())
    } else {
        Err("a link".to_owned())
    }
}

/// Style that loads nothing and hides nothing behind escapes.
fn check_style(text: &str) -> Result<(), String> {
    if text.contains('\\') || text.contains('&') || text.contains('@') {
        return Err("a style with escapes or imports".to_owned());
    }
    check_value(text)
}

/// References stay inside the drawing.
fn check_value(value: &str) -> Result<(), String> {
    if value.contains("&#") {
        return Err("an escaped character in an attribute".to_owned());
    }
    let plain: String = value
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect::<String>()
        .to_ascii_lowercase();
    for reference in plain.split("url(").skip(1) {
        if !reference.trim_start_matches(['"', '\'']).starts_with('#') {
            return Err("a reference to elsewhere".to_owned());
        }
    }
    for word in ["javascript:", "expression(", "data:text", "vbscript:", "image-set("] {
        if plain.contains(word) {
            return Err(format!("the words {word}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_pass() {
        for svg in [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox='0 0 8 8'><defs><linearGradient id=\"a\"><stop offset='0'/>\
             </linearGradient></defs><path fill=\"url(#a)\" d='M0 0h8'/><use href=\"#b\"/></svg>",
            "<?xml version=\"1.0\"?>\n<!-- <script> is a word here -->\n<svg><title>Fish &amp; chips</title>\
             <style>.a{fill:red;filter:url( '#f')}</style><g class=\"a\"/><image href=\"data:image/png;base64,AAAA\"/></svg>",
        ] {
            assert_eq!(check(svg), Ok(()), "{svg}");
        }
    }

    #[test]
    fn anything_that_could_run_or_load_is_refused() {
        for svg in [
            "<svg><script>alert(1)</script></svg>",
            "<svg><SCRIPT>alert(1)</SCRIPT></svg>",
            "<svg onload=\"alert(1)\"/>",
            "<svg ONLOAD = 'alert(1)'/>",
            "<svg onload=alert(1)>",
            "<svg/onload=\"alert(1)\">",
            "<svg><a href=\"javascript:alert(1)\"><text>x</text></a></svg>",
            "<svg><use href=\"https://evil.test/x.svg#a\"/></svg>",
            "<svg><use xlink:href=\"data:image/svg+xml;base64,AAAA\"/></svg>",
            "<svg><image href=\"//evil.test/x.png\"/></svg>",
            "<svg><image href=\"&#106;avascript:alert(1)\"/></svg>",
            "<svg><foreignObject><p>x</p></foreignObject></svg>",
            "<svg><animate attributeName=\"href\" to=\"javascript:alert(1)\"/></svg>",
            "<svg><set attributeName=\"onload\" to=\"alert(1)\"/></svg>",
            "<svg><style>@import 'https://evil.test/x.css';</style></svg>",
            "<svg><style>a{background:u\\72l(https://evil.test)}</style></svg>",
            "<svg><rect style=\"fill:url(https://evil.test/x)\"/></svg>",
            "<svg><rect fill=\"URL( 'https://evil.test/x')\"/></svg>",
            "<!DOCTYPE svg [<!ENTITY x \"<script>\">]><svg>&x;</svg>",
            "<?xml-stylesheet href=\"https://evil.test/x.xsl\"?><svg/>",
            "<svg><![CDATA[<script>]]></svg>",
            "<svg><iframe src=\"https://evil.test\"/></svg>",
            "<svg><h:script xmlns:h=\"http://www.w3.org/1999/xhtml\"/></svg>",
            "<svg><rect fill=\"url&#40;https://evil.test/x)\"/></svg>",
            "<svg><!--><script>alert(1)</script>--></svg>",
            "<svg><!-- ",
            "<svg><path d=\"",
        ] {
            assert!(check(svg).is_err(), "{svg}");
        }
    }
}

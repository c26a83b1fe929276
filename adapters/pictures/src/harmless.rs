//! Which drawings are painted: those that take little time, memory and stack whatever is in them.
//!
//! A drawing may come from anywhere, and painting one that leads round in a circle, has a filter as wide as it likes or lies
//! a thousand groups deep would end or stop the whole program. So only what is known to be bounded is painted.

use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};

/// The most bytes.
const LARGEST: usize = 1 << 20;
/// The most elements and texts.
const MOST_NODES: u32 = 20_000;
/// How deep elements may lie in each other.
const DEEPEST: usize = 32;
/// How many groups that are painted apart may lie in each other; each takes the memory of the whole picture.
const MOST_LAYERS: usize = 4;
/// The most copies.
const MOST_COPIES: usize = 200;

/// What is painted in a time that grows with what is written.
const ELEMENTS: [&str; 22] = [
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "title",
    "desc",
    "metadata",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "style",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
];
/// What has a group painted apart.
const LAYERS: [&str; 4] = ["opacity", "clip-path", "mix-blend-mode", "isolation"];

/// The drawing as a document, or why it is not painted.
pub(crate) fn read(svg: &[u8]) -> Result<Document<'_>, String> {
    if svg.len() > LARGEST {
        return Err("it is too long".to_owned());
    }
    let text = std::str::from_utf8(svg).map_err(|error| error.to_string())?;
    let options = ParsingOptions {
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
    let mut copies: usize = 0;
    for element in document.descendants().filter(Node::is_element) {
        check(element)?;
        check_link(&document, element)?;
        if element.tag_name().name() == "use" {
            copies = copies.saturating_add(1);
        }
    }
    if copies > MOST_COPIES {
        return Err("it copies too much".to_owned());
    }
    Ok(document)
}

fn check(element: Node<'_, '_>) -> Result<(), String> {
    let name = element.tag_name().name();
    if !ELEMENTS.contains(&name) {
        return Err(format!("it has a {name}"));
    }
    if says(element, "filter") {
        return Err("it has a filter".to_owned());
    }
    let is_sheet = name == "style";
    if is_sheet
        && LAYERS
            .iter()
            .chain(&["filter"])
            .any(|word| text_of(element).contains(word))
    {
        return Err("its style sheet has layers".to_owned());
    }
    let around = element.ancestors();
    if around.clone().count() > DEEPEST {
        return Err("it is too deep".to_owned());
    }
    if around.clone().filter(|outer| is_layer(*outer)).count() > MOST_LAYERS {
        return Err("it has too many layers".to_owned());
    }
    let leads_on = name == "use" || says(element, "clip-path");
    if leads_on && around.clone().any(|outer| outer.tag_name().name() == "clipPath") {
        return Err("a clip of it leads on".to_owned());
    }
    Ok(())
}

/// What leads to something that leads on could come back to itself.
fn check_link(document: &Document<'_>, element: Node<'_, '_>) -> Result<(), String> {
    let Some(id) = link(element).and_then(|link| link.trim().strip_prefix('#')) else {
        return Ok(());
    };
    let mut targets = document.descendants().filter(|node| node.attribute("id") == Some(id));
    if targets.any(|target| target.descendants().any(|inner| link(inner).is_some())) {
        return Err("a link of it leads on".to_owned());
    }
    Ok(())
}

fn link<'a>(element: Node<'a, '_>) -> Option<&'a str> {
    let mut attributes = element.attributes();
    let link = attributes.find(|attribute| attribute.name() == "href");
    link.map(|link| link.value())
}

fn is_layer(element: Node<'_, '_>) -> bool {
    LAYERS.iter().any(|word| says(element, word))
}

/// Whether an attribute of that name is there, or the style of the element has it.
fn says(element: Node<'_, '_>, word: &str) -> bool {
    element.has_attribute(word) || element.attribute("style").is_some_and(|style| style.contains(word))
}

fn text_of(element: Node<'_, '_>) -> String {
    element.descendants().filter_map(|node| node.text()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(inside: &str) -> Option<String> {
        let svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>"#);
        read(svg.as_bytes()).err()
    }

    #[test]
    fn what_could_take_for_ever_is_not_painted() {
        let circle = r##"<clipPath id="a" clip-path="url(#b)"/><clipPath id="b" clip-path="url(#c)"/><clipPath id="c" clip-path="url(#a)"/>"##;
        let within = r##"<clipPath id="a"><g clip-path="url(#a)"/></clipPath>"##;
        let copied = r##"<clipPath id="a"><use href="#b"/></clipPath><g id="b" clip-path="url(#a)"/>"##;
        let shades = r##"<linearGradient id="a" href="#b"/><linearGradient id="b" href="#c"/><linearGradient id="c" href="#b"/>"##;
        let copies = r##"<g id="a"><use href="#b"/></g><g id="b"><use href="#c"/></g><g id="c"><use href="#a"/></g>"##;
        let blown = r#"<filter x="-2" width="5"><feMorphology operator="dilate" radius="9999"/></filter>"#;
        let deep = format!("{}{}", "<g>".repeat(40), "</g>".repeat(40));
        let layered = format!("{}{}", r#"<g opacity=".9">"#.repeat(5), "</g>".repeat(5));
        let long = format!("<desc>{}</desc>", " ".repeat(LARGEST));
        for (inside, why) in [
            (circle, "a clip of it leads on"),
            (within, "a clip of it leads on"),
            (copied, "a clip of it leads on"),
            (copies, "a link of it leads on"),
            (shades, "a link of it leads on"),
            (blown, "it has a filter"),
            (r#"<path filter="blur(900)"/>"#, "it has a filter"),
            (r#"<path style="filter: blur(900px)"/>"#, "it has a filter"),
            ("<mask/>", "it has a mask"),
            ("<pattern/>", "it has a pattern"),
            ("<marker/>", "it has a marker"),
            (r#"<image href="/etc/passwd"/>"#, "it has a image"),
            ("<style>g { opacity: .9 }</style>", "its style sheet has layers"),
            (&deep, "it is too deep"),
            (&layered, "it has too many layers"),
            (&long, "it is too long"),
            (&"<use/>".repeat(MOST_COPIES + 1), "it copies too much"),
        ] {
            assert_eq!(refused(inside).as_deref(), Some(why), "{inside:.80}");
        }
        assert!(refused(&"<g/>".repeat(30_000)).is_some());
    }

    #[test]
    fn what_people_draw_is_painted() {
        let drawn = r##"<defs><linearGradient id="g"><stop offset="0"/></linearGradient><clipPath id="c"><path d="M0 0h9"/></clipPath><g id="s"><path/></g></defs>
            <style>.a { fill: red }</style><g opacity=".5" clip-path="url(#c)"><path class="a" fill="url(#g)"/><use href="#s"/></g><text>Words</text>"##;
        assert_eq!(refused(drawn), None);
    }
}

//! The few strokes that every picture is made of, on a sheet of 800 by 800.
//!
//! Light falls from the upper left everywhere: the shading methods here decide it, the objects never do.

use std::fmt::{Display, Write as _};

use super::Tone;

/// A sheet that is being drawn on.
#[derive(Default)]
pub struct Canvas {
    definitions: Vec<String>,
    body: String,
}

/// A point or a pair of radii.
pub(super) type Pair = (i32, i32);

impl Canvas {
    /// The finished picture.
    pub fn finish(self) -> String {
        let mut svg = String::from(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" height=\"800\" viewBox=\"0 0 800 800\"><defs>",
        );
        for (index, definition) in self.definitions.iter().enumerate() {
            svg.push_str(&definition.replace("ID", &format!("d{index}")));
        }
        svg.push_str("</defs>");
        svg.push_str(&self.body);
        svg.push_str("</svg>");
        svg
    }

    /// A filled outline.
    pub fn path(&mut self, fill: impl Display, outline: &str) {
        self.put(format_args!("<path fill=\"{fill}\" d=\"{outline}\"/>"));
    }

    /// A stroke with round ends.
    pub fn line(&mut self, stroke: impl Display, width: i32, outline: &str) {
        self.put(format_args!(
            "<path fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\" d=\"{outline}\"/>"
        ));
    }

    /// A seam: a thin dashed stroke.
    pub fn seam(&mut self, stroke: impl Display, outline: &str) {
        self.put(format_args!(
            "<path fill=\"none\" stroke=\"{stroke}\" stroke-width=\"2\" stroke-dasharray=\"9 6\" d=\"{outline}\"/>"
        ));
    }

    /// An ellipse around `centre`.
    pub fn oval(&mut self, fill: impl Display, centre: Pair, radii: Pair) {
        let ((x, y), (rx, ry)) = (centre, radii);
        self.put(format_args!(
            "<ellipse fill=\"{fill}\" cx=\"{x}\" cy=\"{y}\" rx=\"{rx}\" ry=\"{ry}\"/>"
        ));
    }

    /// A circle around `centre`.
    pub fn disc(&mut self, fill: impl Display, centre: Pair, radius: i32) {
        let (x, y) = centre;
        self.put(format_args!(
            "<circle fill=\"{fill}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"
        ));
    }

    /// A circle's rim.
    pub fn ring(&mut self, stroke: impl Display, width: i32, centre: Pair, radius: i32) {
        let (x, y) = centre;
        self.put(format_args!(
            "<circle fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"
        ));
    }

    /// A rectangle with rounded corners.
    pub fn block(&mut self, fill: impl Display, corner: Pair, size: Pair, radius: i32) {
        let ((x, y), (width, height)) = (corner, size);
        self.put(format_args!(
            "<rect fill=\"{fill}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\"/>"
        ));
    }

    /// Light on a surface: a white outline of `percent` opacity.
    pub fn glint(&mut self, percent: i32, outline: &str) {
        self.put(format_args!(
            "<path fill=\"#fffdf6\" fill-opacity=\"{}\" d=\"{outline}\"/>",
            Opacity(percent)
        ));
    }

    /// Light along an edge.
    pub fn edge(&mut self, percent: i32, width: i32, outline: &str) {
        self.put(format_args!(
            "<path fill=\"none\" stroke=\"#fffdf6\" stroke-opacity=\"{}\" stroke-width=\"{width}\" \
             stroke-linecap=\"round\" d=\"{outline}\"/>",
            Opacity(percent)
        ));
    }

    /// Shade on a surface: a dark outline of `percent` opacity.
    pub fn dim(&mut self, percent: i32, outline: &str) {
        self.put(format_args!(
            "<path fill=\"#22162a\" fill-opacity=\"{}\" d=\"{outline}\"/>",
            Opacity(percent)
        ));
    }

    /// A fold or a groove: a dark stroke of `percent` opacity.
    pub fn crease(&mut self, percent: i32, width: i32, outline: &str) {
        self.put(format_args!(
            "<path fill=\"none\" stroke=\"#22162a\" stroke-opacity=\"{}\" stroke-width=\"{width}\" \
             stroke-linecap=\"round\" stroke-linejoin=\"round\" d=\"{outline}\"/>",
            Opacity(percent)
        ));
    }

    /// The soft shadow of something that stands on the ground, its foot being `half` wide to each side.
    pub fn ground(&mut self, foot: Pair, half: i32) {
        let (x, y) = foot;
        let wide = self.fade("#3a2436", 30);
        self.oval(wide, (x + half / 5, y + 6), (half * 3 / 2, half / 5 + 14));
        let close = self.fade("#2a182c", 52);
        self.oval(close, (x + half / 12, y + 2), (half + 26, half / 12 + 12));
    }

    /// The shadow of something that lies flat or hangs: its own outline, moved away from the light.
    pub fn cast(&mut self, outline: &str) {
        for (shift, percent) in [(26, 5), (18, 7), (10, 10)] {
            self.moved(&format!("translate({shift} {})", shift + 6), |canvas| {
                canvas.dim(percent, outline)
            });
        }
    }

    /// Paint of a round body, light on its left and shaded on its right.
    pub fn tube(&mut self, tone: Tone) -> String {
        self.gradient(
            "x2=\"1\" y2=\"0\"",
            &[
                (0, tone.dark(6)),
                (22, tone.light(26)),
                (52, tone),
                (100, tone.dark(34)),
            ],
        )
    }

    /// Paint of a polished round body with a second reflex.
    pub fn metal(&mut self, tone: Tone) -> String {
        self.gradient(
            "x2=\"1\" y2=\"0\"",
            &[
                (0, tone.dark(26)),
                (16, tone.light(54)),
                (34, tone),
                (62, tone.dark(34)),
                (84, tone.light(12)),
                (100, tone.dark(30)),
            ],
        )
    }

    /// Paint of an upright face: lighter above.
    pub fn wall(&mut self, tone: Tone) -> String {
        self.gradient(
            "x2=\"0\" y2=\"1\"",
            &[(0, tone.light(16)), (45, tone), (100, tone.dark(18))],
        )
    }

    /// Paint of a flat or soft thing that light crosses from the upper left.
    pub fn slant(&mut self, tone: Tone) -> String {
        self.gradient(
            "x2=\"1\" y2=\"1\"",
            &[(0, tone.light(22)), (50, tone), (100, tone.dark(22))],
        )
    }

    /// Paint of a ball.
    pub fn ball(&mut self, tone: Tone) -> String {
        self.define(format!(
            "<radialGradient id=\"ID\" cx=\".36\" cy=\".3\" r=\".78\"><stop stop-color=\"{}\"/><stop offset=\".45\" \
             stop-color=\"{tone}\"/><stop offset=\"1\" stop-color=\"{}\"/></radialGradient>",
            tone.light(36),
            tone.dark(40)
        ))
    }

    /// Paint between two colours, from above to below.
    pub fn fall(&mut self, above: Tone, below: Tone) -> String {
        self.gradient("x2=\"0\" y2=\"1\"", &[(0, above), (100, below)])
    }

    /// Paint that is dense in the middle and gone at the rim.
    pub fn fade(&mut self, colour: impl Display, percent: i32) -> String {
        let (full, half) = (Opacity(percent), Opacity(percent * 45 / 100));
        self.define(format!(
            "<radialGradient id=\"ID\"><stop stop-color=\"{colour}\" stop-opacity=\"{full}\"/><stop offset=\".5\" \
             stop-color=\"{colour}\" stop-opacity=\"{half}\"/><stop offset=\"1\" stop-color=\"{colour}\" \
             stop-opacity=\"0\"/></radialGradient>"
        ))
    }

    /// Draws only what lies inside the outline.
    pub fn inside(&mut self, outline: &str, draw: impl FnOnce(&mut Self)) {
        let clip = self.define(format!("<clipPath id=\"ID\"><path d=\"{outline}\"/></clipPath>"));
        self.put(format_args!("<g clip-path=\"{clip}\">"));
        draw(self);
        self.body.push_str("</g>");
    }

    /// Draws under a transformation, such as `rotate(-8 400 400)`.
    pub fn moved(&mut self, transform: &str, draw: impl FnOnce(&mut Self)) {
        self.put(format_args!("<g transform=\"{transform}\">"));
        draw(self);
        self.body.push_str("</g>");
    }

    fn gradient(&mut self, direction: &str, stops: &[(i32, Tone)]) -> String {
        let mut definition = format!("<linearGradient id=\"ID\" x1=\"0\" y1=\"0\" {direction}>");
        for (offset, tone) in stops {
            let _infallible = write!(definition, "<stop offset=\"{offset}%\" stop-color=\"{tone}\"/>");
        }
        definition.push_str("</linearGradient>");
        self.define(definition)
    }

    fn define(&mut self, definition: String) -> String {
        let known = self.definitions.iter().position(|text| *text == definition);
        let index = known.unwrap_or_else(|| {
            self.definitions.push(definition);
            self.definitions.len() - 1
        });
        format!("url(#d{index})")
    }

    fn put(&mut self, element: std::fmt::Arguments<'_>) {
        let _infallible = self.body.write_fmt(element);
    }
}

/// A percentage as SVG writes opacity: `.07`.
struct Opacity(i32);

impl Display for Opacity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 >= 100 {
            f.write_str("1")
        } else {
            write!(f, ".{:02}", self.0.max(0))
        }
    }
}

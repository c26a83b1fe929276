//! The rooms objects stand in: each category has its own large, quiet shape, so that a list of products reads as a set.

use super::{Canvas, Tone};

/// The shape behind an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backdrop {
    /// An arch on a floor: rooms.
    Arch,
    /// A round plate on a counter: kitchens.
    Moon,
    /// Hills: outdoors.
    Hills,
    /// A leaning sheet: desks.
    Sheet,
    /// A soft disc: things laid flat.
    Disc,
    /// Rings going out: sound.
    Rings,
    /// Scattered dots: games.
    Dots,
    /// A fine grid: files.
    Grid,
    /// Nothing but light.
    Plain,
}

impl Backdrop {
    /// The backdrop of that name, such as `arch`.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "arch" => Self::Arch,
            "moon" => Self::Moon,
            "hills" => Self::Hills,
            "sheet" => Self::Sheet,
            "disc" => Self::Disc,
            "rings" => Self::Rings,
            "dots" => Self::Dots,
            "grid" => Self::Grid,
            "plain" => Self::Plain,
            _ => return None,
        })
    }

    pub(super) fn paint(self, canvas: &mut Canvas, tint: Tone) {
        let tint = tint.light(20);
        let air = canvas.fall(tint.light(34), tint.light(12));
        canvas.block(air, (0, 0), (800, 800), 0);
        let shape = tint.dark(7);
        match self {
            Self::Arch => {
                canvas.path(shape, "M150 800V370a250 250 0 0 1 500 0V800Z");
                floor(canvas, tint, 600);
            }
            Self::Moon => {
                canvas.disc(shape, (400, 370), 268);
                floor(canvas, tint, 590);
            }
            Self::Hills => {
                canvas.disc(tint.light(60), (590, 210), 86);
                canvas.path(tint.dark(5), "M0 430Q150 290 300 390T560 350T800 400V800H0Z");
                canvas.path(tint.dark(12), "M0 520Q200 420 380 490T800 470V800H0Z");
                floor(canvas, tint, 590);
            }
            Self::Sheet => {
                canvas.moved("rotate(-7 400 400)", |canvas| {
                    canvas.block(tint.light(48), (110, 60), (580, 690), 10)
                });
                canvas.path(shape, "M0 640L800 540V800H0Z");
            }
            Self::Disc => canvas.disc(tint.light(44), (400, 400), 330),
            Self::Rings => {
                for (radius, percent) in [(380, 3), (300, 6), (220, 9)] {
                    canvas.disc(tint.dark(percent), (400, 380), radius);
                }
                floor(canvas, tint, 600);
            }
            Self::Dots => {
                let mut dots = String::new();
                for row in 0..9 {
                    for column in 0..9 {
                        let shift = if row % 2 == 0 { 0 } else { 44 };
                        dots.push_str(&format!(
                            "M{} {}a9 9 0 1 0 .1 0Z",
                            24 + column * 88 + shift,
                            24 + row * 88
                        ));
                    }
                }
                canvas.path(shape, &dots);
                floor(canvas, tint, 610);
            }
            Self::Grid => {
                let mut lines = String::new();
                for step in 1..10 {
                    lines.push_str(&format!("M0 {0}H800M{0} 0V800", step * 80));
                }
                canvas.line(shape, 2, &lines);
                canvas.disc(tint.light(50), (400, 400), 300);
            }
            Self::Plain => {}
        }
        let corner = canvas.fade("#fffdf4", 46);
        canvas.oval(corner, (180, 120), (460, 380));
    }
}

fn floor(canvas: &mut Canvas, tint: Tone, y: i32) {
    let ground = canvas.fall(tint.light(30), tint.light(4));
    canvas.block(ground, (0, y), (800, 800 - y), 0);
    canvas.edge(40, 2, &format!("M0 {y}H800"));
}

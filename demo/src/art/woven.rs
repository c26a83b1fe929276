//! What is woven, plaited or dyed by hand.

use super::{
    Canvas, Look, Tone,
    solid::{mouth, panel},
};

const LEATHER: Tone = Tone::rgb(146, 92, 56);

/// A kawung-like field of four-petalled flowers, of our own drawing.
pub(super) fn batik(c: &mut Canvas, look: &Look, outline: &str) {
    let petal = "m0-6q20-18 0-36q-20 18 0 36m0 12q20 18 0 36q-20-18 0-36m-6-6q-18 20-36 0q18-20 36 0m12 0q18 20 36 0q-18-20-36 0";
    let (mut flowers, mut dots) = (String::new(), String::new());
    for row in 0..6 {
        for column in 0..7 {
            let (x, y) = (118 + column * 94, 170 + row * 94);
            flowers.push_str(&format!("M{x} {y}{petal}"));
            dots.push_str(&format!("M{} {}h8v8h-8Z", x + 43, y + 43));
        }
    }
    c.inside(outline, |c| {
        c.path(look.accent, &flowers);
        c.path(look.accent.light(30), &dots);
    });
}

pub(super) fn hat(c: &mut Canvas, look: &Look) {
    c.ground((400, 600), 280);
    let straw = c.slant(look.main);
    c.oval(&straw, (400, 560), (300, 66));
    for (rx, ry) in [(270, 58), (236, 50), (204, 42)] {
        c.crease(
            12,
            3,
            &format!(
                "M{} 560a{rx} {ry} 0 1 0 {} 0a{rx} {ry} 0 1 0 -{} 0Z",
                400 - rx,
                rx * 2,
                rx * 2
            ),
        );
    }
    let crown = c.tube(look.main);
    let outline = "M236 552C240 400 270 310 330 300Q400 330 470 300C530 310 560 400 564 552Q400 600 236 552Z";
    c.path(&crown, outline);
    c.inside(outline, |c| {
        for y in [350, 382, 414, 446] {
            c.crease(12, 3, &format!("M220 {y}Q400 {} 580 {y}", y + 40));
        }
        c.path(look.accent, "M220 480Q400 540 580 480V560Q400 620 220 560Z");
        c.dim(16, "M480 300H600V620H490Z");
    });
    let dent = c.fall(look.main.dark(30), look.main);
    c.path(&dent, "M330 300Q400 268 470 300Q400 344 330 300Z");
}

pub(super) fn fan(c: &mut Canvas, look: &Look) {
    let mut blades = Vec::new();
    for step in 0..11 {
        blades.push(-75 + step * 15);
    }
    c.moved("translate(96 120) scale(.76)", |c| {
        c.cast("M400 620L110 400C170 250 280 170 400 170S630 250 690 400Z");
        for (index, turn) in blades.iter().enumerate() {
            let tone = if index % 2 == 0 { look.main } else { look.main.light(14) };
            c.moved(&format!("rotate({turn} 400 600)"), |c| {
                let paper = c.fall(tone, tone.dark(14));
                c.path(&paper, "M352 180Q400 160 448 180L418 440H382Z");
                c.path(look.accent, "M358 214Q400 196 442 214L440 236Q400 218 360 236Z");
                c.disc(look.accent.light(16), (400, 300), 13);
                c.path(LEATHER, "M392 430H408L405 612H395Z");
            });
        }
        let pin = c.ball(Tone::rgb(201, 160, 84));
        c.disc(pin, (400, 598), 17);
        c.line(look.accent, 5, "M400 614C396 650 410 670 400 700");
    });
}

pub(super) fn sarong(c: &mut Canvas, look: &Look) {
    c.ground((400, 640), 240);
    let front = panel((170, 330), (460, 300), 20);
    for lift in [24, 12] {
        let under = c.wall(look.main.dark(10 + lift));
        c.path(&under, &panel((170 + lift, 330 - lift * 2), (460 - lift, 300), 20));
    }
    let cloth = c.slant(look.main);
    c.path(&cloth, &front);
    batik(c, look, &front);
    c.inside(&front, |c| {
        c.path(look.accent.dark(10), "M500 320H560V640H500Z");
        c.line(look.main.light(50), 4, "M508 320V640M552 320V640");
        c.glint(12, "M170 330H380L260 630H170Z");
        c.dim(14, "M170 590H630V640H170Z");
    });
    let band = c.tube(Tone::rgb(244, 234, 212));
    c.path(&band, "M160 450H640V520H160Z");
    c.disc(look.accent, (330, 485), 20);
    c.line(look.accent.dark(10), 4, "M376 474H470M376 496H440");
}

pub(super) fn basket(c: &mut Canvas, look: &Look) {
    c.ground((400, 640), 200);
    c.line(look.main.dark(34), 24, "M228 380C240 110 560 110 572 380");
    c.line(look.main.light(6), 12, "M228 376C240 120 560 120 572 376");
    mouth(c, look.main, (400, 370), 200, None);
    let cane = c.tube(look.main);
    let front = "M200 370L244 620A156 28 0 0 0 556 620L600 370A200 36 0 0 1 200 370Z";
    c.path(&cane, front);
    c.inside(front, |c| {
        for row in 0..9 {
            let y = 376 + row * 30;
            let mut weave = format!("M190 {y}");
            for step in 0..10 {
                weave.push_str(&format!(
                    "q21 {} 42 {}",
                    if (row + step) % 2 == 0 { 18 } else { -6 },
                    if step < 5 { 6 } else { -6 }
                ));
            }
            c.crease(24, 5, &weave);
            c.moved("translate(0 -7)", |c| c.edge(20, 4, &weave));
        }
        let mut ribs = String::new();
        for step in 0..13 {
            ribs.push_str(&format!("M{} 370L{} 660", 210 + step * 32, 252 + step * 25));
        }
        c.crease(13, 6, &ribs);
        c.line(look.accent, 16, "M190 500Q400 560 610 500");
    });
    c.line(look.main.dark(20), 16, "M200 370A200 36 0 0 0 600 370");
    c.edge(36, 5, "M206 376A200 36 0 0 0 420 404");
}

//! What plays and what is played.

use super::{
    Canvas, Look, Tone,
    solid::{grain, panel},
};

const METAL: Tone = Tone::rgb(188, 190, 196);
const BLACK: Tone = Tone::rgb(48, 46, 54);

pub(super) fn headphones(c: &mut Canvas, look: &Look) {
    c.ground((400, 650), 190);
    c.line(look.main.dark(34), 34, "M190 430C190 90 610 90 610 430");
    c.line(look.main, 22, "M188 426C190 96 608 96 608 426");
    c.line(look.accent, 30, "M250 210C320 130 480 130 550 210");
    c.edge(30, 6, "M206 340C220 210 300 150 400 146");
    for x in [190, 610] {
        let arm = c.metal(METAL);
        c.block(&arm, (x - 9, 330), (18, 130), 8);
    }
    for (x, side) in [(214, 1), (586, -1)] {
        let pad = c.tube(look.accent.dark(6));
        c.block(&pad, (x + side * 36 - 34, 412), (68, 226), 32);
        c.crease(20, 3, &format!("M{} 440v170", x + side * 44));
        let cup = c.tube(look.main);
        c.block(&cup, (x - 62, 402), (98, 244), 46);
        c.glint(24, &format!("M{} 440q-14 80 0 160q12 -80 10 -170Z", x - 40));
        c.disc(METAL.dark(6), (x - 14, 524), 22);
        c.disc(look.main.dark(20), (x - 14, 524), 15);
    }
}

pub(super) fn speaker(c: &mut Canvas, look: &Look) {
    c.ground((400, 656), 190);
    let side = c.wall(look.main.dark(34));
    c.path(&side, "M560 150L620 180V640L560 660Z");
    let front = panel((220, 140), (344, 520), 16);
    let wood = c.slant(look.main);
    c.path(&wood, &front);
    grain(c, &front, (220, 140), (344, 520), look.seed);
    let baffle = panel((244, 164), (296, 472), 12);
    c.path(BLACK.light(6), &baffle);
    c.dim(30, "M244 164H540V176H256V636H244Z");
    for (y, radius) in [(280, 66), (480, 112)] {
        c.ring(METAL.dark(10), 9, (392, y), radius);
        c.disc(BLACK.dark(40), (392, y), radius - 4);
        let cone = c.ball(look.accent);
        c.disc(cone, (392, y), radius * 78 / 100);
        let dome = c.ball(look.accent.dark(44));
        c.disc(dome, (392, y), radius * 32 / 100);
        c.edge(
            34,
            4,
            &format!(
                "M{} {}a{r} {r} 0 0 1 {} -{}",
                392 - radius + 8,
                y,
                radius / 2,
                radius * 3 / 4,
                r = radius
            ),
        );
    }
    c.disc("#f0c46a", (504, 612), 5);
    c.edge(26, 4, "M228 150H540");
}

pub(super) fn turntable(c: &mut Canvas, look: &Look) {
    c.ground((400, 610), 290);
    let top = c.slant(look.main);
    let deck = "M190 300H610L700 520H100Z";
    c.path(&top, deck);
    grain(c, deck, (100, 300), (600, 220), look.seed);
    let front = c.wall(look.main.dark(18));
    c.path(&front, "M100 520H700V580Q700 592 688 592H112Q100 592 100 580Z");
    for x in [150, 610] {
        c.block(BLACK, (x, 590), (44, 20), 6);
    }
    c.dim(24, "M374 318a214 90 0 1 0 2 0Z");
    c.oval(METAL.light(20), (364, 404), (212, 88));
    c.oval(BLACK, (364, 398), (206, 84));
    for (rx, ry) in [(184, 75), (160, 65), (136, 55), (112, 45)] {
        c.edge(
            9,
            2,
            &format!(
                "M{} 398a{rx} {ry} 0 1 0 {} 0a{rx} {ry} 0 1 0 -{} 0Z",
                364 - rx,
                rx * 2,
                rx * 2
            ),
        );
    }
    c.glint(12, "M364 398L200 350Q250 324 320 316Z");
    c.glint(8, "M364 398L530 450Q480 474 410 482Z");
    c.oval(look.accent, (364, 398), (66, 27));
    c.oval(look.accent.light(34), (364, 398), (44, 18));
    c.oval(BLACK, (364, 396), (6, 3));
    let base = c.ball(METAL);
    c.oval(base, (604, 352), (40, 22));
    c.line(METAL.dark(30), 13, "M604 340C610 410 560 446 486 452");
    c.line(METAL.light(40), 6, "M602 338C608 406 558 442 486 449");
    c.moved("rotate(-8 470 454)", |c| c.block(BLACK, (446, 444), (44, 20), 5));
    c.disc("#f0c46a", (650, 556), 6);
    c.oval(BLACK.light(16), (624, 490), (24, 11));
    c.oval(METAL, (624, 486), (22, 10));
}

pub(super) fn radio(c: &mut Canvas, look: &Look) {
    c.ground((400, 630), 260);
    c.line(METAL.dark(20), 7, "M590 280L680 90");
    c.disc(METAL, (680, 90), 9);
    c.line(look.accent.dark(26), 22, "M230 300C230 200 570 200 570 300");
    c.line(look.accent, 13, "M232 298C234 208 566 208 568 298");
    let body = c.slant(look.main);
    let outline = panel((140, 280), (520, 346), 44);
    c.path(&body, &outline);
    c.inside(&outline, |c| {
        c.glint(14, "M140 280H660V310H140Z");
        c.dim(12, "M140 580H660V640H140Z");
    });
    c.block(look.main.dark(30), (180, 330), (246, 246), 22);
    let mut holes = String::new();
    for row in 0..9 {
        for column in 0..9 {
            holes.push_str(&format!("M{} {}a7 7 0 1 0 .1 0Z", 205 + column * 25, 348 + row * 25));
        }
    }
    c.path(look.main.light(16), &holes);
    c.block("#f5ebd2", (456, 334), (164, 84), 12);
    c.line(
        "#6b5a50",
        3,
        "M474 356v20M494 356v12M514 356v20M534 356v12M554 356v20M574 356v12M594 356v20",
    );
    c.line("#c8452f", 5, "M540 346v62");
    let knob = c.ball(look.accent);
    for (x, radius) in [(506, 44), (594, 28)] {
        c.dim(20, &format!("M{} 520a{radius} {radius} 0 1 0 .1 0Z", x + 7));
        c.disc(&knob, (x, 516), radius);
        c.line("#fff6e0", 5, &format!("M{x} {}v{}", 516 - radius + 8, radius / 3));
    }
}

pub(super) fn earbuds(c: &mut Canvas, look: &Look) {
    c.ground((400, 640), 190);
    let lid = c.slant(look.main.dark(8));
    c.path(&lid, "M230 400C220 240 280 190 400 190S580 240 570 400Z");
    c.path(look.main.dark(50), "M254 400C248 270 300 224 400 224S552 270 546 400Z");
    let inside = c.wall(look.main.dark(28));
    c.path(&inside, "M220 400H580V450H220Z");
    for (x, tilt) in [(326, -14), (474, 14)] {
        c.oval(look.main.dark(60), (x, 414), (62, 24));
        c.moved(&format!("rotate({tilt} {x} 400)"), |c| {
            let stem = c.tube(look.accent);
            c.block(&stem, (x - 17, 262), (34, 120), 16);
            let bud = c.ball(look.accent);
            c.oval(&bud, (x, 380), (50, 40));
            c.crease(26, 3, &format!("M{} 300h22", x - 11));
            c.glint(34, &format!("M{} 376q6 -22 30 -24q-16 12 -16 32Z", x - 38));
        });
    }
    let shell = c.tube(look.main);
    c.path(
        &shell,
        "M214 430Q400 462 586 430C600 560 560 640 400 640S200 560 214 430Z",
    );
    c.edge(40, 5, "M222 438Q400 468 578 438");
    c.disc("#8fd08a", (400, 520), 7);
    c.glint(20, "M244 470C246 540 276 590 320 610C290 570 274 530 272 474Z");
}

pub(super) fn record(c: &mut Canvas, look: &Look) {
    c.ground((400, 644), 230);
    c.disc(BLACK, (520, 400), 208);
    for radius in [190, 170, 150, 130, 110, 90] {
        c.ring(BLACK.light(12), 2, (520, 400), radius);
    }
    c.glint(14, "M520 400L640 232Q690 270 712 330Z");
    c.glint(10, "M520 400L600 592Q560 606 510 608Z");
    c.disc(look.accent, (520, 400), 66);
    c.disc(look.main.light(50), (520, 400), 9);
    let sleeve = panel((130, 180), (448, 448), 5);
    c.cast(&sleeve);
    let card = c.slant(look.main);
    c.path(&card, &sleeve);
    c.inside(&sleeve, |c| match look.style {
        0 => {
            c.disc(look.accent, (354, 352), 116);
            for step in 0..8 {
                c.path(
                    look.main.dark(4 + step * 5),
                    &format!(
                        "M130 {y}Q240 {} 354 {y}T578 {y}V640H130Z",
                        360 + step * 34,
                        y = 384 + step * 32
                    ),
                );
            }
        }
        _ => {
            for step in 0..10 {
                c.line(
                    if step % 2 == 0 {
                        look.accent
                    } else {
                        look.main.light(44)
                    },
                    9,
                    &format!(
                        "M130 {}C260 {} 420 {} 578 {}",
                        560 - step * 18,
                        420 - step * 30,
                        660 - step * 44,
                        420 - step * 22
                    ),
                );
            }
        }
    });
    c.glint(12, "M130 180H330L200 628H130Z");
    c.edge(40, 3, "M132 182H576");
}

//! What food is kept in and ground with.

use super::{
    Canvas, Look, Tone,
    solid::{drum, mouth, rim, sheen, speckle},
};

const WOOD: Tone = Tone::rgb(150, 102, 66);

pub(super) fn jar(c: &mut Canvas, look: &Look) {
    c.ground((400, 640), 140);
    let outline =
        "M280 330C256 346 250 370 250 396V590C250 632 290 646 400 646S550 632 550 590V396C550 370 544 346 520 330Z";
    let glass = c.tube(look.main);
    c.path(&glass, outline);
    c.inside(outline, |c| {
        for (x, y) in [
            (300, 400),
            (360, 380),
            (470, 410),
            (510, 600),
            (300, 610),
            (440, 620),
            (520, 440),
        ] {
            c.disc(look.main.light(18), (x, y), 7);
            c.disc(look.main.dark(34), (x + 24, y + 14), 5);
        }
        c.dim(16, "M500 320H560V660H480Z");
    });
    let label = c.tube(Tone::rgb(245, 236, 216));
    c.path(&label, "M250 434Q400 456 550 434V566Q400 588 250 566Z");
    c.path(look.accent, "M400 462C430 486 434 522 400 552C366 522 370 486 400 462Z");
    c.line(
        look.accent,
        4,
        "M290 492Q318 498 346 500M454 500Q482 498 510 492M300 520Q322 526 346 526M454 526Q478 526 500 520",
    );
    let lid = c.tube(look.accent);
    c.path(&lid, &drum(400, (282, 130), (328, 134)));
    let top = c.slant(look.accent.light(14));
    rim(c, top, (400, 282), 130);
    c.glint(34, "M272 372H292V610H276Z");
}

pub(super) fn pouch(c: &mut Canvas, look: &Look) {
    c.ground((400, 650), 150);
    let outline = "M270 190H530L546 250C552 400 560 560 552 640Q400 664 248 640C240 560 248 400 254 250Z";
    let paper = c.tube(look.main);
    c.path(&paper, outline);
    c.inside(outline, |c| {
        c.dim(14, "M250 190H550V236H250Z");
        c.crease(
            16,
            3,
            "M262 236H538M300 260C290 400 296 540 280 640M500 260C512 400 506 540 520 640",
        );
        c.glint(10, "M300 250H350C340 400 340 560 330 660H284Z");
    });
    let label = c.slant(Tone::rgb(246, 238, 220));
    c.block(label, (312, 330), (176, 220), 6);
    c.disc(look.accent, (400, 408), 48);
    c.path(
        look.accent.dark(36),
        "M400 372C430 388 430 428 400 444C370 428 370 388 400 372Z",
    );
    c.line("#f6eedc", 4, "M404 376C386 396 414 416 398 440");
    c.line(look.accent.dark(10), 5, "M344 484H456M356 508H444");
    c.block(look.accent, (262, 206), (276, 16), 4);
}

pub(super) fn mortar(c: &mut Canvas, look: &Look) {
    c.ground((400, 630), 210);
    let stone = c.tube(look.main);
    let outline = "M160 420C170 540 240 600 290 620Q400 646 510 620C560 600 630 540 640 420Z";
    c.path(&stone, outline);
    speckle(c, outline, (160, 420), (480, 210), look.seed);
    speckle(c, outline, (160, 420), (480, 210), look.seed + 5);
    mouth(c, look.main, (400, 420), 240, None);
    c.oval(Tone::rgb(184, 60, 40), (390, 440), (120, 17));
    c.oval(Tone::rgb(214, 92, 52), (370, 436), (60, 8));
    c.moved("rotate(24 480 330)", |c| {
        let pestle = c.tube(look.accent);
        c.path(
            &pestle,
            "M446 210C446 180 514 180 514 210L524 400C526 450 434 450 436 400Z",
        );
        c.glint(24, "M458 220H474L466 420H450Z");
    });
    c.edge(30, 5, "M176 446C190 520 230 570 276 600");
}

pub(super) fn tin(c: &mut Canvas, look: &Look) {
    c.ground((400, 650), 130);
    let body = c.metal(look.main);
    let outline = drum(400, (300, 136), (636, 136));
    c.path(&body, &outline);
    c.inside(&outline, |c| {
        let band = c.tube(Tone::rgb(245, 236, 216));
        c.path(&band, "M250 400Q400 436 550 400V560Q400 596 250 560Z");
        for turn in [-48, -24, 0, 24, 48] {
            c.moved(&format!("rotate({turn} 400 560)"), |c| {
                c.path(look.accent, "M400 546C376 516 382 476 400 446C418 476 424 516 400 546Z");
            });
        }
        c.line(WOOD, 3, "M260 418Q400 454 540 418M260 544Q400 580 540 544");
    });
    let lid = c.metal(look.main.light(8));
    c.path(&lid, &drum(400, (252, 140), (312, 140)));
    let top = c.slant(look.main.light(26));
    rim(c, top, (400, 252), 140);
    sheen(c, 286, 330, 620, 20);
}

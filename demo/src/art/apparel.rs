//! Clothes laid out flat, and what is worn with them.

use crate::dice::Dice;

use super::{Canvas, Look, Tone};

const STEEL: Tone = Tone::rgb(190, 194, 200);
const LEATHER: Tone = Tone::rgb(146, 92, 56);

const TEE: &str = "M312 176C340 214 460 214 488 176L560 200C604 222 640 300 660 372L566 408L550 352C546 440 552 560 558 652Q400 676 242 652C248 560 254 440 250 352L234 408L140 372C160 300 196 222 240 200Z";
const LONG: &str = "M312 166C340 204 460 204 488 166L556 188C604 210 622 270 640 360L690 620L612 642L556 400C552 480 556 580 560 656Q400 680 240 656C244 580 248 480 244 400L188 642L110 620L160 360C178 270 196 210 244 188Z";

/// Folds and light that every flat garment has.
fn drape(c: &mut Canvas, outline: &str) {
    c.inside(outline, |c| {
        c.dim(9, "M500 180C560 300 530 500 560 700H720V180Z");
        c.dim(7, "M250 380C290 460 280 600 262 680H230Z");
        c.glint(12, "M312 190C280 260 290 420 330 560C340 420 330 280 360 214Z");
        c.crease(
            9,
            5,
            "M300 640C310 580 304 540 316 480M480 640C476 590 488 550 478 500M380 600q10 -40 4 -90",
        );
    });
}

pub(super) fn tee(c: &mut Canvas, look: &Look) {
    c.cast(TEE);
    c.path(
        look.main.dark(46),
        "M312 176C340 164 460 164 488 176C460 222 340 222 312 176Z",
    );
    let cloth = c.slant(look.main);
    c.path(&cloth, TEE);
    if look.style == 1 {
        c.inside(TEE, |c| {
            for row in 0..9 {
                let y = 262 + row * 46;
                c.line(look.accent, 14, &format!("M100 {y}Q400 {} 700 {y}", y + 26));
            }
        });
    } else if look.style == 2 {
        c.disc(look.accent, (400, 372), 62);
        c.path(look.main, "M320 384Q360 350 400 384T480 384V440H320Z");
        c.line(
            look.accent,
            7,
            "M342 414Q371 394 400 414T458 414M352 440Q376 424 400 440T448 440",
        );
    }
    drape(c, TEE);
    c.line(look.main.dark(16), 9, "M312 178C340 218 460 218 488 178");
    c.crease(
        18,
        3,
        "M250 352C256 300 250 250 240 204M550 352C544 300 550 250 560 204",
    );
    c.seam(
        look.main.dark(28),
        "M246 640Q400 662 554 640M150 356L238 392M650 356L562 392",
    );
}

pub(super) fn sweater(c: &mut Canvas, look: &Look) {
    c.cast(LONG);
    c.path(
        look.main.dark(46),
        "M312 166C340 152 460 152 488 166C460 212 340 212 312 166Z",
    );
    let wool = c.slant(look.main);
    c.path(&wool, LONG);
    c.inside(LONG, |c| {
        if look.style == 0 {
            for column in [330, 400, 470] {
                let mut cable = String::new();
                for row in 0..7 {
                    let y = 220 + row * 60;
                    cable.push_str(&format!("M{} {y}q30 10 28 58M{} {y}q-30 10 -28 58", column - 14, column + 14));
                }
                c.crease(18, 6, &cable);
                c.moved("translate(-3 -3)", |c| c.edge(16, 3, &cable));
            }
        } else {
            for (row, tone) in [look.accent, look.main.light(40), look.accent].into_iter().enumerate() {
                let y = 300 + i32::try_from(row).unwrap_or_default() * 34;
                c.line(tone, 15, &format!("M100 {y}l25 16l25 -16l25 16l25 -16l25 16l25 -16l25 16l25 -16l25 16l25 -16l25 16l25 -16l25 16l25 -16l25 16l25 -16l25 16l25 -16l25 16l25 -16l25 16l25 -16l25 16"));
            }
        }
        c.path(look.main.dark(10), "M220 622Q400 648 580 622V700H220Z");
        let mut ribs = String::new();
        for step in 0..22 {
            ribs.push_str(&format!("M{} 630v40", 246 + step * 15));
        }
        c.crease(16, 3, &ribs);
        c.path(look.main.dark(10), "M104 590L190 616L180 660L96 640ZM696 590L610 616L620 660L704 640Z");
    });
    drape(c, LONG);
    c.line(look.main.dark(10), 20, "M314 172C342 212 458 212 486 172");
    c.crease(
        20,
        3,
        "M244 400C252 330 246 260 244 192M556 400C548 330 554 260 556 192",
    );
}

pub(super) fn overshirt(c: &mut Canvas, look: &Look) {
    c.cast(LONG);
    let cloth = c.slant(look.main);
    c.path(&cloth, LONG);
    if look.style == 1 {
        super::woven::batik(c, look, LONG);
    } else if look.style == 2 {
        c.inside(LONG, |c| {
            c.path(look.accent, "M60 180H740V330Q400 360 60 330Z");
            c.crease(16, 4, "M100 330Q400 360 700 330");
        });
    }
    drape(c, LONG);
    c.crease(30, 3, "M400 220V668");
    c.crease(14, 2, "M424 220V668");
    for row in 0..5 {
        let y = 268 + row * 84;
        c.disc(look.accent.light(20), (412, y), 8);
        c.ring(look.accent.dark(40), 2, (412, y), 8);
    }
    let collar = c.wall(look.main.light(8));
    c.path(
        &collar,
        "M316 160C350 190 380 214 400 222L352 272C322 240 304 200 300 176Z",
    );
    c.path(
        &collar,
        "M484 160C450 190 420 214 400 222L448 272C478 240 496 200 500 176Z",
    );
    c.path(
        look.main.dark(42),
        "M316 160C350 148 450 148 484 160C460 184 430 208 400 222C370 208 340 184 316 160Z",
    );
    for x in [280, 446] {
        let pocket = c.wall(look.main.light(3));
        c.path(&pocket, &format!("M{x} 340h84v78l-42 22l-42 -22Z"));
        c.crease(22, 2, &format!("M{x} 340h84v78l-42 22l-42 -22ZM{x} 362h84"));
    }
    c.crease(
        20,
        3,
        "M244 400C252 330 246 260 244 192M556 400C548 330 554 260 556 192",
    );
    c.seam(look.main.dark(28), "M248 636Q400 660 552 636");
}

pub(super) fn jacket(c: &mut Canvas, look: &Look) {
    c.cast(LONG);
    let hood = c.slant(look.main.dark(10));
    c.path(
        &hood,
        "M290 196C270 100 330 70 400 70S530 100 510 196C470 240 330 240 290 196Z",
    );
    c.path(
        look.main.dark(50),
        "M326 190C316 130 350 112 400 112S484 130 474 190C450 226 350 226 326 190Z",
    );
    let cloth = c.slant(look.main);
    c.path(&cloth, LONG);
    c.inside(LONG, |c| {
        c.path(look.main.dark(9), "M60 150H740V290Q400 340 60 290Z");
        c.path(
            look.accent,
            "M100 590L200 616L190 640L96 614ZM700 590L600 616L610 640L704 614Z",
        );
    });
    drape(c, LONG);
    c.path(
        look.main.dark(50),
        "M342 186C360 210 380 220 400 222C420 220 440 210 458 186C450 240 350 240 342 186Z",
    );
    c.line(look.accent, 9, "M400 226V664");
    c.line(look.accent.dark(30), 3, "M400 226V664");
    c.block(STEEL, (392, 300), (16, 34), 6);
    for (outline, seam) in [
        ("M270 500L350 480V580H270Z", "M276 504L346 486"),
        ("M530 500L450 480V580H530Z", "M524 504L454 486"),
    ] {
        c.path(look.main.light(6), outline);
        c.line(look.main.dark(30), 5, seam);
    }
    c.line(
        "#f2ead8",
        5,
        "M352 214C346 250 350 280 342 310M448 214C454 250 450 280 458 310",
    );
    c.crease(
        20,
        3,
        "M244 400C252 330 246 260 244 192M556 400C548 330 554 260 556 192",
    );
}

pub(super) fn beanie(c: &mut Canvas, look: &Look) {
    c.ground((400, 600), 190);
    let outline = "M200 480C190 300 270 200 400 200S610 300 600 480Z";
    let wool = c.tube(look.main);
    c.path(&wool, outline);
    c.inside(outline, |c| {
        for bend in [-150, -100, -50, 0, 50, 100, 150] {
            c.crease(
                15,
                6,
                &format!(
                    "M400 206C{} 280 {} 380 {} 480",
                    400 + bend,
                    400 + bend * 5 / 4,
                    400 + bend * 5 / 4
                ),
            );
            c.edge(
                10,
                4,
                &format!(
                    "M{} 212C{} 290 {} 380 {} 480",
                    408,
                    412 + bend,
                    414 + bend * 5 / 4,
                    414 + bend * 5 / 4
                ),
            );
        }
    });
    let cuff = c.tube(look.main.light(5));
    let band = "M184 464C184 444 200 440 220 446Q400 486 580 446C600 440 616 444 616 464V568C616 586 606 592 590 596Q400 630 210 596C194 592 184 586 184 568Z";
    c.path(&cuff, band);
    let mut ribs = String::new();
    for step in 0..20 {
        let x = 204 + step * 21;
        ribs.push_str(&format!("M{x} {}v136", 452 + (10 - (step - 10_i32).abs()) * 3));
    }
    c.inside(band, |c| c.crease(15, 5, &ribs));
    c.block(LEATHER, (448, 510), (64, 44), 4);
    c.line("#f0dcb4", 3, "M462 540L474 522L482 532L488 526L496 540");
    if look.style == 1 {
        let pom = c.ball(look.accent);
        let mut dice = Dice::new(look.seed);
        for _ in 0..14 {
            c.disc(&pom, (400 + dice.within(-34, 34), 186 + dice.within(-30, 26)), 26);
        }
    }
}

pub(super) fn socks(c: &mut Canvas, look: &Look) {
    let outline = "M300 130H420V420C420 470 470 500 540 520C600 540 606 620 540 626H440C360 620 300 560 300 470Z";
    for (shift, turn) in [("translate(70 30)", 6), ("translate(-60 0)", -4)] {
        c.moved(&format!("{shift} rotate({turn} 400 400)"), |c| {
            c.cast(outline);
            let knit = c.slant(look.main);
            c.path(&knit, outline);
            c.inside(outline, |c| {
                c.path(look.accent, "M290 120H430V204H290Z");
                c.path(look.accent, "M520 500H640V640H520C560 600 556 550 520 500Z");
                c.path(look.accent.light(8), "M290 420C340 430 370 480 360 640H280V420Z");
                for y in [250, 276, 330] {
                    c.line(look.accent, if y == 276 { 6 } else { 13 }, &format!("M290 {y}H430"));
                }
                c.dim(
                    12,
                    "M390 120H430V420C440 480 500 500 560 520L540 560C440 540 390 500 390 420Z",
                );
                c.crease(
                    14,
                    4,
                    "M312 126v76M330 126v76M348 126v76M366 126v76M384 126v76M402 126v76",
                );
                c.glint(16, "M306 220H326V470C326 520 350 570 380 600C330 570 306 520 306 470Z");
            });
        });
    }
}

pub(super) fn cap(c: &mut Canvas, look: &Look) {
    c.ground((420, 560), 230);
    let crown = "M180 500C170 330 260 240 380 240S570 330 570 480Q400 540 180 500Z";
    let cloth = c.slant(look.main);
    c.path(&cloth, crown);
    c.inside(crown, |c| {
        c.crease(
            18,
            3,
            "M380 240C300 300 270 400 272 520M380 240C450 300 480 400 480 520",
        );
        c.dim(10, "M480 260C520 340 530 420 520 530H600V260Z");
        c.glint(14, "M210 470C210 350 270 290 340 262C290 310 250 380 248 500Z");
    });
    let brim = c.wall(look.accent);
    c.path(
        &brim,
        "M330 512C430 516 520 500 570 474C660 490 720 530 726 560C640 600 440 600 330 512Z",
    );
    c.seam(
        look.accent.light(36),
        "M372 524C460 530 540 512 590 492M410 544C500 552 600 530 650 512",
    );
    let button = c.ball(look.accent);
    c.oval(button, (380, 240), (18, 11));
    c.block("#f4ecda", (420, 360), (86, 70), 8);
    c.line(look.main.dark(20), 6, "M436 412L454 384L466 398L476 388L492 412");
    c.dim(20, "M330 512C430 516 520 500 570 474L574 486C520 512 430 528 330 512Z");
}

pub(super) fn tote(c: &mut Canvas, look: &Look) {
    c.ground((400, 664), 190);
    c.line(look.accent.dark(22), 24, "M300 330C290 90 510 90 500 330");
    c.line(look.accent, 24, "M320 340C316 130 484 130 480 340");
    let outline = "M216 306H584L606 640Q606 656 590 658Q400 676 210 658Q194 656 194 640Z";
    let cloth = c.slant(look.main);
    c.path(&cloth, outline);
    c.inside(outline, |c| {
        c.dim(9, "M500 300C540 420 520 560 560 680H640V300Z");
        c.crease(9, 5, "M270 640C290 560 270 500 290 430M520 640C510 580 526 520 512 470");
        c.dim(10, "M190 300H620V340H190Z");
        let (x, y) = (400, 500);
        c.disc(look.accent, (x, y - 30), 74);
        c.path(look.main, "M300 486Q350 450 400 486T500 486V580H300Z");
        c.line(
            look.accent,
            8,
            "M326 516Q363 494 400 516T474 516M340 544Q370 526 400 544T460 544",
        );
    });
    c.seam(look.main.dark(34), "M220 334H580");
    for x in [310, 490] {
        c.block(look.accent.dark(8), (x - 14, 318), (28, 52), 3);
        c.line(look.main.light(40), 3, &format!("M{} 330l16 28m0 -28l-16 28", x - 8));
    }
}

pub(super) fn watch(c: &mut Canvas, look: &Look) {
    let strap = "M340 90H460L478 270H322ZM322 530H478L460 710H340Z";
    c.cast(strap);
    let band = c.tube(look.accent);
    c.path(&band, strap);
    c.seam(
        look.accent.light(30),
        "M356 100L340 262M444 100L460 262M340 538L356 700M460 538L444 700",
    );
    for y in [600, 636, 672] {
        c.oval(look.accent.dark(56), (400, y), (8, 6));
    }
    let case = "M250 400a150 150 0 1 0 300 0a150 150 0 1 0 -300 0Z";
    c.cast(case);
    let metal = c.metal(look.main);
    c.block(&metal, (540, 380), (34, 40), 8);
    let rim_fill = c.slant(look.main.light(12));
    c.disc(rim_fill, (400, 400), 152);
    c.disc(look.main.dark(36), (400, 400), 132);
    let face = c.slant(Tone::rgb(245, 239, 226));
    c.disc(face, (401, 402), 128);
    for hour in 0..12 {
        c.moved(&format!("rotate({} 400 400)", hour * 30), |c| {
            c.line("#3a3440", if hour % 3 == 0 { 8 } else { 3 }, "M400 290v20")
        });
    }
    c.ring(Tone::rgb(206, 196, 180), 3, (400, 454), 30);
    c.line("#3a3440", 3, "M400 454L414 440");
    c.line("#3a3440", 9, "M400 400L346 352");
    c.line("#3a3440", 6, "M400 400L462 330");
    c.line("#c8553d", 3, "M386 430L430 310");
    c.disc("#3a3440", (400, 400), 9);
    c.glint(22, "M282 370A128 128 0 0 1 410 274C350 300 312 340 304 420Z");
}

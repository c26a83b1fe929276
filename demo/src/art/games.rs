//! Long evenings and windy afternoons.

use crate::dice::Dice;

use super::{
    Canvas, Look, Tone,
    solid::{drum, grain, panel, rim},
};

const PAPER: Tone = Tone::rgb(247, 241, 228);

pub(super) fn game_box(c: &mut Canvas, look: &Look) {
    c.ground((400, 650), 250);
    let side = c.wall(look.main.dark(42));
    c.path(&side, "M590 190L660 222V622L590 654Z");
    let lid = "M140 190H592V654H140Z";
    let front = c.slant(look.main);
    c.path(&front, lid);
    c.inside(lid, |c| match look.style {
        0 => {
            c.path(look.main.dark(30), "M140 470L250 360L330 440L430 320L592 480V654H140Z");
            c.path(
                look.main.light(40),
                "M430 320L470 362L436 380L412 350ZM250 360L280 392L248 400L228 384Z",
            );
            c.disc(look.accent, (500, 276), 44);
            c.path(look.accent.dark(20), "M140 570Q300 500 400 560T592 540V654H140Z");
            c.line(PAPER, 6, "M200 654C260 610 220 590 300 560S380 500 440 470");
        }
        1 => {
            for row in 0..5 {
                for column in 0..5 {
                    let (x, y) = (176 + column * 96, 230 + row * 96);
                    let tone = match (row * 2 + column) % 4 {
                        0 => look.accent,
                        1 => PAPER,
                        2 => look.main.dark(34),
                        _ => look.main.light(34),
                    };
                    c.path(tone, &format!("M{x} {}l40 24v46l-40 24l-40 -24v-46Z", y - 47));
                }
            }
        }
        _ => {
            c.disc(PAPER, (366, 400), 150);
            for turn in [0, 60, 120, 180, 240, 300] {
                c.moved(&format!("rotate({turn} 366 400)"), |c| {
                    c.path(look.accent, "M366 392C330 360 336 300 366 264C396 300 402 360 366 392Z")
                });
            }
            c.disc(look.main.dark(30), (366, 400), 34);
            c.ring(look.main.light(40), 6, (366, 400), 176);
        }
    });
    c.glint(14, "M140 190H360L230 654H140Z");
    c.dim(18, "M140 606H592V654H140Z");
    c.line(PAPER, 8, "M176 630H330");
    c.edge(44, 4, "M142 192H590");
    let pawn = c.ball(look.accent);
    c.ground((676, 664), 34);
    c.path(
        &pawn,
        "M646 660C650 620 664 600 664 580H690C690 600 704 620 708 660Q677 672 646 660Z",
    );
    c.disc(&pawn, (677, 564), 28);
}

pub(super) fn chess(c: &mut Canvas, look: &Look) {
    c.ground((400, 600), 290);
    let edge = c.wall(look.main.dark(30));
    c.path(&edge, "M90 540H710V590Q710 600 700 600H100Q90 600 90 590Z");
    let top = c.slant(look.main);
    c.path(&top, "M190 350H610L710 540H90Z");
    for row in 0..4 {
        let (y, next) = (366 + row * 40, 366 + (row + 1) * 40);
        let (half, below) = (196 + row * 22, 196 + (row + 1) * 22);
        for column in 0..8 {
            if (row + column) % 2 == 0 {
                c.path(
                    look.accent,
                    &format!(
                        "M{} {y}L{} {y}L{} {next}L{} {next}Z",
                        400 - half + half * column / 4,
                        400 - half + half * (column + 1) / 4,
                        400 - below + below * (column + 1) / 4,
                        400 - below + below * column / 4
                    ),
                );
            }
        }
    }
    let (pale, deep) = (Tone::rgb(236, 216, 180), look.accent.dark(20));
    for (x, y, size, tone, king) in [
        (270, 430, 74, deep, false),
        (520, 420, 90, deep, true),
        (360, 500, 80, pale, false),
        (450, 530, 104, pale, true),
        (250, 530, 80, pale, false),
        (600, 510, 78, deep, false),
    ] {
        c.moved(
            &format!("translate({x} {y}) scale({}.{:02})", size / 100, size % 100),
            |c| {
                c.dim(22, "M-40 4a52 13 0 1 0 110 0a52 13 0 1 0 -110 0Z");
                let wood = c.tube(tone);
                let tall = if king { 210 } else { 120 };
                c.path(
                    &wood,
                    &format!("M-46 0C-46 -34 -20 -40 -18 -70L-14 -{tall}H14L18 -70C20 -40 46 -34 46 0Q0 14 -46 0Z"),
                );
                let head = c.ball(tone);
                if king {
                    c.path(&wood, "M-34 -260L-18 -200H18L34 -260Q0 -240 -34 -260Z");
                    c.oval(&head, (0, -206), (30, 9));
                    c.line(tone.dark(10), 9, "M0 -256V-300M-14 -284H14");
                } else {
                    c.disc(&head, (0, -132), 34);
                }
                c.oval(tone.dark(20), (0, -64), (24, 6));
            },
        );
    }
}

pub(super) fn cards(c: &mut Canvas, look: &Look) {
    let card = panel((310, 250), (210, 310), 18);
    for (index, turn) in [-34, -17, 0, 17, 34].into_iter().enumerate() {
        c.moved(&format!("rotate({turn} 400 720)"), |c| {
            c.cast(&card);
            let paper = c.slant(PAPER);
            c.path(&paper, &card);
            let tone = if index % 2 == 0 { look.main } else { look.accent };
            match index {
                0 => c.path(tone, "M415 340C450 380 470 400 470 430C470 460 430 466 415 440C400 466 360 460 360 430C360 400 380 380 415 340Z"),
                1 => c.path(tone, "M415 470C360 430 350 400 360 376C376 350 406 360 415 384C424 360 454 350 470 376C480 400 470 430 415 470Z"),
                2 => {
                    c.disc(tone, (415, 405), 66);
                    c.path(PAPER, "M350 412Q382 384 415 412T480 412V480H350Z");
                    c.line(tone, 7, "M364 440Q390 422 415 440T466 440M376 466Q396 452 415 466T454 466");
                }
                3 => c.path(tone, "M415 330L470 405L415 480L360 405Z"),
                _ => {
                    for (x, y) in [(415, 370), (384, 420), (446, 420)] {
                        c.disc(tone, (x, y), 30);
                    }
                    c.path(tone, "M408 400H422L432 476H398Z");
                }
            }
            c.disc(tone, (336, 278), 9);
            c.disc(tone, (494, 532), 9);
        });
    }
}

pub(super) fn puzzle(c: &mut Canvas, look: &Look) {
    let piece = "M0 0H52C40 -26 50 -44 75 -44S110 -26 98 0H150V52C176 40 194 50 194 75S176 110 150 98V150H98C110 124 100 106 75 106S40 124 52 150H0V98C26 110 44 100 44 75S26 40 0 52Z";
    let tones = [
        look.main,
        look.accent,
        Tone::rgb(226, 162, 56),
        look.main.dark(30),
        look.main.light(30),
        look.accent.light(24),
        Tone::rgb(94, 142, 150),
        look.accent.dark(24),
    ];
    let mut dice = Dice::new(look.seed);
    for (index, (column, row)) in [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2)]
        .into_iter()
        .enumerate()
    {
        let (x, y) = (150 + column * 152, 186 + row * 152);
        c.moved(&format!("translate({x} {y})"), |c| {
            c.moved("translate(9 13)", |c| c.dim(16, piece));
            let card = c.slant(tones.get(index).copied().unwrap_or(look.main));
            c.path(&card, piece);
            c.edge(30, 8, &format!("M16 {}q34 -30 59 0t59 0", dice.within(40, 110)));
            c.edge(40, 3, "M2 52V2H52");
        });
    }
    c.moved("translate(500 330) rotate(18 75 75)", |c| {
        c.moved("translate(10 16)", |c| c.cast(piece));
        let card = c.slant(Tone::rgb(240, 206, 150));
        c.path(&card, piece);
        c.edge(50, 3, "M2 52V2H52");
    });
}

pub(super) fn dice(c: &mut Canvas, look: &Look) {
    for (x, y, size, tone) in [
        (290, 640, 110, look.main),
        (540, 650, 92, look.accent),
        (440, 420, 74, look.main.light(24)),
    ] {
        c.moved(
            &format!("translate({x} {y}) scale({}.{:02})", size / 100, size % 100),
            |c| {
                if size != 74 {
                    c.ground((0, -10), 120);
                }
                let (top, left, right) = (tone.light(22), tone, tone.dark(30));
                c.path(top, "M0 -250L110 -196L0 -142L-110 -196Z");
                let left_face = c.wall(left);
                c.path(&left_face, "M-110 -196L0 -142V0L-110 -60Z");
                let right_face = c.wall(right);
                c.path(&right_face, "M110 -196L0 -142V0L110 -60Z");
                c.edge(46, 4, "M-106 -192L0 -142L106 -192M0 -142V-8");
                c.oval(PAPER, (0, -196), (20, 10));
                for (px, py) in [(-76, -140), (-34, -64), (-55, -102)] {
                    c.moved(&format!("translate({px} {py}) skewY(27)"), |c| {
                        c.oval(PAPER, (0, 0), (11, 13))
                    });
                }
                for (px, py) in [(34, -120), (76, -84), (34, -56), (76, -148)] {
                    c.moved(&format!("translate({px} {py}) skewY(-27)"), |c| {
                        c.oval(PAPER.dark(12), (0, 0), (11, 13))
                    });
                }
            },
        );
    }
}

pub(super) fn blocks(c: &mut Canvas, look: &Look) {
    c.ground((400, 646), 270);
    let wood = Tone::rgb(222, 188, 138);
    for (corner, tone, seed) in [
        ((140, 506), look.main, 1),
        ((520, 506), wood, 2),
        ((330, 506), look.accent, 3),
    ] {
        let (x, y) = corner;
        let face = c.slant(tone);
        let outline = panel(corner, (140, 140), 10);
        c.path(&face, &outline);
        grain(c, &outline, (x, y), (140, 140), seed);
        c.edge(40, 4, &format!("M{} {}h124", x + 8, y + 4));
    }
    let bridge = c.slant(wood.light(10));
    c.path(&bridge, "M150 506V376H460V506H390A84 84 0 0 0 222 506Z");
    c.edge(40, 4, "M154 380H456");
    let roof = c.slant(look.main.dark(6));
    c.path(&roof, "M180 376L305 250L430 376Z");
    c.edge(40, 4, "M186 370L305 252");
    let ball = c.ball(look.accent);
    c.disc(&ball, (590, 440), 66);
    let post = c.tube(Tone::rgb(94, 142, 150));
    c.path(&post, &drum(305, (176, 34), (256, 34)));
    rim(c, "#b5d0d4", (305, 176), 34);
}

pub(super) fn kite(c: &mut Canvas, look: &Look) {
    for (x, y, size) in [(190, 640, 90), (620, 190, 70)] {
        c.glint(
            46,
            &format!(
                "M{x} {y}c10 -{size} {size} -{size} {size} -20c40 -30 80 10 50 40h-{}c-40 0 -50 -20 -20 -20Z",
                size + 40
            ),
        );
    }
    c.moved("rotate(20 400 330)", |c| {
        let sail = "M400 90L570 300L400 590L230 300Z";
        c.cast(sail);
        let (upper, lower) = (c.slant(look.main), c.slant(look.accent));
        c.path(&upper, "M400 90V300H230Z");
        c.path(&lower, "M400 90V300H570Z");
        c.path(lower.clone(), "M230 300H400V590Z");
        c.path(upper.clone(), "M570 300H400V590Z");
        c.dim(10, "M400 90L570 300L400 590Z");
        c.line("#7c5a3c", 6, "M400 90V590M230 300H570");
        c.edge(36, 4, "M400 94L234 300");
        c.line("#5c4a40", 4, "M400 590C340 640 460 680 400 730S440 780 420 800");
        for (x, y) in [(376, 640), (424, 690), (400, 744)] {
            c.path(look.main.dark(6), &format!("M{x} {y}l-34 -16v34ZM{x} {y}l34 -16v34Z"));
        }
    });
}

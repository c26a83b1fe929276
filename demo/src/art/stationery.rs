//! Paper, ink and order on the desk.

use crate::dice::Dice;

use super::{
    Canvas, Look, Tone,
    solid::{drum, grain, panel, rim},
};

const PAPER: Tone = Tone::rgb(247, 241, 228);
const BRASS: Tone = Tone::rgb(201, 160, 84);
const INK: Tone = Tone::rgb(60, 54, 66);

pub(super) fn notebook(c: &mut Canvas, look: &Look) {
    c.moved("rotate(-9 400 400)", |c| {
        let under = panel((226, 128), (372, 540), 18);
        c.cast(&under);
        c.path(PAPER.dark(16), &panel((226, 132), (370, 540), 16));
        c.path(PAPER, &panel((222, 128), (370, 536), 16));
        let cover = c.slant(look.main);
        let outline = panel((212, 118), (372, 540), 18);
        c.path(&cover, &outline);
        c.inside(&outline, |c| {
            c.dim(20, "M212 118H262V658H212Z");
            c.glint(12, "M270 118H420L290 658H270Z");
            let mut dice = Dice::new(look.seed);
            match look.style {
                0 => {
                    c.block(PAPER, (320, 214), (190, 104), 4);
                    c.line(look.main.dark(10), 3, "M344 252H486M344 280H450");
                }
                1 => {
                    for row in 0..7 {
                        let y = 200 + row * 62;
                        c.line(
                            look.main.light(46),
                            5,
                            &format!("M262 {y}q{} -46 162 0t162 0", 60 + dice.within(0, 40)),
                        );
                    }
                }
                _ => {
                    for _ in 0..26 {
                        let (x, y) = (dice.within(280, 570), dice.within(140, 640));
                        c.disc(
                            if x % 2 == 0 { look.accent } else { look.main.light(44) },
                            (x, y),
                            dice.within(6, 20),
                        );
                    }
                }
            }
        });
        c.crease(24, 2, "M262 120V656");
        let band = c.wall(look.accent);
        c.block(&band, (536, 118), (16, 540), 0);
        c.path(look.accent.dark(12), "M330 656H346V716L338 702L330 716Z");
    });
}

pub(super) fn pen(c: &mut Canvas, look: &Look) {
    c.moved("rotate(-42 400 400)", |c| {
        c.line(INK.light(20), 4, "M20 470q40 -40 74 -4t60 -10");
        let barrel = panel((330, 372), (400, 58), 26);
        c.cast(&barrel);
        c.cast("M170 402L240 376H340V428H240Z");
        let grip = c.fall(INK.light(30), INK.dark(40));
        c.path(&grip, "M236 380L340 372V430L236 424Z");
        let nib = c.fall(BRASS.light(40), BRASS.dark(22));
        c.path(&nib, "M110 402C150 380 200 374 240 382V422C200 430 150 424 110 402Z");
        c.line(INK, 2, "M112 402H206");
        c.disc(INK, (208, 402), 7);
        let body = c.fall(look.main.light(38), look.main.dark(34));
        c.path(&body, &barrel);
        let ring = c.fall(BRASS.light(40), BRASS.dark(30));
        c.block(&ring, (452, 370), (18, 62), 4);
        c.block(&ring, (480, 370), (6, 62), 2);
        c.block(&ring, (332, 371), (10, 60), 2);
        c.block(&ring, (706, 376), (12, 50), 4);
        c.line(BRASS.dark(16), 12, "M700 362H540");
        c.edge(50, 4, "M694 359H550");
        c.glint(40, "M350 380H690V386H350Z");
    });
}

pub(super) fn pencils(c: &mut Canvas, look: &Look) {
    let tones = [
        look.main,
        look.accent,
        Tone::rgb(226, 162, 56),
        Tone::rgb(94, 142, 150),
        Tone::rgb(184, 92, 52),
        Tone::rgb(118, 126, 78),
    ];
    c.moved("rotate(14 400 400)", |c| {
        for (index, tone) in tones.into_iter().enumerate() {
            let x = 204 + i32::try_from(index).unwrap_or_default() * 68;
            let lift = i32::try_from(index % 3).unwrap_or_default() * 22;
            let outline = format!(
                "M{x} {}L{} {}L{} {}V690H{x}Z",
                220 + lift,
                x + 26,
                120 + lift,
                x + 52,
                220 + lift
            );
            c.cast(&outline);
            c.path("#e8c896", &outline);
            c.path(
                tone.dark(10),
                &format!(
                    "M{} {}L{} {}L{} {}Z",
                    x + 17,
                    154 + lift,
                    x + 26,
                    120 + lift,
                    x + 35,
                    154 + lift
                ),
            );
            c.path(tone.light(24), &format!("M{x} {}q8 -14 16 0V690H{x}Z", 226 + lift));
            c.path(tone, &format!("M{} {}q10 -14 20 0V690H{}Z", x + 16, 226 + lift, x + 16));
            c.path(
                tone.dark(28),
                &format!("M{} {}q8 -14 16 0V690H{}Z", x + 36, 226 + lift, x + 36),
            );
            c.block(BRASS, (x, 660), (52, 10), 0);
        }
    });
}

pub(super) fn ink_bottle(c: &mut Canvas, look: &Look) {
    c.ground((400, 640), 170);
    c.path(look.main.dark(20), "M600 648q60 -20 90 6q-20 26 -70 16Z");
    let outline = "M330 340C330 380 230 380 230 440V600C230 634 250 640 280 642Q400 656 520 642C550 640 570 634 570 600V440C570 380 470 380 470 340Z";
    c.path(look.main.light(66), outline);
    c.inside(outline, |c| {
        let ink = c.tube(look.main.dark(18));
        c.path(&ink, "M250 450Q400 474 550 450V610Q540 626 400 632Q260 626 250 610Z");
        c.oval(look.main.light(12), (400, 450), (150, 16));
        c.glint(40, "M244 440H262V600H248Z");
    });
    c.crease(12, 3, outline);
    let label = c.slant(PAPER);
    c.block(label, (322, 490), (156, 106), 4);
    c.disc(look.main, (400, 528), 20);
    c.line(INK, 3, "M346 568H454");
    let cap = c.tube(look.accent);
    c.path(&cap, &drum(400, (248, 88), (340, 90)));
    c.crease(
        18,
        3,
        "M330 262v80M352 268v82M376 270v84M400 272v84M424 270v84M448 268v82M470 262v80",
    );
    let top = c.slant(look.accent.light(18));
    rim(c, top, (400, 248), 88);
}

pub(super) fn calendar(c: &mut Canvas, look: &Look) {
    let page = panel((210, 120), (380, 540), 6);
    c.cast(&page);
    let paper = c.slant(PAPER);
    c.path(&paper, &page);
    c.inside("M210 120H590V380H210Z", |c| {
        c.path(look.main.light(46), "M210 120H590V380H210Z");
        c.disc(look.accent, (480, 210), 48);
        c.path(look.main.light(14), "M210 300Q300 220 400 290T590 270V380H210Z");
        c.path(look.main.dark(24), "M210 350Q320 290 430 340T590 330V380H210Z");
    });
    for row in 0..5 {
        for column in 0..7 {
            let (x, y) = (248 + column * 50, 444 + row * 42);
            if row == 2 && column == 3 {
                c.disc(look.accent, (x, y), 17);
            }
            c.disc(
                if column == 6 {
                    look.accent.dark(10)
                } else {
                    INK.light(30)
                },
                (x, y),
                6,
            );
        }
    }
    c.line(INK, 7, "M248 408H350");
    c.crease(14, 3, "M210 380H590");
    let mut coils = String::new();
    for step in 0..12 {
        coils.push_str(&format!("M{} 136v-28", 238 + step * 29));
    }
    c.line("#4c4650", 7, &coils);
}

pub(super) fn envelopes(c: &mut Canvas, look: &Look) {
    let shape = panel((190, 270), (420, 280), 10);
    for (turn, tone) in [(12, look.accent), (-4, PAPER.dark(4)), (-14, look.main)] {
        c.moved(&format!("rotate({turn} 400 400)"), |c| {
            c.cast(&shape);
            let paper = c.slant(tone);
            c.path(&paper, &shape);
            c.dim(9, "M190 540L380 400L400 410L420 400L610 540L600 550H200Z");
            c.glint(22, "M194 276L386 430Q400 440 414 430L606 276Z");
            c.crease(20, 3, "M194 276L386 430Q400 440 414 430L606 276");
        });
    }
    c.moved("rotate(-14 400 400)", |c| {
        let seal = c.ball(Tone::rgb(178, 58, 48));
        c.path(
            &seal,
            "M400 386C430 380 452 404 446 430C448 460 420 476 396 470C366 472 350 448 356 424C352 398 376 384 400 386Z",
        );
        c.crease(34, 4, "M382 444L392 410L402 430L412 408L420 444");
    });
}

pub(super) fn scissors(c: &mut Canvas, look: &Look) {
    c.moved("rotate(24 400 400)", |c| {
        for (turn, flip) in [(-12, -1), (12, 1)] {
            c.moved(
                &format!("rotate({turn} 400 420) translate(400 420) scale({flip} 1)"),
                |c| {
                    let blade = "M-18 20C-26 -140 -10 -270 10 -340C26 -240 30 -120 24 20Z";
                    let bow = "M2 20C6 70 -20 100 -46 128A62 84 18 1 0 22 150C34 110 30 60 22 20";
                    c.moved("translate(14 20)", |c| c.crease(9, 28, bow));
                    c.cast(blade);
                    let steel = c.fall(Tone::rgb(226, 230, 232), Tone::rgb(160, 166, 174));
                    c.path(&steel, blade);
                    c.glint(50, "M10 -340C26 -240 30 -120 24 20L12 20C16 -120 16 -230 10 -340Z");
                    c.line(look.main.dark(28), 30, bow);
                    c.line(look.main, 21, bow);
                    c.edge(36, 4, "M-62 152A62 84 18 0 0 -84 210");
                },
            );
        }
        let pin = c.ball(BRASS);
        c.disc(pin, (400, 420), 17);
        c.line(BRASS.dark(50), 4, "M391 420h18");
    });
}

pub(super) fn organiser(c: &mut Canvas, look: &Look) {
    c.ground((400, 640), 230);
    for (x, tone, top) in [
        (250, look.accent, 250),
        (286, Tone::rgb(226, 162, 56), 210),
        (322, Tone::rgb(94, 142, 150), 270),
    ] {
        let pencil = c.tube(tone);
        c.path(&pencil, &format!("M{x} {top}h20V480h-20Z"));
        c.path("#e8c896", &format!("M{x} {top}l10 -34l10 34Z"));
    }
    c.path(PAPER, "M400 300L560 280L566 480H400Z");
    c.path(PAPER.dark(10), "M420 330L580 322L580 480H420Z");
    c.line(INK.light(40), 4, "M444 360H552M444 384H530");
    let back = c.wall(look.main.dark(20));
    c.path(&back, "M180 430H620V500H180Z");
    let cell = c.wall(look.main);
    let low = panel((170, 470), (460, 166), 14);
    c.path(&cell, &low);
    grain(c, &low, (170, 470), (460, 166), look.seed);
    let tall = panel((200, 390), (170, 246), 12);
    let front = c.wall(look.main.light(7));
    c.path(&front, &tall);
    grain(c, &tall, (200, 390), (170, 246), look.seed + 3);
    c.edge(40, 5, "M206 394H364M384 474H622");
    c.path(look.main.dark(54), "M440 540h110q12 0 12 14v12h-134v-12q0 -14 12 -14Z");
    c.crease(20, 3, "M372 520H626");
}

//! Things that arrive by e-mail, drawn as what they become.

use crate::dice::Dice;

use super::{Canvas, Look, Tone, solid::panel};

const PAPER: Tone = Tone::rgb(248, 243, 232);
const INK: Tone = Tone::rgb(58, 54, 68);

pub(super) fn waves(c: &mut Canvas, look: &Look) {
    let tile = panel((150, 150), (500, 500), 44);
    c.cast(&tile);
    let card = c.slant(look.main);
    c.path(&card, &tile);
    let mut dice = Dice::new(look.seed);
    c.inside(&tile, |c| {
        c.disc(look.accent, (500, 286), 76);
        for step in 0..5 {
            let y = 380 + step * 44;
            c.path(
                look.main.dark(10 + step * 11),
                &format!(
                    "M150 {y}q62 -{} 125 0t125 0t125 0t125 0V660H150Z",
                    30 + dice.within(0, 26)
                ),
            );
        }
        let mut bars = String::new();
        for step in 0..21 {
            let half = dice.within(8, 30) + (10 - (step - 10_i32).abs()) * 4;
            bars.push_str(&format!("M{} {}v{}", 200 + step * 20, 560 - half, half * 2));
        }
        c.line(PAPER, 8, &bars);
        c.glint(10, "M150 150H400L250 650H150Z");
    });
}

pub(super) fn pages(c: &mut Canvas, look: &Look) {
    let sheet = panel((240, 130), (340, 470), 8);
    for (turn, shift) in [(10, 40), (3, 16), (-5, -10)] {
        c.moved(&format!("translate({shift} 20) rotate({turn} 400 400)"), |c| {
            c.cast(&sheet);
            let paper = c.slant(PAPER);
            c.path(&paper, &sheet);
            c.block(look.main, (240, 130), (340, 74), 8);
            c.block(look.main, (240, 170), (340, 40), 0);
        });
    }
    c.moved("translate(-10 20) rotate(-5 400 400)", |c| {
        c.line(PAPER, 8, "M270 170H420");
        c.disc(look.accent, (540, 170), 16);
        for row in 0..6 {
            let y = 252 + row * 54;
            c.block(INK.light(76), (270, y), (22, 22), 4);
            c.line(INK.light(50), 5, &format!("M310 {}H{}", y + 11, 440 + (row * 37) % 90));
        }
        c.line(
            look.accent,
            6,
            "M272 262l8 9l18 -22M272 370l8 9l18 -22M272 424l8 9l18 -22",
        );
        c.path(look.main.light(40), "M470 560q40 -60 90 -50v60h-90Z");
    });
}

pub(super) fn glyphs(c: &mut Canvas, look: &Look) {
    let tile = panel((150, 150), (500, 500), 44);
    c.cast(&tile);
    let card = c.slant(look.main);
    c.path(&card, &tile);
    c.inside(&tile, |c| {
        c.crease(12, 2, "M150 300H650M150 470H650M316 150V650M484 150V650");
        c.glint(10, "M150 150H400L250 650H150Z");
    });
    let ink = if look.main.is_deep() { PAPER } else { INK };
    c.disc(look.accent, (233, 232), 44);
    c.line(ink, 13, "M360 270L400 186L440 270M374 244H426");
    c.path(look.accent.light(20), "M530 270V226a40 40 0 0 1 80 0V270Z");
    c.line(ink, 13, "M196 420q36 -80 74 -40t-20 60t-46 -30");
    c.path(ink, "M400 336L446 384L400 432L354 384Z");
    c.disc(look.main, (400, 384), 15);
    c.line(look.accent, 13, "M530 346H606M530 384H590M530 422H606");
    c.path(look.accent, "M196 610L233 510L270 610Z");
    c.line(ink, 13, "M362 600V524H400C446 524 446 568 400 568H366");
    c.line(ink, 13, "M534 604C534 524 602 524 602 604M514 604H622");
}

pub(super) fn tablet(c: &mut Canvas, look: &Look) {
    c.moved("rotate(-8 400 400)", |c| {
        let body = panel((210, 110), (380, 560), 34);
        c.cast(&body);
        let shell = c.slant(INK);
        c.path(&shell, &body);
        c.block(PAPER, (234, 146), (332, 488), 8);
        c.inside("M234 146H566V400H234Z", |c| {
            c.path(look.main.light(20), "M234 146H566V400H234Z");
            c.disc(look.accent, (400, 290), 84);
            c.disc(look.accent.light(34), (400, 290), 58);
            c.path(look.main.dark(30), "M330 360Q400 420 470 360L456 400H344Z");
            for (x, y) in [(380, 280), (416, 270), (404, 306)] {
                c.disc(look.main.dark(20), (x, y), 13);
            }
            c.edge(
                50,
                6,
                "M360 190q-14 -18 0 -36M400 184q-14 -18 0 -36M440 190q-14 -18 0 -36",
            );
        });
        c.line(INK, 10, "M266 440H440");
        c.line(INK.light(56), 6, "M266 480H534M266 508H520M266 536H534M266 564H470");
        c.disc(look.main, (276, 604), 9);
        c.disc(look.main.light(40), (306, 604), 9);
        c.glint(10, "M234 146H430L290 634H234Z");
    });
}

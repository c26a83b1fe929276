//! What stands on a table or a stove.

use super::{
    Canvas, Look, Tone,
    solid::{drum, grain, mouth, panel, rim, sheen, speckle},
};

const STEEL: Tone = Tone::rgb(182, 188, 194);
const COFFEE: Tone = Tone::rgb(66, 40, 30);

pub(super) fn mug(c: &mut Canvas, look: &Look) {
    c.ground((396, 640), 140);
    c.line(look.main.dark(30), 40, "M510 378C642 362 640 560 500 556");
    c.line(look.main.dark(6), 28, "M508 376C636 362 634 552 500 550");
    c.edge(34, 6, "M528 364C598 364 618 420 606 466");
    let body = c.tube(look.main);
    let outline = drum(390, (300, 150), (630, 126));
    c.path(&body, &outline);
    if look.style == 0 {
        speckle(c, &outline, (240, 320), (300, 320), look.seed);
        c.inside(&outline, |c| {
            let raw = c.tube(look.accent);
            c.path(&raw, "M220 560Q300 596 360 584T470 594T560 566V700H220Z");
            c.glint(
                16,
                "M220 556Q300 592 360 580T470 590T560 562V566Q500 596 470 598T360 588T220 562Z",
            );
        });
        mouth(c, look.main, (390, 300), 150, Some(COFFEE));
    } else {
        c.inside(&outline, |c| {
            c.line(look.accent, 10, "M240 596A130 24 0 0 0 540 596");
        });
        mouth(c, Tone::rgb(240, 234, 222), (390, 300), 150, Some(COFFEE.light(8)));
        c.line(look.accent, 9, "M240 300a150 27 0 1 0 300 0a150 27 0 1 0 -300 0Z");
    }
    sheen(c, 266, 336, 600, 26);
    c.edge(26, 5, "M360 214q-22 -26 0 -54t0 -52M420 206q-22 -26 0 -54t0 -52");
}

pub(super) fn kettle(c: &mut Canvas, look: &Look) {
    c.ground((400, 640), 170);
    c.line(look.main.dark(34), 26, "M504 570C620 580 566 400 664 344");
    c.line(look.main, 17, "M504 566C612 574 560 398 660 344");
    c.edge(46, 4, "M560 540C596 500 574 400 646 346");
    c.line(look.accent.dark(34), 30, "M330 330C200 220 150 420 232 552");
    c.line(look.accent, 20, "M328 328C206 226 160 420 234 546");
    c.edge(28, 5, "M300 300C220 260 180 360 202 450");
    let body = c.metal(look.main);
    c.path(&body, &drum(390, (336, 96), (628, 154)));
    let top = c.slant(look.main.light(10));
    rim(c, top, (390, 336), 96);
    let lid = c.metal(look.main.light(6));
    c.path(&lid, &drum(390, (318, 78), (336, 88)));
    let lid_top = c.slant(look.main.light(26));
    rim(c, lid_top, (390, 318), 78);
    let knob = c.ball(look.accent);
    c.block(look.accent.dark(20), (380, 286), (20, 30), 6);
    c.disc(knob, (390, 274), 26);
    c.crease(22, 3, "M252 560A154 27 0 0 0 528 560");
}

pub(super) fn knife(c: &mut Canvas, look: &Look) {
    c.moved("rotate(-38 400 400)", |c| {
        let reach = [60, 0, -50].get(usize::try_from(look.style).unwrap_or_default()).copied().unwrap_or_default();
        let tip = 60 + reach;
        let blade = format!("M{tip} 452C{} 380 360 356 506 352V452Z", tip + 150);
        let handle = "M520 350H700C736 350 744 380 738 402C730 420 700 412 680 416C640 424 600 402 560 410C540 414 528 420 520 430Z";
        c.cast(&blade);
        c.cast(handle);
        let steel = c.fall(STEEL.light(50), STEEL.dark(14));
        c.path(&steel, &blade);
        c.glint(60, &format!("M{tip} 452C{} 444 400 436 506 432V452Z", tip + 160));
        c.crease(16, 2, &format!("M{} 440C320 424 420 420 506 420", tip + 120));
        let bolster = c.fall(STEEL.light(30), STEEL.dark(36));
        c.path(&bolster, "M502 350H528V434L502 452Z");
        let wood = c.fall(look.main.light(24), look.main.dark(26));
        c.path(&wood, handle);
        grain(c, handle, (520, 350), (220, 76), look.seed);
        for x in [560, 620, 680] {
            c.disc(STEEL.light(20), (x, 382), 9);
            c.ring(STEEL.dark(40), 2, (x, 382), 9);
        }
        c.edge(34, 5, "M540 360H700");
    });
}

pub(super) fn casserole(c: &mut Canvas, look: &Look) {
    c.ground((400, 620), 220);
    for x in [150, 590] {
        c.line(look.main.dark(26), 30, &format!("M{} 430q30 -22 60 0", x));
        c.line(look.main.light(4), 18, &format!("M{} 427q30 -22 60 0", x));
    }
    let body = c.tube(look.main);
    c.path(
        &body,
        "M180 390C180 520 196 600 240 622Q400 650 560 622C604 600 620 520 620 390Z",
    );
    c.inside(
        "M180 390C180 520 196 600 240 622Q400 650 560 622C604 600 620 520 620 390Z",
        |c| {
            c.dim(22, "M180 390H620V412Q400 456 180 412Z");
            c.dim(10, "M200 590Q400 630 600 590V660H200Z");
        },
    );
    let lid = c.tube(look.main.light(4));
    c.path(
        &lid,
        "M172 384C176 320 300 292 400 292S624 320 628 384Q400 452 172 384Z",
    );
    c.edge(34, 6, "M180 390Q400 452 600 396");
    c.glint(24, "M236 340C280 316 330 306 372 304C320 322 280 346 262 376Z");
    let knob = c.metal(Tone::rgb(201, 160, 84));
    c.path(&knob, &drum(400, (262, 34), (298, 20)));
    rim(c, "#ecd3a0", (400, 262), 34);
    sheen(c, 222, 430, 590, 26);
}

pub(super) fn press(c: &mut Canvas, look: &Look) {
    c.ground((390, 650), 150);
    c.line(look.accent.dark(26), 28, "M506 320C640 320 640 560 506 566");
    c.line(look.accent, 18, "M506 318C630 318 630 556 506 562");
    let outline = drum(390, (270, 126), (620, 126));
    c.path("#e9f0ef", &outline);
    c.inside(&outline, |c| {
        let coffee = c.tube(COFFEE);
        c.path(&coffee, "M240 400H540V680H240Z");
        c.oval(COFFEE.light(26), (390, 400), (126, 22));
        c.path(STEEL.dark(10), "M386 240h8v150h-8Z");
        let mesh = c.metal(STEEL);
        c.path(&mesh, "M266 372Q390 400 514 372V392Q390 420 266 392Z");
        c.dim(8, "M440 260H520V660H450Z");
    });
    let frame = c.metal(look.main);
    c.path(&frame, "M260 546Q390 582 520 546V640Q390 672 260 640Z");
    for x in [256, 508] {
        c.block(&frame, (x, 290), (16, 300), 6);
    }
    c.path(&frame, &drum(390, (236, 130), (282, 134)));
    let lid = c.slant(look.main.light(16));
    rim(c, lid, (390, 236), 130);
    c.block(STEEL.dark(20), (385, 150), (10, 90), 3);
    let knob = c.ball(look.accent);
    c.disc(knob, (390, 146), 28);
    c.glint(34, "M292 300H316V530H296Z");
}

pub(super) fn board(c: &mut Canvas, look: &Look) {
    c.moved("rotate(-24 400 400)", |c| {
        let outline = if look.style == 0 {
            "M376 90H424C440 90 446 104 446 120V196C446 214 458 220 480 220H530C556 220 566 232 566 256V660C566 690 552 700 530 700H270C246 700 234 688 234 660V256C234 232 246 220 270 220H320C342 220 354 214 354 196V120C354 104 360 90 376 90Z"
        } else {
            "M376 80H424C440 80 446 94 446 110V196C446 214 470 214 500 228A226 226 0 1 1 300 228C330 214 354 214 354 196V110C354 94 360 80 376 80Z"
        };
        c.cast(outline);
        let wood = c.slant(look.main);
        c.path(look.main.dark(36), outline);
        c.moved("translate(-4 -5)", |c| {
            c.path(&wood, outline);
            c.inside(outline, |c| {
                c.moved("rotate(90 400 400)", |c| grain(c, "M60 170H760V630H60Z", (60, 180), (700, 440), look.seed));
            });
            c.edge(36, 4, outline);
        });
        c.disc(look.main.dark(60), (400, 136), 18);
        c.ring(look.main.light(30), 3, (400, 136), 19);
    });
}

pub(super) fn napkins(c: &mut Canvas, look: &Look) {
    let square = panel((230, 230), (340, 340), 8);
    for (turn, tone) in [(-20, look.accent.light(10)), (-2, look.main.light(18)), (15, look.main)] {
        c.moved(&format!("rotate({turn} 400 400)"), |c| {
            c.cast(&square);
            let cloth = c.slant(tone);
            c.path(&cloth, &square);
            c.seam(tone.dark(30), "M246 246H554V554H246Z");
            c.inside(&square, |c| {
                c.dim(7, "M400 230H570V570H400Z");
                c.dim(7, "M230 400H570V570H230Z");
                c.glint(14, "M230 230H400V400H230Z");
                c.crease(10, 2, "M400 230V570M230 400H570");
            });
        });
    }
    c.moved("rotate(15 400 400)", |c| {
        c.line(look.accent.dark(8), 10, "M230 508H570M230 532H570");
    });
}

pub(super) fn bowls(c: &mut Canvas, look: &Look) {
    c.ground((400, 640), 170);
    let stack = [
        (640, 232, look.main),
        (556, 214, look.accent),
        (478, 196, look.main.light(26)),
    ];
    for (foot, half, tone) in stack.into_iter().rev() {
        let top = foot - 190;
        let (left, right, base) = (400 - half, 400 + half, half * 45 / 100);
        let outline = format!(
            "M{left} {top}C{left} {} {} {foot} {} {foot}Q400 {} {} {foot}C{} {foot} {right} {} {right} {top}Q400 {} {left} {top}Z",
            foot - 50,
            400 - base - 40,
            400 - base,
            foot + 22,
            400 + base,
            400 + base + 40,
            foot - 50,
            top + half * 36 / 100
        );
        if foot == 478 {
            mouth(c, tone, (400, top), half, None);
        } else {
            c.dim(
                26,
                &format!(
                    "M{} {}Q400 {} {} {}V{}H{}Z",
                    left + 20,
                    top - 4,
                    top + 70,
                    right - 20,
                    top - 4,
                    top + 50,
                    left + 20
                ),
            );
        }
        let glaze = c.tube(tone);
        c.path(&glaze, &outline);
        speckle(
            c,
            &outline,
            (left, top),
            (half * 2, 190),
            look.seed + u32::try_from(foot).unwrap_or_default(),
        );
        c.edge(
            44,
            6,
            &format!("M{left} {top}Q400 {} {right} {top}", top + half * 36 / 100),
        );
        c.glint(
            18,
            &format!("M{} {}q10 60 50 100q-30 -60 -24 -92Z", left + 26, top + 36),
        );
    }
}

pub(super) fn carafe(c: &mut Canvas, look: &Look) {
    c.ground((380, 650), 130);
    let outline = "M330 190H430C426 260 426 300 440 340C480 400 516 460 516 540C516 620 470 654 380 654S244 620 244 540C244 460 280 400 320 340C334 300 334 260 330 190Z";
    c.path(look.main.light(60), outline);
    c.inside(outline, |c| {
        let water = c.fall(look.main.light(30), look.main);
        c.path(&water, "M230 440Q380 470 530 440V680H230Z");
        c.oval(look.main.light(56), (380, 444), (116, 17));
        c.dim(10, "M440 180C470 380 520 480 470 660H560V180Z");
        c.glint(52, "M290 470C268 510 268 580 296 620C306 580 300 520 320 460Z");
        c.glint(40, "M346 210H362C360 280 356 310 340 350Z");
    });
    c.crease(16, 3, outline);
    let stopper = c.tube(look.accent);
    c.path(&stopper, &drum(380, (132, 40), (206, 44)));
    rim(c, look.accent.light(30), (380, 132), 40);
    c.ground((570, 648), 54);
    let glass = drum(570, (510, 62), (640, 52));
    c.path(look.main.light(64), &glass);
    c.inside(&glass, |c| {
        let water = c.fall(look.main.light(34), look.main.light(4));
        c.path(&water, "M500 560Q570 580 640 560V670H500Z");
        c.glint(48, "M524 530h12v100h-10Z");
    });
    c.crease(14, 3, "M508 510a62 11 0 1 0 124 0a62 11 0 1 0 -124 0Z");
}

pub(super) fn mill(c: &mut Canvas, look: &Look) {
    for (x, scale, tone) in [(492, 84, look.accent), (330, 100, look.main)] {
        c.moved(&format!("translate({x} 650) scale({}.{:02})", scale / 100, scale % 100), |c| {
            c.ground((0, 0), 76);
            let wood = c.tube(tone);
            let body = "M-62 -350C-62 -270 -30 -250 -34 -200C-38 -130 -84 -90 -84 -8Q0 24 84 -8C84 -90 38 -130 34 -200C30 -250 62 -270 62 -350Z";
            c.path(&wood, body);
            c.inside(body, |c| c.crease(9, 3, "M-30 -340Q-8 -200 -50 -10M-6 -340Q4 -190 -14 0M22 -340Q8 -180 34 -4"));
            c.crease(30, 4, "M-62 -350Q0 -326 62 -350");
            let head = c.tube(tone.light(5));
            c.path(&head, "M-62 -352C-82 -420 -46 -462 0 -462S82 -420 62 -352Q0 -330 -62 -352Z");
            let knob = c.ball(Tone::rgb(201, 160, 84));
            c.disc(knob, (0, -476), 19);
            c.glint(26, "M-58 -60C-54 -100 -24 -140 -18 -196C-20 -140 -36 -90 -36 -20Z");
            c.glint(26, "M-52 -390C-48 -424 -30 -440 -12 -446C-28 -426 -34 -404 -36 -376Z");
        });
    }
}

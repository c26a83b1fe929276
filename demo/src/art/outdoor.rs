//! Things for trails, rain and camp.

use super::{
    Canvas, Look, Tone,
    solid::{drum, panel, rim, sheen},
};

const STEEL: Tone = Tone::rgb(182, 188, 194);
const LEATHER: Tone = Tone::rgb(146, 92, 56);
const GLOW: Tone = Tone::rgb(255, 232, 176);

pub(super) fn backpack(c: &mut Canvas, look: &Look) {
    c.ground((400, 660), 190);
    c.line(look.main.dark(40), 22, "M352 170C352 110 448 110 448 170");
    for x in [196, 548] {
        let side = c.wall(look.main.dark(20));
        c.block(&side, (x, 430), (56, 180), 22);
    }
    let body = c.slant(look.main);
    let outline = "M400 150C520 150 572 214 578 320L592 600C594 640 570 656 530 656H270C230 656 206 640 208 600L222 320C228 214 280 150 400 150Z";
    c.path(&body, outline);
    c.inside(outline, |c| {
        c.dim(14, "M520 150H640V680H500C550 500 548 300 520 150Z");
        c.dim(20, "M200 404Q400 430 600 404V424Q400 450 200 424Z");
        c.glint(14, "M250 200C290 166 340 156 380 154C320 180 268 240 256 400H226Z");
    });
    let flap = c.slant(look.main.light(5));
    c.path(
        &flap,
        "M400 150C520 150 572 214 578 320L580 392Q400 430 220 392L222 320C228 214 280 150 400 150Z",
    );
    c.seam(look.main.dark(36), "M236 380Q400 414 564 380");
    let pocket = c.wall(look.main.dark(6));
    c.path(&pocket, "M276 470H524C536 470 540 480 540 492L546 616C546 630 536 636 524 636H276C264 636 254 630 254 616L260 492C260 480 264 470 276 470Z");
    c.line(look.main.dark(34), 4, "M268 508Q400 526 532 508");
    c.seam(look.main.dark(34), "M272 622H528");
    for x in [304, 464] {
        let strap = c.wall(look.accent);
        c.block(&strap, (x, 340), (32, 120), 6);
        c.block(Tone::rgb(204, 168, 98), (x - 5, 420), (42, 30), 5);
        c.block(look.accent.dark(30), (x + 3, 428), (26, 14), 3);
    }
    c.block(LEATHER, (368, 250), (64, 46), 6);
    c.line("#f0dcb4", 4, "M384 282L396 262L406 274L412 266L418 282");
}

pub(super) fn lantern(c: &mut Canvas, look: &Look) {
    c.ground((400, 654), 130);
    let halo = c.fade(GLOW, 85);
    c.oval(halo, (400, 430), (320, 300));
    c.line(look.main.dark(30), 11, "M290 300C250 60 550 60 510 300");
    let glass = c.fall(GLOW.light(20), GLOW.dark(4));
    c.path(&glass, "M316 300C270 360 270 490 316 548H484C530 490 530 360 484 300Z");
    c.path("#f2a23a", "M400 520C352 480 374 430 402 372C434 430 450 484 400 520Z");
    c.path("#fff3cc", "M400 516C378 490 388 460 402 430C418 462 424 494 400 516Z");
    c.glint(60, "M322 330C296 380 296 460 320 520L340 520C322 460 322 390 344 330Z");
    let metal = c.metal(look.main);
    c.path(&metal, &drum(400, (236, 76), (300, 108)));
    c.path(&metal, &drum(400, (204, 40), (240, 52)));
    rim(c, look.main.light(30), (400, 204), 40);
    c.path(&metal, &drum(400, (540, 104), (570, 112)));
    c.path(&metal, &drum(400, (566, 126), (640, 136)));
    let top = c.slant(look.main.light(14));
    rim(c, top, (400, 566), 126);
    c.path(&metal, &drum(400, (540, 96), (562, 100)));
    c.line(
        look.main.dark(36),
        7,
        "M306 300C250 380 250 480 300 548M494 300C550 380 550 480 500 548",
    );
    c.disc(look.accent, (500, 612), 16);
    c.line(look.accent.dark(30), 5, "M500 612h26");
}

pub(super) fn bottle(c: &mut Canvas, look: &Look) {
    let tall = [0, 60, -50]
        .get(usize::try_from(look.style).unwrap_or_default())
        .copied()
        .unwrap_or_default();
    let top = 270 - tall;
    c.ground((400, 656), 96);
    let outline = format!(
        "M352 {top}C352 {} 300 {} 300 {}V630Q300 654 330 658Q400 672 470 658Q500 654 500 630V{}C500 {} 448 {} 448 {top}Z",
        top + 50,
        top + 50,
        top + 120,
        top + 120,
        top + 50,
        top + 50
    );
    let body = c.tube(look.main);
    c.path(&body, &outline);
    c.inside(&outline, |c| {
        let base = c.metal(STEEL);
        c.path(&base, "M290 622Q400 650 510 622V690H290Z");
        c.line(
            look.accent,
            7,
            &format!("M290 {}Q400 {} 510 {}", top + 150, top + 178, top + 150),
        );
        c.path(look.main.light(60), "M400 470L362 532H384L400 506L416 532H438Z");
    });
    let neck = c.metal(STEEL);
    c.path(&neck, &drum(400, (top - 14, 46), (top + 8, 48)));
    let cap = c.tube(look.accent);
    c.path(&cap, &drum(400, (top - 84, 54), (top - 18, 54)));
    let cap_top = c.slant(look.accent.light(16));
    rim(c, cap_top, (400, top - 84), 54);
    c.line(
        look.accent.dark(24),
        12,
        &format!("M366 {}C360 {} 440 {} 434 {}", top - 90, top - 144, top - 144, top - 90),
    );
    sheen(c, 320, top + 130, 610, 20);
}

pub(super) fn tent(c: &mut Canvas, look: &Look) {
    c.oval("#7d8a60", (410, 630), (350, 46));
    c.oval("#8d996c", (400, 622), (350, 42));
    c.ground((400, 624), 250);
    c.line("#efe5cc", 3, "M400 190L110 640M400 190L700 636");
    let left = c.slant(look.main);
    c.path(&left, "M400 190C330 330 240 480 140 620H400Z");
    let right = c.slant(look.main.dark(18));
    c.path(&right, "M400 190C470 330 560 480 660 620H400Z");
    c.path(
        look.main.dark(66),
        "M400 250C380 380 350 500 310 620H490C450 500 420 380 400 250Z",
    );
    let warm = c.fade(GLOW, 80);
    c.inside("M400 250C380 380 350 500 310 620H490C450 500 420 380 400 250Z", |c| {
        c.oval(warm, (400, 580), (110, 120))
    });
    let flap = c.slant(look.accent);
    c.path(
        &flap,
        "M400 250C380 380 350 500 310 620L288 620C320 500 360 370 400 250Z",
    );
    c.path(
        look.accent.dark(20),
        "M400 250C420 380 450 500 490 620L516 620C480 500 440 370 400 250Z",
    );
    c.line(look.main.dark(40), 8, "M386 172L400 192L414 172");
    c.seam(
        look.main.light(40),
        "M372 262C320 380 260 500 190 608M430 262C480 380 540 500 612 608",
    );
    c.glint(16, "M392 214C330 330 260 440 180 560L240 540C300 430 350 330 392 214Z");
    for x in [110, 700] {
        c.line("#5c4a3c", 7, &format!("M{x} 624v26"));
    }
}

pub(super) fn drybag(c: &mut Canvas, look: &Look) {
    c.ground((400, 656), 150);
    let outline = "M268 300H532C550 400 556 560 540 640Q400 672 260 640C244 560 250 400 268 300Z";
    let body = c.tube(look.main);
    c.path(&body, outline);
    c.inside(outline, |c| {
        c.crease(
            14,
            4,
            "M300 320C320 360 310 400 330 420M480 320C460 350 470 390 450 410M360 320q10 30 0 60",
        );
        c.dim(14, "M250 600Q400 640 560 600V680H250Z");
        c.path(look.main.light(70), "M400 432L340 530H372L400 484L428 530H460Z");
        c.edge(70, 7, "M350 556H450");
    });
    let roll = c.wall(look.accent);
    c.block(&roll, (252, 228), (296, 86), 30);
    c.crease(24, 4, "M270 258H530M270 284H530");
    c.line(
        look.accent.dark(34),
        18,
        "M262 270C200 220 220 150 330 150H470C580 150 600 220 538 270",
    );
    c.block("#33303a", (352, 130), (96, 42), 10);
    c.edge(40, 4, "M366 142H432");
    sheen(c, 284, 340, 600, 24);
}

pub(super) fn binoculars(c: &mut Canvas, look: &Look) {
    c.ground((400, 640), 210);
    for x in [280, 520] {
        let body = c.tube(look.main);
        c.path(&body, &drum(x, (260, 70), (470, 96)));
        let grip = c.tube(look.main.dark(30));
        c.path(&grip, &drum(x, (462, 108), (616, 112)));
        for y in [500, 530, 560] {
            c.edge(12, 5, &format!("M{} {y}A110 20 0 0 0 {} {y}", x - 108, x + 108));
        }
        let eye = c.tube(Tone::rgb(52, 48, 56));
        c.path(&eye, &drum(x, (196, 58), (268, 64)));
        rim(c, "#6b6470", (x, 196), 58);
        rim(c, "#28323c", (x, 198), 44);
        c.oval("#7fa2b0", (x - 12, 196), (16, 4));
        c.path(
            look.accent,
            &format!(
                "M{} 452A100 18 0 0 0 {} 452V464A100 18 0 0 1 {} 464Z",
                x - 100,
                x + 100,
                x - 100
            ),
        );
        sheen(c, x - 70, 300, 440, 18);
    }
    let bridge = c.wall(look.main.dark(14));
    c.block(&bridge, (346, 330), (108, 58), 14);
    c.block(&bridge, (356, 424), (88, 40), 12);
    let wheel = c.metal(look.accent);
    c.block(&wheel, (370, 258), (60, 76), 12);
    c.crease(26, 3, "M382 266v60M394 266v60M406 266v60M418 266v60");
    c.line(
        LEATHER,
        9,
        "M210 300C120 380 130 520 170 610M590 300C680 380 670 520 630 610",
    );
}

pub(super) fn compass(c: &mut Canvas, look: &Look) {
    let case = "M180 420a220 220 0 1 0 440 0a220 220 0 1 0 -440 0Z";
    c.cast(case);
    c.line(look.main.dark(10), 22, "M400 190a40 40 0 1 1 1 0");
    c.ring(look.main.light(30), 4, (400, 150), 46);
    let body = c.slant(look.main);
    c.disc(&body, (400, 420), 220);
    c.disc(look.main.dark(40), (400, 420), 192);
    let face = c.slant(Tone::rgb(246, 238, 220));
    c.disc(face, (402, 423), 188);
    for step in 0..24 {
        let (width, length) = if step % 6 == 0 { (7, 30) } else { (3, 16) };
        c.moved(&format!("rotate({} 400 420)", step * 15), |c| {
            c.line("#4a3c40", width, &format!("M400 246v{length}"))
        });
    }
    c.path(
        look.accent.light(44),
        "M400 300L424 396L520 420L424 444L400 540L376 444L280 420L376 396Z",
    );
    c.moved("rotate(28 400 420)", |c| {
        c.moved("translate(6 8)", |c| c.dim(18, "M400 276L430 420L400 564L370 420Z"));
        c.path("#c8452f", "M400 276L430 420H370Z");
        c.path("#37394a", "M400 564L430 420H370Z");
        c.glint(22, "M400 276V564L370 420Z");
    });
    c.disc(look.main.light(20), (400, 420), 16);
    c.glint(20, "M226 380A190 190 0 0 1 420 232C320 268 270 330 256 440Z");
}

pub(super) fn shoe(c: &mut Canvas, look: &Look) {
    c.ground((400, 600), 280);
    let tongue = c.slant(look.main.light(14));
    c.path(
        &tongue,
        "M232 296C246 262 276 246 300 262C320 290 330 316 340 350L262 340Z",
    );
    let upper = "M142 330C146 300 168 296 186 306C210 326 236 326 262 308C300 352 352 374 420 410C500 442 640 446 668 512C676 540 660 556 640 556H160C136 556 130 536 132 510C136 440 138 380 142 330Z";
    let cloth = c.slant(look.main);
    c.path(&cloth, upper);
    c.inside(upper, |c| {
        c.path(look.main.dark(16), "M120 420C190 436 234 480 244 570H120Z");
        c.path(look.accent, "M560 420C530 460 530 520 552 570H700V420Z");
        c.path(
            look.main.light(22),
            "M296 560C316 480 376 450 416 404L458 424C416 470 376 500 348 560Z",
        );
        c.glint(
            14,
            "M150 340C180 330 230 350 262 330C300 372 400 394 470 434C360 414 240 390 160 400Z",
        );
    });
    c.line(
        look.main.dark(34),
        10,
        "M142 330C146 300 168 296 186 306C210 326 236 326 262 308",
    );
    c.line(
        "#f4ecdc",
        9,
        "M300 342L282 378M346 366L326 404M392 390L370 428M290 350L340 372M334 372L386 394",
    );
    c.line(look.accent, 12, "M134 330C124 344 124 366 136 380");
    let sole = c.wall(Tone::rgb(240, 232, 216));
    c.path(
        &sole,
        "M130 540C300 556 560 556 668 524C690 560 680 590 640 594H170C140 594 126 570 130 540Z",
    );
    let tread = c.wall(look.main.dark(44));
    c.path(
        &tread,
        "M134 574H674C668 592 656 606 640 606H170C150 606 136 592 134 574Z",
    );
    let mut lugs = String::new();
    for step in 0..13 {
        lugs.push_str(&format!("M{} 600h22l-4 14h-14Z", 160 + step * 38));
    }
    c.path(look.main.dark(52), &lugs);
}

pub(super) fn umbrella(c: &mut Canvas, look: &Look) {
    c.ground((400, 668), 70);
    c.line("#4c4048", 9, "M400 200V610");
    c.line(LEATHER.dark(20), 22, "M400 560V624C400 672 326 672 326 624");
    c.line(LEATHER.light(12), 12, "M398 560V622C398 662 330 662 330 622");
    let panels = [
        ("M400 160C270 160 140 250 110 410Q150 372 210 404Q260 250 400 160Z", 0),
        ("M400 160C280 240 220 320 210 404Q262 366 320 408Q330 260 400 160Z", 8),
        ("M400 160C340 250 320 330 320 408Q400 366 480 408Q480 330 400 160Z", 16),
        ("M400 160C470 260 480 340 480 408Q538 366 590 404Q580 320 400 160Z", 28),
        (
            "M400 160C540 250 590 404 590 404Q650 372 690 410C660 250 530 160 400 160Z",
            40,
        ),
    ];
    for (index, (outline, shade)) in panels.into_iter().enumerate() {
        let tone = if index % 2 == 0 { look.main } else { look.accent };
        let cloth = c.wall(tone.dark(shade));
        c.path(&cloth, outline);
    }
    c.glint(16, "M380 170C270 190 180 260 140 370C200 270 290 210 380 170Z");
    c.line("#4c4048", 10, "M400 160V128");
    for (x, y) in [(110, 410), (210, 404), (320, 408), (480, 408), (590, 404), (690, 410)] {
        c.disc("#4c4048", (x, y), 5);
    }
}

pub(super) fn rug(c: &mut Canvas, look: &Look) {
    c.ground((400, 620), 260);
    let body = c.wall(look.main);
    let outline = panel((150, 400), (500, 220), 108);
    c.path(&body, &outline);
    c.inside(&outline, |c| {
        for step in 0..9 {
            let x = 190 + step * 56;
            c.path(look.accent, &format!("M{x} 400h20v220h-20Z"));
            c.glint(40, &format!("M{} 400h5v220h-5Z", x + 34));
        }
        for y in [440, 510, 566] {
            c.path(look.accent.dark(20), &format!("M150 {y}h500v12h-500Z"));
        }
        c.dim(20, "M150 560H650V630H150Z");
        c.glint(20, "M150 400H650V436H150Z");
    });
    c.oval(look.main.dark(20), (626, 510), (44, 108));
    c.line(
        look.accent,
        8,
        "M626 430C668 440 668 584 626 590C592 584 592 460 624 460C650 466 648 560 626 562C608 556 610 492 626 490",
    );
    for x in [270, 510] {
        let strap = c.wall(LEATHER);
        c.path(&strap, &format!("M{x} 396h34q14 114 0 228h-34q14 -114 0 -228Z"));
        c.block("#d0aa62", (x + 2, 470), (44, 40), 6);
        c.block(LEATHER.dark(24), (x + 12, 480), (24, 20), 3);
    }
    c.line(LEATHER.dark(20), 20, "M290 400C300 320 510 320 530 400");
    c.edge(26, 5, "M300 380C320 330 490 330 516 372");
}

//! Lamps, seats and what makes a room warm.

use super::{
    Canvas, Look, Tone,
    solid::{depth, drum, grain, mouth, rim, sheen, speckle},
};

const BRASS: Tone = Tone::rgb(201, 160, 84);
const OAK: Tone = Tone::rgb(198, 156, 104);
const GLOW: Tone = Tone::rgb(255, 236, 190);

pub(super) fn table_lamp(c: &mut Canvas, look: &Look) {
    c.ground((400, 650), 120);
    let halo = c.fade(GLOW, 60);
    c.oval(halo, (400, 300), (330, 260));
    let metal = c.metal(BRASS);
    c.block(&metal, (388, 330), (24, 150), 6);
    if look.style == 0 {
        let body = c.ball(look.main);
        c.path(
            &body,
            "M352 444C352 430 448 430 448 444C520 480 528 600 470 646C440 658 360 658 330 646C272 600 280 480 352 444Z",
        );
        speckle(
            c,
            "M352 444C520 430 528 600 470 646H330C272 600 280 480 352 444Z",
            (280, 440),
            (240, 210),
            look.seed,
        );
        c.glint(26, "M322 500C306 530 306 574 324 604C334 574 332 530 344 486Z");
    } else {
        c.block(&metal, (391, 460), (18, 170), 6);
        c.path(&metal, &drum(400, (626, 108), (644, 112)));
        let top = c.slant(BRASS.light(16));
        rim(c, top, (400, 626), 108);
    }
    let shade_tone = if look.style == 0 { look.accent } else { look.main };
    let shade = c.fall(shade_tone.light(34), shade_tone.mix(GLOW, 30));
    c.path(&shade, &drum(400, (150, 96), (346, 184)));
    let side = c.tube(shade_tone);
    c.inside(&drum(400, (150, 96), (346, 184)), |c| {
        c.dim(12, "M480 130L600 360H520Z");
        c.glint(22, "M330 140L236 380H270L350 140Z");
    });
    c.line(side, 4, "M216 346A184 33 0 0 0 584 346");
    mouth(c, shade_tone.mix(GLOW, 60), (400, 150), 96, Some(GLOW));
}

pub(super) fn floor_lamp(c: &mut Canvas, look: &Look) {
    c.ground((440, 664), 110);
    let halo = c.fade(GLOW, 58);
    c.oval(halo, (270, 330), (240, 220));
    let metal = c.metal(look.accent);
    c.line(look.accent.dark(20), 13, "M440 650V236C440 120 290 104 272 190");
    c.edge(42, 3, "M436 640V238C436 130 296 112 274 184");
    c.path(&metal, &drum(440, (640, 96), (658, 100)));
    let plate = c.slant(look.accent.light(14));
    rim(c, plate, (440, 640), 96);
    let bulb = c.ball(GLOW);
    c.disc(bulb, (272, 312), 34);
    let shade = c.tube(look.main);
    c.path(
        shade,
        "M252 188H292C370 200 396 262 396 318H148C148 262 174 200 252 188Z",
    );
    c.oval(look.main.dark(42), (272, 318), (124, 20));
    let inner = c.fade(GLOW, 95);
    c.oval(inner, (272, 320), (110, 17));
    c.glint(24, "M206 222C180 248 172 280 172 300H196C196 276 204 246 222 216Z");
    c.block(look.accent.dark(10), (260, 172), (24, 22), 6);
}

pub(super) fn armchair(c: &mut Canvas, look: &Look) {
    c.ground((400, 664), 210);
    let leg = c.tube(OAK.dark(18));
    for outline in [
        "M236 560L214 664H236L276 560Z",
        "M564 560L586 664H564L524 560Z",
        "M300 560L294 650H312L330 560Z",
        "M500 560L506 650H488L470 560Z",
    ] {
        c.path(&leg, outline);
    }
    let back = c.slant(look.main);
    c.path(&back, "M262 236C270 178 330 168 400 168S530 178 538 236L560 480H240Z");
    c.crease(
        14,
        3,
        "M330 182C318 260 318 380 326 470M470 182C482 260 482 380 474 470",
    );
    for (x, y) in [(400, 250), (400, 330)] {
        c.disc(look.main.dark(26), (x, y), 7);
        c.crease(12, 3, &format!("M{x} {y}q-30 -8 -46 4M{x} {y}q30 -8 46 4"));
    }
    c.glint(
        16,
        "M284 244C290 206 330 192 372 190C330 204 304 230 300 300L288 440H262Z",
    );
    let seat = c.wall(look.main.light(6));
    c.dim(20, "M232 430H568V470H232Z");
    c.block(&seat, (236, 440), (328, 104), 34);
    c.crease(18, 3, "M254 496C340 508 460 508 546 496");
    let base = c.wall(look.main.dark(16));
    c.block(&base, (222, 520), (356, 54), 20);
    let arm = c.tube(look.main);
    for x in [176, 552] {
        c.block(&arm, (x, 372), (72, 206), 32);
        c.edge(30, 5, &format!("M{} 396q14 -14 36 -10", x + 14));
    }
}

pub(super) fn stool(c: &mut Canvas, look: &Look) {
    c.ground((400, 660), 150);
    let far = c.tube(look.main.dark(26));
    c.path(&far, "M388 380H418L424 622H404Z");
    let leg = c.tube(look.main);
    c.line(look.main.dark(30), 12, "M296 560Q400 590 506 556");
    c.path(&leg, "M292 380H330L276 662H246Z");
    c.path(&leg, "M470 380H508L554 662H524Z");
    let side = c.tube(look.main.dark(6));
    c.path(&side, &drum(400, (330, 172), (372, 166)));
    let top = c.slant(look.main.light(10));
    rim(c, top, (400, 330), 172);
    let (half, deep) = (172, depth(172));
    let seat = format!("M228 330a{half} {deep} 0 1 0 344 0a{half} {deep} 0 1 0 -344 0Z");
    grain(c, &seat, (220, 296), (360, 70), look.seed);
    c.edge(40, 3, "M234 322A172 31 0 0 1 470 302");
    c.dim(16, "M400 348a90 16 0 1 0 1 0Z");
}

pub(super) fn blanket(c: &mut Canvas, look: &Look) {
    c.ground((400, 640), 240);
    for (y, shift) in [(560, 0), (490, 10), (420, -8), (350, 4)] {
        let (left, right, foot) = (176 + shift, 624 + shift, y + 72);
        let cloth = c.wall(if shift > 0 { look.main.light(7) } else { look.main });
        let outline = format!(
            "M{} {y}H{}q8 0 8 8V{}q0 8 -8 8H{}a36 36 0 0 1 0 -72Z",
            left + 36,
            right - 8,
            foot - 8,
            left + 36
        );
        c.path(&cloth, &outline);
        c.inside(&outline, |c| {
            for stripe in [92, 122, 140, 316, 334, 364] {
                let width = if stripe % 4 == 2 { 8 } else { 16 };
                c.path(look.accent, &format!("M{} {y}h{width}v72h-{width}Z", left + stripe));
            }
            let (upper, lower) = (y + 25, y + 48);
            c.crease(
                26,
                3,
                &format!("M{} {upper}H{right}M{} {lower}H{right}", left + 30, left + 30),
            );
            c.edge(
                16,
                3,
                &format!(
                    "M{} {}H{right}M{} {}H{right}",
                    left + 40,
                    upper + 3,
                    left + 40,
                    lower + 3
                ),
            );
            c.dim(16, &format!("M{left} {}H{right}V{foot}H{left}Z", foot - 16));
            c.glint(20, &format!("M{left} {y}H{right}v10H{left}Z"));
            c.dim(12, &format!("M{} {y}H{right}V{foot}H{}Z", right - 60, right - 40));
        });
    }
    let mut fringe = String::new();
    for step in 0..8 {
        fringe.push_str(&format!("M632 {}q14 2 22 -2", 362 + step * 9));
    }
    c.line(look.main.light(12), 4, &fringe);
}

pub(super) fn cushion(c: &mut Canvas, look: &Look) {
    c.ground((400, 650), 220);
    let outline =
        "M176 210C260 178 540 178 624 210C652 320 652 540 624 648C540 672 260 672 176 648C148 540 148 320 176 210Z";
    let fill = c.slant(look.main);
    c.path(&fill, outline);
    c.inside(outline, |c| match look.style {
        0 => {
            for row in 0..6 {
                let y = 236 + row * 76;
                c.line(look.accent, 13, &format!("M140 {y}q65 -44 130 0t130 0t130 0t130 0"));
            }
        }
        1 => {
            c.disc(look.accent, (400, 430), 128);
            c.disc(look.main.light(10), (446, 396), 112);
            c.line(look.accent, 9, "M180 600Q400 540 620 600M180 626Q400 566 620 626");
        }
        _ => {
            for step in 0..9 {
                let x = 150 + step * 62;
                c.line(
                    look.accent,
                    if step % 3 == 0 { 18 } else { 6 },
                    &format!("M{x} 180q-12 240 0 490"),
                );
            }
        }
    });
    c.inside(outline, |c| {
        c.dim(15, "M660 200C640 420 640 560 600 690H380C540 650 590 420 570 190Z");
        c.glint(
            20,
            "M180 220C260 196 340 194 400 194C300 220 226 280 212 420C190 360 180 300 180 220Z",
        );
        c.crease(
            18,
            4,
            "M190 224q60 30 74 70M610 224q-54 30 -66 66M190 636q50 -30 66 -72M610 636q-50 -28 -62 -66",
        );
    });
    c.line(look.main.dark(24), 6, outline);
}

/// A leaf's turn, its shade and half its length.
const LEAVES: [(i32, i32, i32); 6] = [
    (-62, 20, 78),
    (62, 30, 76),
    (-38, 0, 96),
    (40, 12, 92),
    (-14, 26, 104),
    (18, 6, 108),
];
const GREEN: Tone = Tone::rgb(86, 122, 78);

pub(super) fn planter(c: &mut Canvas, look: &Look) {
    c.ground((400, 650), 150);
    for (turn, shade, size) in LEAVES {
        leaf(c, GREEN.dark(shade), (turn, 460), (450 - size * 2, 62));
    }
    let body = c.tube(look.main);
    let outline = drum(400, (440, 152), (640, 108));
    c.path(&body, &outline);
    c.inside(&outline, |c| {
        c.dim(30, "M230 430H570V480Q400 520 230 480Z");
        c.path(look.accent.light(8), "M230 590Q400 640 570 590V680H230Z");
        c.dim(14, "M430 590Q530 600 570 590V680H440Z");
    });
    speckle(c, &outline, (260, 480), (280, 170), look.seed);
    let lip = c.tube(look.main.light(6));
    c.path(&lip, &drum(400, (424, 164), (458, 164)));
    mouth(c, look.main, (400, 424), 164, Some(Tone::rgb(74, 54, 44)));
    for (turn, shade, size) in LEAVES.into_iter().rev().take(3) {
        leaf(c, GREEN.light(6).dark(shade / 2), (turn / 2, 440), (420 - size, 34));
    }
    sheen(c, 282, 466, 620, 22);
}

/// A leaf that grows out of the middle at a height, turned by some degrees, up to its tip, with half its width.
fn leaf(c: &mut Canvas, tone: Tone, (turn, root): (i32, i32), (tip, half): (i32, i32)) {
    let (left, right) = (400 - half, 400 + half);
    let (low, high) = (root - 56, tip + 54);
    c.moved(&format!("rotate({turn} 400 {root})"), |c| {
        let fill = c.slant(tone);
        c.path(
            fill,
            &format!("M400 {root}C{left} {low} {left} {high} 400 {tip}C{right} {high} {right} {low} 400 {root}Z"),
        );
        c.edge(34, 3, &format!("M400 {}V{}", root - 10, tip + 24));
    });
}

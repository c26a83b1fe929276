//! What stands on a shelf and hangs on a wall.

use super::{
    Canvas, Look, Tone,
    solid::{drum, mouth, panel, sheen, speckle},
};

const GLOW: Tone = Tone::rgb(255, 236, 190);

pub(super) fn candle(c: &mut Canvas, look: &Look) {
    c.ground((400, 640), 140);
    let halo = c.fade(GLOW, 80);
    c.oval(halo, (400, 260), (240, 220));
    let glass = c.tube(look.main);
    let outline = drum(400, (380, 142), (630, 134));
    c.path(&glass, &outline);
    mouth(c, look.main, (400, 380), 142, Some(Tone::rgb(247, 234, 206)));
    c.line("#4a3a34", 5, "M400 392V352");
    c.path("#f3a53c", "M400 356C366 326 384 292 402 250C424 292 432 330 400 356Z");
    c.path("#ffeab0", "M400 354C384 334 392 314 402 292C414 314 416 338 400 354Z");
    let label = c.tube(Tone::rgb(244, 236, 220));
    c.path(&label, "M318 458Q400 474 482 458V560Q400 576 318 560Z");
    c.line(
        look.main.dark(20),
        4,
        "M352 520Q400 530 448 520M366 540Q400 548 434 540",
    );
    c.ring(look.main.dark(20), 4, (400, 492), 14);
    sheen(c, 276, 410, 610, 22);
}

pub(super) fn clock(c: &mut Canvas, look: &Look) {
    let face_outline = "M150 400a250 250 0 1 0 500 0a250 250 0 1 0 -500 0Z";
    c.cast(face_outline);
    let frame = c.slant(look.main);
    c.disc(frame, (400, 400), 250);
    c.disc(look.main.dark(30), (400, 400), 226);
    let face = c.slant(Tone::rgb(246, 240, 228));
    c.disc(face, (402, 403), 222);
    for hour in 0..12 {
        let (width, length) = if hour % 3 == 0 { (10, 34) } else { (4, 22) };
        c.moved(&format!("rotate({} 400 400)", hour * 30), |c| {
            c.line("#3c3440", width, &format!("M400 208v{length}"))
        });
    }
    c.moved("translate(6 8)", |c| {
        c.crease(16, 14, "M400 400L300 300M400 400L486 268")
    });
    c.line("#3c3440", 14, "M400 400L302 304");
    c.line("#3c3440", 9, "M400 400L484 264");
    c.line(look.accent, 5, "M376 452L448 286");
    c.disc(look.accent, (400, 400), 15);
    c.edge(50, 6, "M196 300A238 238 0 0 1 330 174");
}

pub(super) fn vase(c: &mut Canvas, look: &Look) {
    c.ground((400, 650), 120);
    let stem = Tone::rgb(134, 112, 74);
    c.line(
        stem,
        5,
        "M396 330C380 250 330 190 300 120M402 330C404 240 420 180 416 96M408 330C430 260 476 220 506 150",
    );
    for (x, y, turn) in [(300, 120, -28), (416, 96, 2), (506, 150, 30)] {
        c.moved(&format!("rotate({turn} {x} {y})"), |c| {
            for row in 0..5 {
                let (dy, reach) = (row * 22, 30 - row * 2);
                c.oval(look.accent.light(row * 5), (x - reach / 2, y + dy), (13, 20));
                c.oval(look.accent.dark(6 + row * 3), (x + reach / 2, y + dy + 6), (13, 20));
            }
            c.oval(look.accent.light(24), (x, y - 16), (12, 22));
        });
    }
    let body = c.tube(look.main);
    let outline = match look.style {
        0 => "M352 330C352 400 262 430 262 530C262 610 320 654 400 654S538 610 538 530C538 430 448 400 448 330Z",
        _ => {
            "M336 330C350 380 300 410 300 450S352 500 340 560S330 640 350 648Q400 660 450 648C470 640 472 620 460 560S500 500 500 450S450 380 464 330Z"
        }
    };
    c.path(&body, outline);
    speckle(c, outline, (262, 400), (276, 250), look.seed);
    c.inside(outline, |c| {
        c.path(look.accent.dark(8), "M240 566Q400 610 560 566V580Q400 626 240 580Z");
        c.dim(10, "M470 330C460 440 520 500 480 660H600V330Z");
    });
    mouth(c, look.main, (400, 330), if look.style == 0 { 49 } else { 65 }, None);
    c.glint(24, "M318 470C290 500 286 560 310 598C314 560 316 516 340 470Z");
}

pub(super) fn print(c: &mut Canvas, look: &Look) {
    let outer = panel((200, 110), (400, 540), 4);
    c.cast(&outer);
    let frame = c.slant(look.accent);
    c.path(&frame, &outer);
    c.block("#f6f0e4", (218, 128), (364, 504), 2);
    c.dim(12, "M218 128H582V138H228V632H218Z");
    let art = "M262 178H538V582H262Z";
    let (sky, land) = (look.main.light(48), look.main);
    c.inside(art, |c| {
        c.path(sky, art);
        match look.style {
            0 => {
                c.disc(Tone::rgb(232, 150, 96), (462, 276), 52);
                c.path(land.light(22), "M262 420Q340 330 420 410T538 380V582H262Z");
                c.path(land, "M262 480Q330 410 430 470T538 450V582H262Z");
                c.path(land.dark(34), "M262 540Q360 490 440 530T538 520V582H262Z");
            }
            1 => {
                c.disc("#f7ead0", (400, 320), 96);
                c.path(land.dark(10), "M262 470H538V582H262Z");
                c.edge(50, 4, "M290 500h90M420 520h90M310 546h140");
                c.line(land.dark(46), 8, "M392 522C384 470 404 440 392 402");
                c.path(land.dark(46), "M340 420C350 370 410 368 424 398C436 372 424 344 430 316C434 300 452 300 460 312L492 320L462 326C450 344 462 380 448 408C430 444 372 446 340 420Z");
            }
            _ => {
                for (index, tone) in [land.dark(20), Tone::rgb(222, 150, 104), land.light(20), Tone::rgb(240, 206, 150)].into_iter().enumerate() {
                    let step = i32::try_from(index).unwrap_or_default();
                    c.path(tone, &format!("M{} 582V{}a69 69 0 0 1 138 0V582Z", 262 + (step % 2) * 138, 270 + step * 70));
                }
                c.disc(land.dark(40), (331, 250), 40);
            }
        }
    });
    c.glint(10, "M218 128H430L300 632H218Z");
}

//! Bodies that many objects share, all seen from the same slight height.

use super::{Canvas, Tone, canvas::Pair};
use crate::dice::Dice;

/// How deep a circle of that half width looks from where we stand.
pub(super) fn depth(half: i32) -> i32 {
    half * 18 / 100
}

/// The outline of a round body around `x`, from a top edge to a foot, each given as height and half width.
pub(super) fn drum(x: i32, top: Pair, foot: Pair) -> String {
    let ((top_y, top_half), (foot_y, foot_half)) = (top, foot);
    let (left, right) = (x - top_half, x + top_half);
    let (foot_left, foot_right) = (x - foot_half, x + foot_half);
    let (top_depth, foot_depth) = (depth(top_half), depth(foot_half));
    format!(
        "M{left} {top_y}L{foot_left} {foot_y}A{foot_half} {foot_depth} 0 0 0 {foot_right} {foot_y}L{right} {top_y}A{top_half} \
         {top_depth} 0 0 0 {left} {top_y}Z"
    )
}

/// A round opening or lid.
pub(super) fn rim(canvas: &mut Canvas, fill: impl std::fmt::Display, centre: Pair, half: i32) {
    canvas.oval(fill, centre, (half, depth(half)));
}

/// An open vessel's mouth: the rim, its inner wall, and what is in it, if anything.
pub(super) fn mouth(canvas: &mut Canvas, tone: Tone, centre: Pair, half: i32, content: Option<Tone>) {
    let (x, y) = centre;
    rim(canvas, tone.light(38), centre, half);
    let inner = canvas.fall(tone.dark(48), tone.dark(12));
    rim(canvas, inner, (x, y + 2), half - half / 14 - 2);
    if let Some(content) = content {
        let lip = half - half / 14 - 2;
        let clip = format!(
            "M{} {y}a{lip} {d} 0 1 0 {w} 0a{lip} {d} 0 1 0 -{w} 0Z",
            x - lip,
            d = depth(lip),
            w = lip * 2
        );
        canvas.inside(&clip, |canvas| {
            let surface = canvas.slant(content);
            rim(canvas, surface, (x, y + 12), lip - 2);
        });
    }
}

/// A dull band of light down the left of a round body.
pub(super) fn sheen(canvas: &mut Canvas, x: i32, top: i32, foot: i32, width: i32) {
    canvas.glint(
        22,
        &format!("M{x} {top}h{width}L{} {foot}h-{}Z", x + width + 4, width - 6),
    );
}

/// A rounded rectangle as an outline.
pub(super) fn panel(corner: Pair, size: Pair, radius: i32) -> String {
    let ((x, y), (width, height)) = (corner, size);
    let (across, down) = (width - 2 * radius, height - 2 * radius);
    format!(
        "M{} {y}h{across}a{radius} {radius} 0 0 1 {radius} {radius}v{down}a{radius} {radius} 0 0 1 -{radius} {radius}h-{across}a{radius} \
         {radius} 0 0 1 -{radius} -{radius}v-{down}a{radius} {radius} 0 0 1 {radius} -{radius}Z",
        x + radius
    )
}

/// Wood: long uneven lines within an outline.
pub(super) fn grain(canvas: &mut Canvas, outline: &str, from: Pair, size: Pair, seed: u32) {
    let ((x, y), (width, height)) = (from, size);
    let mut dice = Dice::new(seed);
    let (mut fine, mut coarse) = (String::new(), String::new());
    let mut line_y = y + 10;
    while line_y < y + height {
        let (a, b) = (dice.within(-16, 16), dice.within(-16, 16));
        let line = format!("M{x} {line_y}q{} {a} {} {b}t{} {a}", width / 4, width / 2, width / 2);
        if dice.within(0, 2) == 0 {
            fine.push_str(&line)
        } else {
            coarse.push_str(&line)
        }
        line_y += dice.within(14, 34);
    }
    canvas.inside(outline, |canvas| {
        canvas.crease(12, 1, &fine);
        canvas.crease(8, 3, &coarse);
    });
}

/// Fine dots, as in stoneware, within an outline.
pub(super) fn speckle(canvas: &mut Canvas, outline: &str, from: Pair, size: Pair, seed: u32) {
    let ((x, y), (width, height)) = (from, size);
    let mut dice = Dice::new(seed);
    let mut dots = String::new();
    for _ in 0..40 {
        dots.push_str(&format!(
            "M{} {}h0",
            dice.within(x, x + width),
            dice.within(y, y + height)
        ));
    }
    canvas.inside(outline, |canvas| canvas.crease(38, 4, &dots));
}

//! The shop's pictures, drawn by code: one style, one light, every object its own outline.
//!
//! A picture is an object in front of a backdrop, both coloured by the product; nothing is downloaded and no font is needed.

mod apparel;
mod audio;
mod backdrop;
mod canvas;
mod decor;
mod digital;
mod games;
mod home;
mod kitchen;
mod outdoor;
mod pantry;
mod solid;
mod stationery;
mod tone;
mod woven;

pub use backdrop::Backdrop;
pub use canvas::Canvas;
pub use tone::Tone;

/// What varies between two pictures of the same kind of object.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The colour the shopper chooses.
    pub main: Tone,
    /// The second colour: trim, handle, print.
    pub accent: Tone,
    /// Which cut, pattern or size of the object.
    pub style: u32,
    /// What chance decides: speckles, grain.
    pub seed: u32,
}

/// From where an object is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Whole, in the middle.
    Front,
    /// Close, on a plain ground of the product's own colour.
    Detail,
    /// Twice, the second in another colour behind the first.
    Pair(Tone),
}

/// An object in front of a backdrop.
#[derive(Debug, Clone, Copy)]
pub struct Picture {
    /// What is drawn.
    pub object: Object,
    /// Its colours and cut.
    pub look: Look,
    /// What is behind it.
    pub backdrop: Backdrop,
    /// The colour of the room.
    pub tint: Tone,
    /// From where it is seen.
    pub view: View,
}

/// Something the shop can draw.
#[derive(Debug, Clone, Copy)]
pub struct Object {
    name: &'static str,
    draw: fn(&mut Canvas, &Look),
}

impl Object {
    /// The object of that name, such as `mug`.
    pub fn named(name: &str) -> Option<Self> {
        OBJECTS.iter().find(|object| object.name == name).copied()
    }

    /// Every object, in the order of the catalogue's categories.
    pub fn all() -> &'static [Self] {
        OBJECTS
    }

    /// Its name in the catalogue files.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// Draws a picture: an SVG file of 800 by 800 without scripts, fonts or references.
pub fn draw(picture: &Picture) -> String {
    let mut canvas = Canvas::default();
    let Picture {
        object,
        look,
        backdrop,
        tint,
        view,
    } = picture;
    match view {
        View::Front => {
            backdrop.paint(&mut canvas, *tint);
            (object.draw)(&mut canvas, look);
        }
        View::Detail => {
            Backdrop::Plain.paint(&mut canvas, look.main.light(58));
            canvas.moved("translate(-330 -430) scale(1.9)", |canvas| (object.draw)(canvas, look));
        }
        View::Pair(other) => {
            backdrop.paint(&mut canvas, tint.mix(*other, 14));
            let behind = Look {
                main: *other,
                seed: look.seed + 1,
                ..*look
            };
            canvas.moved("translate(-26 120) scale(.68)", |canvas| (object.draw)(canvas, &behind));
            canvas.moved("translate(230 160) scale(.74)", |canvas| (object.draw)(canvas, look));
        }
    }
    canvas.finish()
}

macro_rules! objects {
    ($($module:ident: $($name:ident)*;)*) => {
        const OBJECTS: &[Object] = &[$($(Object { name: stringify!($name), draw: $module::$name },)*)*];
    };
}

objects! {
    home: table_lamp floor_lamp armchair stool blanket cushion planter;
    decor: candle clock vase print;
    kitchen: mug kettle knife casserole press board napkins bowls carafe mill;
    pantry: jar pouch mortar tin;
    outdoor: backpack lantern bottle tent drybag binoculars compass shoe umbrella rug;
    stationery: notebook pen pencils ink_bottle calendar envelopes scissors organiser;
    apparel: tee sweater overshirt jacket beanie socks cap tote watch;
    woven: hat fan sarong basket;
    audio: headphones speaker turntable radio earbuds record;
    games: game_box chess cards puzzle dice blocks kite;
    digital: waves pages glyphs tablet;
}

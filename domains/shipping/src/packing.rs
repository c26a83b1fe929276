//! Which boxes a parcel's pieces go into: first fit, largest first, into what space is left.

use kernel::BoxId;

/// More pieces than this are not packed one by one; their weights and volumes are added up instead.
pub const MOST_PIECES: usize = 300;

/// Three lengths in millimetres, longest first, so that the order they are typed in does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size([i64; 3]);

impl Size {
    /// A size; nothing when one of the lengths is missing.
    pub fn new(length_mm: i64, width_mm: i64, height_mm: i64) -> Option<Self> {
        let mut lengths = [length_mm, width_mm, height_mm];
        lengths.sort_unstable_by(|one, other| other.cmp(one));
        lengths
            .iter()
            .all(|length| (1..=100_000).contains(length))
            .then_some(Self(lengths))
    }

    /// The lengths, longest first.
    pub fn lengths_mm(self) -> [i64; 3] {
        self.0
    }

    /// The space it takes.
    pub fn volume_mm3(self) -> i64 {
        self.0.iter().product()
    }

    /// The six ways to turn it.
    fn turned(self) -> [[i64; 3]; 6] {
        let [a, b, c] = self.0;
        [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]]
    }
}

/// One thing to be packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What it weighs.
    pub weight_grams: i64,
    /// How large it is; a piece of unknown size counts by its weight alone.
    pub size: Option<Size>,
}

/// A box that a store packs into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParcelBox {
    /// Its id.
    pub id: BoxId,
    /// What the merchant calls it.
    pub name: String,
    /// How large it is inside.
    pub size: Size,
    /// What it weighs empty.
    pub tare_grams: i64,
    /// What it may weigh in all.
    pub max_weight_grams: i64,
}

/// A parcel that was packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The box, by its place in the list; none for a piece that fits no box and travels as it is.
    pub parcel_box: Option<usize>,
    /// The pieces, by their places in the list.
    pub pieces: Vec<usize>,
    /// What it weighs in all.
    pub weight_grams: i64,
    /// The space it takes.
    pub volume_mm3: i64,
}

/// Packs every piece. The largest come first, each into the first open box that still has a space for it, or else into a
/// new one of the largest box; in the end each box is changed for the smallest that holds the same pieces.
pub fn pack(pieces: &[Piece], boxes: &[ParcelBox]) -> Vec<Packed> {
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut packed = Vec::new();
    for piece in largest_first(pieces) {
        if open.iter_mut().any(|open| open.take(pieces, piece)) {
            continue;
        }
        let fresh = boxes.iter().enumerate().filter_map(|(index, parcel_box)| {
            let mut fresh = Open::new(index, parcel_box);
            fresh.take(pieces, piece).then_some(fresh)
        });
        match fresh.max_by_key(|fresh| (fresh.parcel_box.size.volume_mm3(), fresh.parcel_box.max_weight_grams)) {
            Some(fresh) => open.push(fresh),
            None => packed.extend(pieces.get(piece).map(|alone| Packed {
                parcel_box: None,
                pieces: vec![piece],
                weight_grams: alone.weight_grams,
                volume_mm3: alone.size.map(Size::volume_mm3).unwrap_or_default(),
            })),
        }
    }
    packed.extend(open.into_iter().map(|open| open.in_smallest(pieces, boxes).closed()));
    packed
}

fn largest_first(pieces: &[Piece]) -> Vec<usize> {
    let key = |index: &usize| {
        let piece = pieces.get(*index);
        let size = piece.and_then(|piece| piece.size);
        let volume = size.map(Size::volume_mm3).unwrap_or_default();
        (
            volume,
            size.map(Size::lengths_mm),
            piece.map(|piece| piece.weight_grams),
        )
    };
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(key(index)));
    order
}

/// A cuboid inside a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Space {
    at: [i64; 3],
    lengths: [i64; 3],
}

/// A box that is being filled.
struct Open<'b> {
    index: usize,
    parcel_box: &'b ParcelBox,
    spaces: Vec<Space>,
    /// The pieces, and where those of a known size lie.
    taken: Vec<(usize, Option<Space>)>,
    weight_grams: i64,
}

impl<'b> Open<'b> {
    fn new(index: usize, parcel_box: &'b ParcelBox) -> Self {
        Self {
            index,
            parcel_box,
            spaces: vec![Space {
                at: [0; 3],
                lengths: parcel_box.size.lengths_mm(),
            }],
            taken: Vec::new(),
            weight_grams: parcel_box.tare_grams,
        }
    }

    /// Whether the piece was put in.
    fn take(&mut self, pieces: &[Piece], index: usize) -> bool {
        let Some(piece) = pieces.get(index) else { return false };
        let weight_grams = self.weight_grams.saturating_add(piece.weight_grams);
        if weight_grams > self.parcel_box.max_weight_grams {
            return false;
        }
        let lies = match piece.size {
            None => None,
            Some(size) => match self.place(size) {
                Some(space) => Some(space),
                None => return false,
            },
        };
        self.weight_grams = weight_grams;
        self.taken.push((index, lies));
        true
    }

    /// Takes the smallest space that fits, and cuts what is left of it into three.
    fn place(&mut self, size: Size) -> Option<Space> {
        let fitting = self.spaces.iter().enumerate().filter_map(|(index, space)| {
            let fits = |turned: &[i64; 3]| turned.iter().zip(space.lengths).all(|(length, room)| *length <= room);
            size.turned()
                .into_iter()
                .find(fits)
                .map(|turned| (index, *space, turned))
        });
        let (index, space, [x, y, z]) = fitting.min_by_key(|(_, space, _)| space.lengths.iter().product::<i64>())?;
        self.spaces.swap_remove(index);
        let ([at_x, at_y, at_z], [room_x, room_y, room_z]) = (space.at, space.lengths);
        let left = [
            ([at_x + x, at_y, at_z], [room_x - x, room_y, room_z]),
            ([at_x, at_y + y, at_z], [x, room_y - y, room_z]),
            ([at_x, at_y, at_z + z], [x, y, room_z - z]),
        ];
        let left = left
            .into_iter()
            .filter(|(_, lengths)| lengths.iter().all(|length| *length > 0));
        self.spaces.extend(left.map(|(at, lengths)| Space { at, lengths }));
        Some(Space {
            at: space.at,
            lengths: [x, y, z],
        })
    }

    fn in_smallest(self, pieces: &[Piece], boxes: &'b [ParcelBox]) -> Self {
        let volume = self.parcel_box.size.volume_mm3();
        let smaller = boxes
            .iter()
            .enumerate()
            .filter(|(_, other)| other.size.volume_mm3() < volume);
        let refilled = smaller.filter_map(|(index, other)| {
            let mut open = Open::new(index, other);
            self.taken
                .iter()
                .all(|(piece, _)| open.take(pieces, *piece))
                .then_some(open)
        });
        refilled
            .min_by_key(|open| open.parcel_box.size.volume_mm3())
            .unwrap_or(self)
    }

    fn closed(self) -> Packed {
        Packed {
            parcel_box: Some(self.index),
            pieces: self.taken.iter().map(|(piece, _)| *piece).collect(),
            weight_grams: self.weight_grams,
            volume_mm3: self.parcel_box.size.volume_mm3(),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use kernel::{SeededEntropy, TypedId as _};
    use proptest::prelude::*;

    use super::*;

    fn parcel_box(lengths: [i64; 3], tare_grams: i64, max_weight_grams: i64) -> ParcelBox {
        ParcelBox {
            id: BoxId::generate(DateTime::UNIX_EPOCH, &SeededEntropy::new(1)),
            name: String::new(),
            size: size(lengths),
            tare_grams,
            max_weight_grams,
        }
    }

    fn size([length, width, height]: [i64; 3]) -> Size {
        Size::new(length, width, height).unwrap()
    }

    fn piece(weight_grams: i64, lengths: [i64; 3]) -> Piece {
        Piece {
            weight_grams,
            size: Some(size(lengths)),
        }
    }

    #[test]
    fn pieces_share_the_smallest_box_that_holds_them() {
        let boxes = [
            parcel_box([400, 300, 200], 300, 20_000),
            parcel_box([200, 150, 100], 80, 5_000),
        ];
        let mug = piece(350, [120, 90, 100]);
        for (pieces, expected) in [
            (vec![mug], vec![(Some(1), 1, 430)]),
            (vec![mug; 2], vec![(Some(0), 2, 1_000)]),
            (vec![mug; 8], vec![(Some(0), 8, 3_100)]),
            // Too long for any box.
            (
                vec![piece(900, [900, 50, 50]), mug],
                vec![(None, 1, 900), (Some(1), 1, 430)],
            ),
            // Too heavy together.
            (
                vec![piece(12_000, [100, 100, 100]); 2],
                vec![(Some(0), 1, 12_300), (Some(0), 1, 12_300)],
            ),
            // Of unknown size.
            (
                vec![
                    Piece {
                        weight_grams: 100,
                        size: None
                    };
                    40
                ],
                vec![(Some(1), 40, 4_080)],
            ),
        ] {
            let packed = pack(&pieces, &boxes);
            let shown: Vec<_> = packed
                .iter()
                .map(|one| (one.parcel_box, one.pieces.len(), one.weight_grams))
                .collect();
            assert_eq!(shown, expected);
        }
    }

    fn lengths() -> impl Strategy<Value = [i64; 3]> {
        prop::array::uniform3(1_i64..=40)
    }

    fn a_piece() -> impl Strategy<Value = Piece> {
        (0_i64..=60, prop::option::of(lengths())).prop_map(|(weight_grams, lengths)| Piece {
            weight_grams,
            size: lengths.map(size),
        })
    }

    fn a_box() -> impl Strategy<Value = ParcelBox> {
        (lengths(), 0_i64..=20, 1_i64..=150).prop_map(|(lengths, tare, load)| parcel_box(lengths, tare, tare + load))
    }

    proptest! {
        #[test]
        fn every_piece_is_packed_once_and_no_box_is_too_heavy(
            pieces in prop::collection::vec(a_piece(), 0..40),
            boxes in prop::collection::vec(a_box(), 0..4),
        ) {
            let packed = pack(&pieces, &boxes);
            let mut seen: Vec<usize> = packed.iter().flat_map(|parcel| parcel.pieces.clone()).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..pieces.len()).collect::<Vec<_>>());
            for parcel in &packed {
                let inside: i64 = parcel.pieces.iter().map(|piece| pieces[*piece].weight_grams).sum();
                match parcel.parcel_box.map(|index| &boxes[index]) {
                    Some(used) => {
                        prop_assert_eq!(parcel.weight_grams, inside + used.tare_grams);
                        prop_assert!(parcel.weight_grams <= used.max_weight_grams);
                    }
                    None => {
                        let alone = pieces[parcel.pieces[0]];
                        prop_assert_eq!(parcel.pieces.len(), 1);
                        prop_assert!(boxes.iter().enumerate().all(|(index, other)| !Open::new(index, other).take(&[alone], 0)));
                    }
                }
            }
        }

        #[test]
        fn what_lies_in_a_box_lies_within_it_and_apart(
            pieces in prop::collection::vec(a_piece(), 0..40),
            used in a_box(),
        ) {
            let mut open = Open::new(0, &used);
            for index in largest_first(&pieces) {
                open.take(&pieces, index);
            }
            let lying: Vec<(usize, Space)> = open.taken.iter().filter_map(|(index, space)| Some((*index, (*space)?))).collect();
            for (index, (piece, space)) in lying.iter().enumerate() {
                let mut turned = space.lengths;
                turned.sort_unstable_by(|one, other| other.cmp(one));
                prop_assert_eq!(turned, pieces[*piece].size.unwrap().lengths_mm());
                for axis in 0..3 {
                    prop_assert!(space.at[axis] >= 0);
                    prop_assert!(space.at[axis] + space.lengths[axis] <= used.size.lengths_mm()[axis]);
                }
                for (_, other) in &lying[index + 1..] {
                    let apart = (0..3).any(|axis| {
                        space.at[axis] + space.lengths[axis] <= other.at[axis]
                            || other.at[axis] + other.lengths[axis] <= space.at[axis]
                    });
                    prop_assert!(apart, "{:?} {:?}", space, other);
                }
            }
        }
    }
}

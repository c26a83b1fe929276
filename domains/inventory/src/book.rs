//! Staff book goods that came in, broke or were counted, many lines at once.

use std::collections::BTreeMap;

use database::{Ctx, OnConstraint as _};
use kernel::{FieldError, Forbidden, Invalid, LocationId, Permission, VariantId};

use crate::{
    Level, MovementKind,
    held::Held,
    movement::{Cause, Change},
    store,
};

/// The most lines of one booking.
pub(crate) const MOST_LINES: usize = 500;
/// The most pieces of one line.
pub(crate) const MOST_PIECES: i64 = 1_000_000_000;
/// The most characters of a reason or a reference.
const LONGEST: usize = 200;

kernel::named! {
    /// What happened to stock.
    Booking {
        /// Goods came in; what was expected becomes less.
        Receive = "receive",
        /// There are more or fewer than the books say, by a difference.
        Adjust = "adjust",
        /// Goods broke or went missing.
        Damage = "damage",
        /// Somebody counted, and this many lie there.
        Count = "count",
    }
}

/// One line of a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookLine {
    /// The variant. If it was not counted yet, it is from now on.
    pub variant_id: VariantId,
    /// Where.
    pub location_id: LocationId,
    /// How many came in, broke or lie there, or by how many the count changes.
    pub quantity: i64,
}

/// What is booked: all of its lines or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// What happened.
    pub booking: Booking,
    /// To what; no variant twice at one location.
    pub lines: Vec<BookLine>,
    /// Why, in the actor's words.
    pub reason: String,
    /// The delivery note or other paper it belongs to, or empty.
    pub reference: String,
}

/// Why nothing is booked.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The actor may not change stock.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Some fields hold what they cannot, such as `lines.3.quantity`.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Less would lie there than is promised to orders.
    #[error("less would lie there than is promised to orders")]
    BelowReserved {
        /// The index of the line.
        line: usize,
    },
    /// Less than nothing would lie there.
    #[error("only {on_hand} lie there")]
    BelowZero {
        /// The index of the line.
        line: usize,
        /// What lies there.
        on_hand: i64,
    },
    /// A line names a variant or location that is not there.
    #[error("there is no such variant or location")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Books every line in a fixed number of statements.
pub async fn book(ctx: &mut Ctx, book: &Book) -> Result<(), BookError> {
    ctx.require(Permission::AdjustStock)?;
    check(book)?;
    let places: Vec<(VariantId, LocationId)> = book
        .lines
        .iter()
        .map(|line| (line.variant_id, line.location_id))
        .collect();
    let mut held = hold(ctx, &places).await?;
    let changes = changes(&held.levels, book)?;
    if book.booking == Booking::Receive {
        store::lists::expect_less(ctx, &changes).await?;
    }
    let kind = match book.booking {
        Booking::Receive => MovementKind::Receive,
        Booking::Adjust => MovementKind::Adjust,
        Booking::Damage => MovementKind::Damage,
        Booking::Count => MovementKind::Correction,
    };
    let cause = Cause {
        kind,
        reference: book.reference.trim(),
        reason: book.reason.trim(),
    };
    store::apply(ctx, &changes, cause).await?;
    held.note(&changes);
    held.publish(ctx).await?;
    Ok(())
}

/// The locked levels of these places, each of which there is from now on.
pub(crate) async fn hold(ctx: &mut Ctx, places: &[(VariantId, LocationId)]) -> Result<Held, BookError> {
    let mut ids: Vec<VariantId> = places.iter().map(|(variant, _)| *variant).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut locked = store::lock_levels(ctx, &ids).await?;
    let mut missing: Vec<(VariantId, LocationId)> = places.to_vec();
    missing.retain(|place| {
        !locked
            .levels
            .iter()
            .any(|level| (level.variant_id, level.location_id) == *place)
    });
    if !missing.is_empty() {
        missing.sort_unstable();
        missing.dedup();
        let made = store::lists::insert_levels(ctx, &missing).await;
        made.or_else(|error| match error.constraint() {
            Some("levels_variant_fk") => Err(BookError::NotFound),
            Some(_) | None => Err(error).on_constraint("levels_location_fk", || BookError::NotFound),
        })?;
        locked = store::lock_levels(ctx, &ids).await?;
    }
    Ok(Held::new(ctx, locked).await?)
}

/// Names every field that cannot be.
fn check(book: &Book) -> Result<(), Invalid> {
    let mut invalid = check_words(&book.reason, &book.reference, book.lines.len());
    let least = match book.booking {
        Booking::Receive | Booking::Damage => 1,
        Booking::Adjust => -MOST_PIECES,
        Booking::Count => 0,
    };
    let mut seen = BTreeMap::new();
    for (index, line) in book.lines.iter().enumerate() {
        let field = format!("lines.{index}.quantity");
        if !(least..=MOST_PIECES).contains(&line.quantity) {
            let message = format!("must be from {least} to {MOST_PIECES}");
            invalid.push(FieldError::new(&field, "out_of_range", message));
        } else if book.booking == Booking::Adjust && line.quantity == 0 {
            invalid.push(FieldError::new(&field, "invalid_change", "must not be zero"));
        }
        if seen.insert((line.variant_id, line.location_id), index).is_some() {
            invalid.push(FieldError::new(
                format!("lines.{index}.variant_id"),
                "twice",
                "is there twice for this location",
            ));
        }
    }
    invalid.into_result()
}

/// What is wrong with the words of a booking or transfer, and the number of its lines.
pub(crate) fn check_words(reason: &str, reference: &str, lines: usize) -> Invalid {
    let mut invalid = Invalid::default();
    if reason.trim().is_empty() {
        invalid.push(FieldError::required("reason"));
    }
    for (field, text) in [("reason", reason), ("reference", reference)] {
        if text.trim().chars().count() > LONGEST {
            let message = format!("may have at most {LONGEST} characters");
            invalid.push(FieldError::new(field, "too_long", message));
        }
    }
    if lines == 0 {
        invalid.push(FieldError::required("lines"));
    } else if lines > MOST_LINES {
        invalid.push(FieldError::new(
            "lines",
            "too_many",
            format!("may be at most {MOST_LINES}"),
        ));
    }
    invalid
}

/// By how much each level changes.
fn changes(levels: &[Level], book: &Book) -> Result<Vec<Change>, BookError> {
    let mut changes = Vec::with_capacity(book.lines.len());
    for (index, line) in book.lines.iter().enumerate() {
        let level = levels
            .iter()
            .find(|level| level.variant_id == line.variant_id && level.location_id == line.location_id)
            .ok_or(BookError::NotFound)?;
        let change = match book.booking {
            Booking::Receive | Booking::Adjust => line.quantity,
            Booking::Damage => -line.quantity,
            Booking::Count => line.quantity - level.on_hand,
        };
        let after = level.on_hand.saturating_add(change);
        if change < 0 && !level.backorder && after < 0 {
            let on_hand = level.on_hand;
            return Err(BookError::BelowZero { line: index, on_hand });
        }
        if change < 0 && !level.backorder && after < level.reserved {
            return Err(BookError::BelowReserved { line: index });
        }
        if change != 0 {
            changes.push(Change {
                variant_id: line.variant_id,
                location_id: line.location_id,
                on_hand: change,
                reserved: 0,
            });
        }
    }
    Ok(changes)
}

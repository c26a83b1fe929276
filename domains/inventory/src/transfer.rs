//! Staff move goods from one location to another.

use database::Ctx;
use kernel::{FieldError, Forbidden, Invalid, LocationId, Permission, VariantId};

use crate::{
    BookError, MovementKind,
    book::{MOST_PIECES, check_words, hold},
    movement::{Cause, Change},
    store,
};

/// Goods that move: all of them or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Where they were.
    pub from: LocationId,
    /// Where they are now.
    pub to: LocationId,
    /// How many of which variants; none of them twice.
    pub lines: Vec<(VariantId, i64)>,
    /// Why, in the actor's words.
    pub reason: String,
    /// The paper it belongs to, or empty.
    pub reference: String,
}

/// Why nothing moves.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The actor may not change stock.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Some fields hold what they cannot, such as `lines.3.quantity`.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// More is to move than lies there and is not promised.
    #[error("there are only {free} to move")]
    TooFew {
        /// The index of the line.
        line: usize,
        /// How many could move.
        free: i64,
    },
    /// A line or an end names a variant or location that is not there.
    #[error("there is no such variant or location")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

impl From<BookError> for TransferError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Forbidden(error) => Self::Forbidden(error),
            BookError::Invalid(invalid) => Self::Invalid(invalid),
            BookError::BelowReserved { line } | BookError::BelowZero { line, .. } => Self::TooFew { line, free: 0 },
            BookError::NotFound => Self::NotFound,
            BookError::Internal(error) => Self::Internal(error),
        }
    }
}

/// Moves the goods: each line is a movement out and one in, in one transaction. Goods promised to orders stay.
pub async fn transfer(ctx: &mut Ctx, transfer: &Transfer) -> Result<(), TransferError> {
    ctx.require(Permission::AdjustStock)?;
    check(transfer)?;
    let ends = |variant: VariantId| [(variant, transfer.from), (variant, transfer.to)];
    let places: Vec<_> = transfer.lines.iter().flat_map(|(variant, _)| ends(*variant)).collect();
    let mut held = hold(ctx, &places).await?;
    for (index, (variant, quantity)) in transfer.lines.iter().enumerate() {
        let level = held
            .levels
            .iter()
            .find(|level| level.variant_id == *variant && level.location_id == transfer.from);
        let free = level.map_or(0, |level| (level.on_hand - level.reserved).max(0));
        if *quantity > free {
            return Err(TransferError::TooFew { line: index, free });
        }
    }
    let changes = |location_id: LocationId, sign: i64| {
        let change = move |&(variant_id, quantity): &(VariantId, i64)| Change {
            variant_id,
            location_id,
            on_hand: sign * quantity,
            reserved: 0,
        };
        transfer.lines.iter().map(change).collect::<Vec<_>>()
    };
    for (kind, changes) in [
        (MovementKind::TransferOut, changes(transfer.from, -1)),
        (MovementKind::TransferIn, changes(transfer.to, 1)),
    ] {
        let cause = Cause {
            kind,
            reference: transfer.reference.trim(),
            reason: transfer.reason.trim(),
        };
        store::apply(ctx, &changes, cause).await?;
        held.note(&changes);
    }
    held.publish(ctx).await?;
    Ok(())
}

fn check(transfer: &Transfer) -> Result<(), Invalid> {
    let mut invalid = check_words(&transfer.reason, &transfer.reference, transfer.lines.len());
    if transfer.from == transfer.to {
        invalid.push(FieldError::new("to", "same_location", "must be another location"));
    }
    for (index, (variant, quantity)) in transfer.lines.iter().enumerate() {
        if !(1..=MOST_PIECES).contains(quantity) {
            let message = format!("must be from 1 to {MOST_PIECES}");
            invalid.push(FieldError::new(
                format!("lines.{index}.quantity"),
                "out_of_range",
                message,
            ));
        }
        if transfer.lines.iter().take(index).any(|(other, _)| other == variant) {
            let field = format!("lines.{index}.variant_id");
            invalid.push(FieldError::new(field, "twice", "is there twice"));
        }
    }
    invalid.into_result()
}

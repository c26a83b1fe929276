//! A moderator publishes reviews or rejects them, and takes that back.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::{FieldError, Forbidden, Invalid, Permission, ReviewId};

use crate::{
    ReviewState, draft,
    events::tell_changed,
    store::decisions::{self, Standing},
    write::count_star,
};

/// A review as it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// The review.
    pub id: ReviewId,
    /// Its version then.
    pub version: i64,
}

/// What becomes of reviews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Everybody sees them. What was reported of them is settled.
    Approve,
    /// Only their authors see them, with this reason.
    Reject {
        /// Why.
        reason: String,
    },
}

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The reviews that stand where they were put, as they are now.
    pub done: Vec<Chosen>,
    /// Those that were changed meanwhile, or are gone: they were left as they are.
    pub stale: Vec<ReviewId>,
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The actor does not moderate.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The reason is missing or too long.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Decides about the reviews that are still as they were looked at.
pub async fn decide(ctx: &mut Ctx, chosen: &[Chosen], decision: &Decision) -> Result<Decided, DecideError> {
    ctx.require(Permission::ModerateReviews)?;
    let (state, reason) = match decision {
        Decision::Approve => (ReviewState::Published, String::new()),
        Decision::Reject { reason } => (ReviewState::Rejected, read_reason(reason)?),
    };
    change(ctx, chosen, |standing| {
        let undo = (standing.state, standing.reason.clone());
        // A review that stays where it is keeps the way back it had.
        let stays = undo == (state, reason.clone());
        Standing {
            state,
            reason: reason.clone(),
            undo: if stays { standing.undo.clone() } else { Some(undo) },
            reports: if state == ReviewState::Published {
                0
            } else {
                standing.reports
            },
            ..standing.clone()
        }
    })
    .await
}

/// Takes the last decision about reviews back, where there is one and nothing changed since.
pub async fn undo(ctx: &mut Ctx, chosen: &[Chosen]) -> Result<Decided, DecideError> {
    ctx.require(Permission::ModerateReviews)?;
    change(ctx, chosen, |standing| match standing.undo.clone() {
        Some((state, reason)) => Standing {
            state,
            reason,
            undo: None,
            ..standing.clone()
        },
        None => standing.clone(),
    })
    .await
}

fn read_reason(reason: &str) -> Result<String, Invalid> {
    let mut invalid = Invalid::default();
    let reason = draft::text(&mut invalid, "reason", reason);
    if reason.is_empty() {
        invalid.push(FieldError::required("reason"));
    }
    invalid.into_result()?;
    Ok(reason)
}

/// Holds the products, then the reviews, and writes what becomes of those that are still as they were looked at.
async fn change(
    ctx: &mut Ctx,
    chosen: &[Chosen],
    become_what: impl Fn(&Standing) -> Standing,
) -> Result<Decided, DecideError> {
    let ids: Vec<ReviewId> = chosen.iter().map(|one| one.id).collect();
    let products = decisions::products(ctx, &ids).await?;
    catalog::lock_ratings(ctx, &products).await?;
    let found = decisions::lock(ctx, &ids).await?;
    let is_current = |standing: &&Standing| {
        let mut looked_at = chosen.iter().filter(|one| one.id == standing.id);
        looked_at.all(|one| one.version == standing.version)
    };
    let mut ratings = BTreeMap::new();
    let mut changed = Vec::new();
    let mut done = Vec::new();
    for before in found.iter().filter(is_current) {
        let after = become_what(before);
        let same = (after.state, &after.reason, after.reports) == (before.state, &before.reason, before.reports);
        let version = if same { before.version } else { before.version + 1 };
        done.push(Chosen { id: before.id, version });
        if same {
            continue;
        }
        for (standing, by) in [(before, -1), (&after, 1)] {
            if standing.state == ReviewState::Published {
                count_star(ratings.entry(standing.product_id).or_default(), standing.stars, by);
            }
        }
        changed.push(after);
    }
    decisions::update(ctx, &changed).await?;
    catalog::change_ratings(ctx, &ratings).await?;
    let products = changed.iter().map(|standing| standing.product_id).collect();
    tell_changed(ctx, products).await?;
    let is_stale = |id: &ReviewId| done.iter().all(|one| one.id != *id);
    let stale = ids.into_iter().filter(is_stale).collect();
    Ok(Decided { done, stale })
}

//! A variant is back: those who waited longest are told first, and no more of them than have a chance to get a piece.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use database::{
    Ctx, Error, Work,
    jobs::{Job, NewJob},
    worker::{Failure, Handler},
};
use inventory::Availability;
use kernel::{EventId, StockAlertId, VariantId};
use serde::{Deserialize, Serialize};

use crate::{
    Content, Mails,
    account_mails::language,
    events::StockAlertAsked,
    mails::NewMail,
    stock_alert::{AlertState, VALID_DAYS, alert_path},
    store::alerts,
};

/// How many are told for each piece: some have bought elsewhere meanwhile.
const TOLD_A_PIECE: i64 = 2;
/// The most that are told of a variant in a day, however many pieces there are.
const MOST_TOLD: i64 = 500;

#[derive(Serialize, Deserialize)]
struct Payload {
    variant_id: VariantId,
}

/// Tells those who wait for a variant, if there is some of it.
pub struct TellWaiting {
    mails: Arc<Mails>,
}

impl TellWaiting {
    /// The kind of job it handles.
    pub const KIND: &'static str = "tell_waiting";

    /// Tells with those mails.
    pub fn new(mails: Arc<Mails>) -> Self {
        Self { mails }
    }

    /// Each event and each wish has a job of its own: one that runs already may have looked before this came.
    pub(crate) fn now(variant_id: VariantId) -> Result<NewJob, Error> {
        NewJob::new(Self::KIND, &Payload { variant_id })
    }

    /// Once those who are told now had a day.
    fn tomorrow(ctx: &Ctx, variant_id: VariantId) -> Result<NewJob, Error> {
        Ok(Self::now(variant_id)?.at(ctx.now() + TimeDelta::days(1)))
    }
}

#[async_trait]
impl Handler for TellWaiting {
    async fn run(&self, work: &Work, job: &Job) -> Result<(), Failure> {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::from)?;
        let mut ctx = work.write();
        tell(&self.mails, &mut ctx, payload.variant_id).await?;
        ctx.commit().await?;
        Ok(())
    }
}

/// The mail that asks a guest to confirm; nothing when they did, or waited too long.
pub(crate) async fn confirmation(
    mails: &Mails,
    ctx: &mut Ctx,
    event: StockAlertAsked,
) -> Result<Option<NewMail>, Error> {
    let alert = alerts::find(ctx, event.alert_id).await?;
    let Some(alert) = alert.filter(|alert| alert.state == AlertState::Asked) else {
        return Ok(None);
    };
    let Some(variant) = catalog::sellable(ctx, &[alert.variant_id]).await?.pop() else {
        return Ok(None);
    };
    let content = Content::ConfirmStockAlert {
        product: variant.product_title,
        variant: variant.variant_title,
        link: mails.link(ctx.store(), &alert_path(mails.key(), alert.id)),
        valid_days: VALID_DAYS,
    };
    Ok(Some(NewMail {
        to: alert.email,
        locale: language(ctx, &alert.locale),
        content,
        order_id: None,
    }))
}

/// Looks at each variant that is back and that somebody waits for.
pub(crate) async fn look(ctx: &mut Ctx, back: &[VariantId]) -> Result<(), Error> {
    let waited_for = alerts::count_waiting(ctx, back).await?;
    for variant_id in back.iter().filter(|id| waited_for.contains_key(id)) {
        ctx.enqueue(TellWaiting::now(*variant_id)?).await?;
    }
    Ok(())
}

/// Tells whoever's turn it is. Whenever somebody is told, the variant is looked at again a day later, so that everybody who
/// waits meanwhile has a turn.
async fn tell(mails: &Mails, ctx: &mut Ctx, variant_id: VariantId) -> Result<(), Failure> {
    let stock = inventory::availability(ctx, &[variant_id]).await?;
    let chances = stock.get(&variant_id).map_or(0, chances);
    let since = ctx.now() - TimeDelta::days(1);
    let turn = chances - alerts::count_told(ctx, variant_id, since).await?;
    if turn <= 0 {
        return Ok(());
    }
    let Some(variant) = catalog::sellable(ctx, &[variant_id]).await?.pop() else {
        return Ok(());
    };
    let line = alerts::lock_waiting(ctx, variant_id, turn).await?;
    // While this waited for the locks, another run may have told those who were first.
    let turn = chances - alerts::count_told(ctx, variant_id, since).await?;
    let turn = usize::try_from(turn).unwrap_or(0);
    let path = format!("/products/{}?variant={variant_id}", variant.slug);
    let mut told: Vec<StockAlertId> = Vec::new();
    for waiting in line.into_iter().take(turn) {
        let content = Content::BackInStock {
            product: variant.product_title.clone(),
            variant: variant.variant_title.clone(),
            link: mails.link(ctx.store(), &path),
        };
        let mail = NewMail {
            to: waiting.email,
            locale: language(ctx, &waiting.locale),
            content,
            order_id: None,
        };
        let message_for: EventId = ctx.new_id();
        mails.queue(ctx, message_for, mail).await?;
        told.push(waiting.id);
    }
    if !told.is_empty() {
        alerts::mark_told(ctx, &told).await?;
        ctx.enqueue(TellWaiting::tomorrow(ctx, variant_id)?).await?;
    }
    Ok(())
}

/// How many may be told within a day.
fn chances(stock: &Availability) -> i64 {
    if !stock.can_sell(1) {
        return 0;
    }
    if stock.tracked && !stock.backorder {
        stock.available.saturating_mul(TOLD_A_PIECE).min(MOST_TOLD)
    } else {
        MOST_TOLD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_are_told_than_have_a_chance() {
        let pieces = |available, backorder| Availability {
            available,
            backorder,
            tracked: true,
            ..Availability::UNTRACKED
        };
        for (stock, told) in [
            (pieces(0, false), 0),
            (pieces(-3, false), 0),
            (pieces(1, false), 2),
            (pieces(3, false), 6),
            (pieces(i64::MAX, false), 500),
            (pieces(0, true), 500),
            (Availability::UNTRACKED, 500),
        ] {
            assert_eq!(chances(&stock), told, "{stock:?}");
        }
    }
}

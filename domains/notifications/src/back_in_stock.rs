//! A variant is back: those who waited longest are told first, and no more of them than have a chance to get a piece.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

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
    stock_alert::{VALID_DAYS, alert_path},
    store::alerts::{self, Waiting},
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

    pub(crate) fn now(variant_id: VariantId) -> Result<NewJob, Error> {
        let job = NewJob::new(Self::KIND, &Payload { variant_id })?;
        Ok(job.unique(format!("now {variant_id}")))
    }

    /// Those who were not told yet, once those who were had a day.
    fn tomorrow(ctx: &Ctx, variant_id: VariantId) -> Result<NewJob, Error> {
        let job = NewJob::new(Self::KIND, &Payload { variant_id })?;
        Ok(job
            .unique(format!("tomorrow {variant_id}"))
            .at(ctx.now() + TimeDelta::days(1)))
    }
}

#[async_trait]
impl Handler for TellWaiting {
    async fn run(&self, work: &Work, job: &Job) -> Result<(), Failure> {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::from)?;
        let mut ctx = work.write();
        tell(&self.mails, &mut ctx, &[payload.variant_id]).await?;
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
    let Some(alert) = alerts::find(ctx, event.alert_id).await? else {
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

/// Tells whoever's turn it is. All who wait are locked first, so that two events in a row do not tell twice as many.
pub(crate) async fn tell(mails: &Mails, ctx: &mut Ctx, variants: &[VariantId]) -> Result<(), Failure> {
    let mut lines: BTreeMap<VariantId, Vec<Waiting>> = BTreeMap::new();
    for waiting in alerts::lock_waiting(ctx, variants).await? {
        lines.entry(waiting.variant_id).or_default().push(waiting);
    }
    if lines.is_empty() {
        return Ok(());
    }
    let ids: Vec<VariantId> = lines.keys().copied().collect();
    let since = ctx.now() - TimeDelta::days(1);
    let told: HashMap<VariantId, i64> = alerts::count_told(ctx, &ids, since).await?;
    let stock = inventory::availability(ctx, &ids).await?;
    let mut done: Vec<StockAlertId> = Vec::new();
    for variant in catalog::sellable(ctx, &ids).await? {
        let id = variant.variant_id;
        let Some(line) = lines.remove(&id) else { continue };
        let told = told.get(&id).copied().unwrap_or_default();
        let turn = stock.get(&id).map_or(0, |stock| whose_turn(stock, told));
        if turn > 0 && line.len() > turn {
            ctx.enqueue(TellWaiting::tomorrow(ctx, id)?).await?;
        }
        let path = format!("/products/{}?variant={id}", variant.slug);
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
            done.push(waiting.id);
        }
    }
    alerts::mark_told(ctx, &done).await?;
    Ok(())
}

/// How many are told, when so many were told within a day.
fn whose_turn(stock: &Availability, told: i64) -> usize {
    if !stock.can_sell(1) {
        return 0;
    }
    let chances = if stock.tracked && !stock.backorder {
        stock.available.saturating_mul(TOLD_A_PIECE).min(MOST_TOLD)
    } else {
        MOST_TOLD
    };
    usize::try_from(chances.saturating_sub(told)).unwrap_or(0)
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
        for (stock, told, turn) in [
            (pieces(0, false), 0, 0),
            (pieces(-3, false), 0, 0),
            (pieces(1, false), 0, 2),
            (pieces(3, false), 4, 2),
            (pieces(3, false), 9, 0),
            (pieces(i64::MAX, false), 0, 500),
            (pieces(0, true), 100, 400),
            (Availability::UNTRACKED, 0, 500),
        ] {
            assert_eq!(whose_turn(&stock, told), turn, "{stock:?} {told}");
        }
    }
}

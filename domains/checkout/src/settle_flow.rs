//! Settles what a gateway said, together with others for whom money was taken, and shows the orders as they then are.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use database::{
    Ctx, InTransaction, Together, Work,
    idempotency::{self, Answer},
};
use kernel::{AttemptId, OrderId};
use orders::{Heard, OrderDetails};
use payments::Authorization;
use uuid::Uuid;

use crate::{
    Keyed, Placed,
    open::Paying,
    settle::{SettleError, settle_all},
    settled::{Standing, Told},
};

/// What whoever brings the news wants to see of the order.
#[derive(Clone)]
pub(crate) struct Wanted {
    /// The order, which then is paid.
    pub(crate) placed: Placed,
    /// The key under which the answer is kept.
    pub(crate) keyed: Option<Keyed>,
}

/// What there is to see.
pub(crate) enum Sight {
    /// The order as it then is.
    Order(Box<OrderDetails>),
    /// The answer, kept under its key.
    Kept(Answer),
}

/// What settling leaves for whoever brought the news.
#[derive(Default)]
pub(crate) struct Left {
    /// What they wanted to see, when the order was settled together with others.
    pub(crate) sight: Option<Sight>,
    /// Whether the order could not stand: it is cancelled, and the money goes back or is given up.
    pub(crate) fell: bool,
}

/// What a gateway said of an attempt.
#[derive(Clone)]
struct News {
    attempt_id: AttemptId,
    authorization: Authorization,
    /// The order as it was placed, where that was a moment ago.
    placed: Option<Arc<OrderDetails>>,
    wanted: Option<Wanted>,
}

impl News {
    fn told(&self) -> Told<'_> {
        Told {
            attempt_id: self.attempt_id,
            authorization: &self.authorization,
            placed: self.placed.as_deref(),
        }
    }
}

impl Together for News {
    type Done = Left;
    type Error = SettleError;

    fn subjects(&self) -> Vec<Uuid> {
        vec![self.attempt_id.into()]
    }

    fn run<'a>(
        ctx: &'a mut Ctx,
        batch: &'a [Self],
    ) -> InTransaction<'a, Vec<Result<Self::Done, SettleError>>, SettleError> {
        Box::pin(async move {
            let news: Vec<Told<'_>> = batch.iter().map(News::told).collect();
            // What is settled together was taken, so there is no failure to hear of.
            let settled = settle_all(ctx, &news, Heard::Later).await?;
            let paid: HashSet<OrderId> = settled.standing.iter().map(|standing| standing.id()).collect();
            let wanted = batch.iter().filter_map(|one| one.wanted.as_ref());
            let wanted: Vec<OrderId> = wanted.map(|wanted| wanted.placed.order_id).collect();
            let mut shown = show(ctx, &wanted, settled.standing).await?;
            let mut see = |wanted: &Wanted| {
                let order_id = wanted.placed.order_id;
                let details = shown.remove(&order_id);
                details.map(|details| match &wanted.keyed {
                    Some(keyed) if paid.contains(&order_id) => (keyed.answer)(&wanted.placed, details).map(Sight::Kept),
                    Some(_) | None => Ok(Sight::Order(Box::new(details))),
                })
            };
            let seen = batch
                .iter()
                .map(|one| one.wanted.as_ref().and_then(&mut see).transpose());
            let seen = seen.collect::<Result<Vec<Option<Sight>>, database::Error>>()?;
            keep(ctx, batch, &seen).await?;
            let left = batch.iter().zip(seen).map(|(one, sight)| {
                Ok(Left {
                    sight,
                    fell: settled.fallen.contains(&one.attempt_id),
                })
            });
            Ok(left.collect())
        })
    }
}

/// Keeps the answers to orders that were paid.
async fn keep(ctx: &mut Ctx, batch: &[News], seen: &[Option<Sight>]) -> Result<(), database::Error> {
    let kept = batch.iter().zip(seen).filter_map(|(one, sight)| {
        let keyed = one.wanted.as_ref()?.keyed.as_ref()?;
        match sight {
            Some(Sight::Kept(answer)) => Some((&keyed.request, Some(answer))),
            Some(Sight::Order(_)) | None => None,
        }
    });
    idempotency::end_all(ctx, &kept.collect::<Vec<_>>()).await
}

/// Everything about these orders. Those that were settled are at hand as they now are.
async fn show(
    ctx: &mut Ctx,
    wanted: &[OrderId],
    settled: Vec<Standing>,
) -> Result<HashMap<OrderId, OrderDetails>, database::Error> {
    let (mut shown, mut with_lines) = (HashMap::new(), Vec::new());
    for standing in settled.into_iter().filter(|standing| wanted.contains(&standing.id())) {
        match standing {
            Standing::Whole(details) => {
                shown.insert(details.order.id, *details);
            }
            Standing::WithLines(sold) => with_lines.push(*sold),
        }
    }
    let is_at_hand = |id: &OrderId| shown.contains_key(id) || with_lines.iter().any(|sold| sold.order.id == *id);
    let others: Vec<OrderId> = wanted.iter().copied().filter(|id| !is_at_hand(id)).collect();
    if !others.is_empty() {
        shown.extend(orders::get_all(ctx, &others).await?);
    }
    if !with_lines.is_empty() {
        let whole = orders::get_rest(ctx, with_lines).await?;
        shown.extend(whole.into_iter().map(|one| (one.order.id, one)));
    }
    Ok(shown)
}

/// Settles in a transaction of its own, or together with others for whom money was taken.
pub(crate) async fn settle_flow(
    work: &Work,
    attempt_id: AttemptId,
    authorization: &Authorization,
    heard: Heard,
) -> Result<(), SettleError> {
    let news = News {
        attempt_id,
        authorization: authorization.clone(),
        placed: None,
        wanted: None,
    };
    settle(work, news, heard).await?;
    Ok(())
}

/// The same for whoever has just placed the order and hears at once what becomes of it, with what it leaves.
pub(crate) async fn settle_placed_flow(
    work: &Work,
    opened: &Paying,
    authorization: &Authorization,
    wanted: Option<Wanted>,
) -> Result<Left, SettleError> {
    let news = News {
        attempt_id: opened.attempt_id,
        authorization: authorization.clone(),
        placed: Some(Arc::clone(&opened.placed)),
        wanted,
    };
    settle(work, news, Heard::AtOnce).await
}

async fn settle(work: &Work, news: News, heard: Heard) -> Result<Left, SettleError> {
    if matches!(news.authorization, Authorization::Captured { .. }) {
        return work.together(news).await;
    }
    let settled = work
        .transact(&(news, heard), |ctx, (news, heard)| {
            Box::pin(async move { settle_all(ctx, &[news.told()], *heard).await })
        })
        .await?;
    Ok(Left {
        sight: None,
        fell: !settled.fallen.is_empty(),
    })
}

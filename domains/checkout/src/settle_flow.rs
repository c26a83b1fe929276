//! Settles what a gateway said in a transaction, together with others who bring news of money at the same time.

use std::collections::HashMap;

use database::{Ctx, InTransaction, Together, Work};
use kernel::{AttemptId, OrderId};
use orders::{OrderAndLines, OrderDetails};
use payments::Authorization;
use uuid::Uuid;

use crate::settle::{SettleError, settle_all};

/// What a gateway said of an attempt.
#[derive(Debug, Clone)]
struct News {
    attempt_id: AttemptId,
    authorization: Authorization,
    /// Its order, when whoever brings the news wants to see it as it then is.
    shows: Option<OrderId>,
}

/// What settling leaves for whoever brought the news.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// The order as it now is, when that was wanted and it was settled together with others.
    pub(crate) details: Option<OrderDetails>,
    /// Whether the order could not stand: it is cancelled, and the money goes back or is given up.
    pub(crate) fell: bool,
}

impl Together for News {
    type Done = Shown;
    type Error = SettleError;

    fn subjects(&self) -> Vec<Uuid> {
        vec![self.attempt_id.into()]
    }

    fn run<'a>(
        ctx: &'a mut Ctx,
        batch: &'a [Self],
    ) -> InTransaction<'a, Vec<Result<Self::Done, SettleError>>, SettleError> {
        Box::pin(async move {
            let news: Vec<_> = batch.iter().map(|one| (one.attempt_id, &one.authorization)).collect();
            let mut settled = settle_all(ctx, &news).await?;
            let shown: Vec<OrderId> = batch.iter().filter_map(|one| one.shows).collect();
            settled.standing.retain(|sold| shown.contains(&sold.order.id));
            let mut shown = show(ctx, &shown, settled.standing).await?;
            let fell = |one: &Self| settled.fallen.contains(&one.attempt_id);
            let shown = batch.iter().map(|one| {
                Ok(Shown {
                    details: one.shows.and_then(|order| shown.remove(&order)),
                    fell: fell(one),
                })
            });
            Ok(shown.collect())
        })
    }
}

/// Everything about these orders. Those that were settled are at hand as they now are.
async fn show(
    ctx: &mut Ctx,
    wanted: &[OrderId],
    settled: Vec<OrderAndLines>,
) -> Result<HashMap<OrderId, OrderDetails>, database::Error> {
    let is_at_hand = |id: &OrderId| settled.iter().any(|sold| sold.order.id == *id);
    let others: Vec<OrderId> = wanted.iter().copied().filter(|id| !is_at_hand(id)).collect();
    let mut shown = HashMap::new();
    if !others.is_empty() {
        shown = orders::get_all(ctx, &others).await?;
    }
    if !settled.is_empty() {
        let whole = orders::get_rest(ctx, settled).await?;
        shown.extend(whole.into_iter().map(|one| (one.order.id, one)));
    }
    Ok(shown)
}

/// Settles in a transaction of its own, or together with others for whom money was taken.
pub(crate) async fn settle_flow(
    work: &Work,
    attempt_id: AttemptId,
    authorization: &Authorization,
) -> Result<(), SettleError> {
    settle_and_show_flow(work, attempt_id, authorization, None).await?;
    Ok(())
}

/// The same, with what it leaves.
pub(crate) async fn settle_and_show_flow(
    work: &Work,
    attempt_id: AttemptId,
    authorization: &Authorization,
    shows: Option<OrderId>,
) -> Result<Shown, SettleError> {
    let news = News {
        attempt_id,
        authorization: authorization.clone(),
        shows,
    };
    if matches!(authorization, Authorization::Captured { .. }) {
        return work.together(news).await;
    }
    let settled = work
        .transact(&news, |ctx, news| {
            Box::pin(async move { settle_all(ctx, &[(news.attempt_id, &news.authorization)]).await })
        })
        .await?;
    Ok(Shown {
        details: None,
        fell: !settled.fallen.is_empty(),
    })
}

//! What runs by the clock, for every store: the reconciler, sales that begin or end, stock whose reservation ran out, the morning's mail of what is low,
//! mails about carts that were left behind, and housekeeping, which counts what sells too.

use std::time::Duration;

use database::{Ctx, Database, Error, InTransaction, Scope, Work, inspect, worker};
use payments::Gateways;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_secs(15);
/// Rounds between two housekeepings: an hour.
const HOUSEKEEPING: u64 = 240;

/// A step of forgetting what is old; the answer is whether there may be more.
type Step = for<'a> fn(&'a mut Ctx, &'a ()) -> InTransaction<'a, bool, Error>;

/// What may be much goes in steps, each in a transaction of its own, so that nobody waits long for it.
const OLD: [Step; 5] = [
    |ctx, ()| Box::pin(cart::delete_idle(ctx)),
    |ctx, ()| Box::pin(inventory::forget_given_up(ctx)),
    |ctx, ()| Box::pin(payments::forget_events(ctx)),
    |ctx, ()| Box::pin(notifications::empty_old_mails(ctx)),
    |ctx, ()| Box::pin(imports::forget_problems(ctx)),
];
/// How many steps an hour; what is left waits for the next.
const MOST_STEPS: usize = 100;

/// Runs rounds until `stop` is cancelled.
pub async fn run(database: Database, gateways: Gateways, stop: CancellationToken) {
    let mut rounds: u64 = 0;
    while !stop.is_cancelled() {
        if let Err(error) = round(&database, &gateways, rounds.is_multiple_of(HOUSEKEEPING)).await {
            tracing::warn!(%error, "a periodic round failed and will be tried again");
        }
        rounds = rounds.wrapping_add(1);
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// One round over every store. What fails in one is told and keeps no other from its turn.
pub async fn round(database: &Database, gateways: &Gateways, housekeeping: bool) -> Result<(), Error> {
    for store in database.list_stores().await? {
        let work = Work::new(database.clone(), Scope::system(store));
        let slug = &work.store().slug;
        if let Err(error) = checkout::reconcile_flow(&work, gateways).await {
            tracing::warn!(store = slug, %error, "payments could not be reconciled");
        }
        if let Err(error) = turn_prices(&work).await {
            tracing::warn!(store = slug, %error, "sales that began or ended are not in lists yet and will be in the next round");
        }
        if let Err(error) = look_after(&work).await {
            tracing::warn!(store = slug, %error, "stock could not be looked after and will be in the next round");
        }
        if let Err(error) = remind_of_carts(&work).await {
            tracing::warn!(store = slug, %error, "carts that were left behind could not be looked for and will be in the next round");
        }
        if housekeeping && let Err(error) = keep_house(&work).await {
            tracing::warn!(store = slug, %error, "what is old could not be tidied away and will be in an hour");
        }
    }
    if housekeeping {
        worker::delete_old(database).await?;
        let overdue = inspect::backlog(database).await?.overdue;
        if overdue > 0 {
            tracing::warn!(
                overdue,
                "jobs or events are due for more than an hour, and no worker that runs takes them"
            );
        }
    }
    Ok(())
}

/// Lists go by what products cost once their sales have begun or ended.
async fn turn_prices(work: &Work) -> Result<(), Error> {
    loop {
        let mut ctx = work.write();
        let is_more = catalog::turn_prices(&mut ctx).await?;
        ctx.commit().await?;
        if !is_more {
            return Ok(());
        }
    }
}

/// Stock whose reservation ran out, and the mail of what is low.
async fn look_after(work: &Work) -> Result<(), Error> {
    let mut ctx = work.write();
    inventory::expire_due(&mut ctx).await?;
    ctx.commit().await?;
    let mut ctx = work.write();
    notifications::start_low_stock(&mut ctx).await?;
    ctx.commit().await
}

/// Mails about carts that were left behind.
async fn remind_of_carts(work: &Work) -> Result<(), Error> {
    let mut ctx = work.write();
    notifications::start_cart_reminders(&mut ctx).await?;
    ctx.commit().await
}

async fn keep_house(work: &Work) -> Result<(), Error> {
    let mut ctx = work.write();
    identity::delete_expired(&mut ctx).await?;
    database::idempotency::delete_old(&mut ctx).await?;
    database::limits::delete_full(&mut ctx).await?;
    queue::delete_old(&mut ctx).await?;
    notifications::delete_old_alerts(&mut ctx).await?;
    notifications::delete_old_pushes(&mut ctx).await?;
    ctx.commit().await?;
    for forget in OLD {
        for _ in 0..MOST_STEPS {
            if !work.transact(&(), forget).await? {
                break;
            }
        }
    }
    let mut ctx = work.write();
    orders::tell_sold(&mut ctx).await?;
    ctx.commit().await?;
    database::outbox::delete_old(work).await?;
    Ok(())
}

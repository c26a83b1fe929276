//! Notes what a gateway is to do with money that it holds, before it is asked.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::AttemptId;

use crate::{Wanted, open_attempt::PATIENCE, store};

/// Who asks the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The caller, as soon as this is committed; the reconciler only when the answer is lost.
    Caller,
    /// The reconciler, in its next round.
    Reconciler,
}

/// Notes it. False: the money is not held, or something else was asked before.
pub async fn ask_for(ctx: &mut Ctx, attempt: AttemptId, wanted: Wanted, asker: Asker) -> Result<bool, Error> {
    let patience = match asker {
        Asker::Caller => PATIENCE,
        Asker::Reconciler => TimeDelta::zero(),
    };
    let check_at = ctx.now() + patience;
    store::update_wanted(ctx, attempt, wanted, check_at).await
}

//! Notes that a gateway is to give up money that it holds, before it is asked.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::AttemptId;

use crate::{open_attempt::PATIENCE, store};

/// Who asks the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The caller, as soon as this is committed; the reconciler only when the answer is lost.
    Caller,
    /// The reconciler, in its next round.
    Reconciler,
}

impl Asker {
    /// How long the reconciler waits.
    pub(crate) fn patience(self) -> TimeDelta {
        match self {
            Self::Caller => PATIENCE,
            Self::Reconciler => TimeDelta::zero(),
        }
    }
}

/// Notes it. False: no money is held, or a capture is under way.
pub async fn give_up(ctx: &mut Ctx, attempt: AttemptId, asker: Asker) -> Result<bool, Error> {
    let check_at = ctx.now() + asker.patience();
    store::update_giving_up(ctx, attempt, check_at).await
}

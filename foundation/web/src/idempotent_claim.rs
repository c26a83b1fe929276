//! A key that is claimed while a flow runs, and what becomes of it however the flow ends.

use std::time::Duration;

use database::{Work, idempotency};
use kernel::Time;
use tokio::runtime::Handle;

/// How soon a key is tried to be freed again while the database is away.
const AGAIN: Duration = Duration::from_millis(250);

/// What becomes of a key that has no answer in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// It is free.
    Freed,
    /// It is left to its lease.
    Left,
}

/// A claimed key. Where the flow is cut off, or the database goes away before it ends, the key is freed, or its answer kept, as
/// soon as that is possible: whoever asks again need not wait until the lease ends.
pub(crate) struct Claim {
    work: Work,
    since: Time,
    unanswered: Unanswered,
    left: Option<Left>,
}

/// What is still to be written under a key.
struct Left {
    record: idempotency::Request,
    answer: Option<idempotency::Answer>,
}

impl Left {
    fn stays(&self, unanswered: Unanswered) -> bool {
        self.answer.is_none() && unanswered == Unanswered::Left
    }
}

impl Claim {
    pub(crate) fn new(work: &Work, record: idempotency::Request, unanswered: Unanswered) -> Self {
        let answer = None;
        Self {
            work: work.clone(),
            since: work.now(),
            unanswered,
            left: Some(Left { record, answer }),
        }
    }

    /// Keeps the answer, or frees the key when there is none and none is to come. What cannot be written at once is written later: the flow has ended,
    /// and whoever asked is answered.
    pub(crate) async fn end(mut self, answer: Option<idempotency::Answer>) {
        let Some(left) = &mut self.left else { return };
        left.answer = answer;
        if left.stays(self.unanswered) {
            return;
        }
        match idempotency::end_flow(&self.work, &left.record, left.answer.clone()).await {
            Ok(()) => self.left = None,
            Err(error) => tracing::warn!(%error, "what a key was used for is written later"),
        }
    }

    /// The key is somebody else's, or its answer is kept already.
    pub(crate) fn leave(claim: Option<Self>) {
        if let Some(mut claim) = claim {
            claim.left = None;
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // A program that is about to end leaves the key to its lease.
        let left = self.left.take().filter(|left| !left.stays(self.unanswered));
        if let (Some(left), Ok(runtime)) = (left, Handle::try_current()) {
            runtime.spawn(write_later(self.work.clone(), self.since, left));
        }
    }
}

/// When the lease has ended, somebody else may have claimed the key, and it is not ours to free.
async fn write_later(work: Work, since: Time, left: Left) {
    while work.now() - since < idempotency::LEASE {
        match idempotency::end_flow(&work, &left.record, left.answer.clone()).await {
            Ok(()) => return,
            Err(error) => tracing::debug!(%error, "a key cannot be freed yet"),
        }
        tokio::time::sleep(AGAIN).await;
    }
    tracing::warn!("a key was left to its lease");
}

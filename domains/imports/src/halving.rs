//! The one way in which rows of every kind are written although the database refuses some: a batch that cannot be written is
//! halved until the bad row stands alone, so that it fails alone.

use std::ops::Range;

use database::{Ctx, InTransaction, Work};

use crate::write_error::WriteError;

/// A batch on its way into the database: the parts that still wait, and what became of the rows before them.
#[derive(Debug)]
pub(crate) struct Halving<O> {
    waiting: Vec<Range<usize>>,
    outcomes: Vec<O>,
}

impl<O> Halving<O> {
    /// A batch of so many, to be written in one part.
    pub(crate) fn of(count: usize) -> Self {
        Self {
            waiting: Some(0..count).filter(|all| !all.is_empty()).into_iter().collect(),
            outcomes: Vec::with_capacity(count),
        }
    }

    /// The part to be written next; none when all are written.
    pub(crate) fn next(&mut self) -> Option<Range<usize>> {
        self.waiting.pop()
    }

    /// Notes what became of that part. Fails when nothing more can be written, whatever the rows hold.
    pub(crate) fn settle(
        &mut self,
        part: Range<usize>,
        written: Result<Vec<O>, WriteError>,
        refused: impl FnOnce(&WriteError) -> O,
    ) -> Result<(), WriteError> {
        match written {
            Ok(outcomes) => self.outcomes.extend(outcomes),
            Err(error) if error.ends_the_run() => return Err(error),
            Err(error) if part.len() <= 1 => self.outcomes.push(refused(&error)),
            Err(error) => {
                tracing::debug!(
                    error = error.reason(),
                    rows = part.len(),
                    "a batch failed and is halved"
                );
                let middle = part.start + part.len() / 2;
                self.waiting.push(middle..part.end);
                self.waiting.push(part.start..middle);
            }
        }
        Ok(())
    }

    /// What became of each, in their order.
    pub(crate) fn outcomes(self) -> Vec<O> {
        self.outcomes
    }
}

/// Runs `body` in a transaction of its own, which a dry run takes back.
pub(crate) async fn in_transaction<I, T, E>(
    work: &Work,
    dry_run: bool,
    input: &I,
    body: for<'a> fn(&'a mut Ctx, &'a I) -> InTransaction<'a, T, E>,
) -> Result<T, E>
where
    I: Sync + ?Sized,
    T: Send,
    E: std::error::Error + From<database::Error> + Send + 'static,
{
    if !dry_run {
        return work.transact(input, body).await;
    }
    let mut ctx = work.write();
    let written = body(&mut ctx, input).await;
    ctx.rollback().await;
    written
}

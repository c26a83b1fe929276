//! Requests that must not take effect twice and share a transaction with others of their kind: the keys, effects and answers
//! of a batch are committed together.

use std::collections::BTreeMap;

use axum::response::Response;
use database::{
    Ctx, Error, InTransaction, Together, Work,
    idempotency::{self, Begin},
};
use uuid::Uuid;

use crate::{Answer, IdempotentRequest, Problem, idempotent::known, idempotent_answer::keepable};

/// A mutation that can be done together with others of its kind.
pub trait Mutation: Clone + Send + Sync + 'static {
    /// Why it is not done.
    type Error: std::error::Error + From<Error> + Into<Problem> + Send + 'static;

    /// See [`Together::NAMES_ITS_SHOPPER`].
    const NAMES_ITS_SHOPPER: bool = false;

    /// See [`Together::subjects`].
    fn subjects(&self) -> Vec<Uuid>;

    /// Does all of a batch and answers each, as [`Together::run`] does.
    fn run<'a>(
        ctx: &'a mut Ctx,
        batch: &'a [&'a Self],
    ) -> InTransaction<'a, Vec<Result<Response, Self::Error>>, Self::Error>;
}

#[derive(Clone)]
pub(crate) struct Keyed<M> {
    pub(crate) record: Option<idempotency::Request>,
    pub(crate) mutation: M,
}

impl<M: Mutation> Together for Keyed<M> {
    type Done = Answer;
    type Error = M::Error;

    const NAMES_ITS_SHOPPER: bool = M::NAMES_ITS_SHOPPER;

    fn subjects(&self) -> Vec<Uuid> {
        let mut subjects = self.mutation.subjects();
        subjects.extend(self.record.as_ref().map(idempotency::Request::subject));
        subjects
    }

    fn run<'a>(ctx: &'a mut Ctx, batch: &'a [Self]) -> InTransaction<'a, Vec<Result<Answer, M::Error>>, M::Error> {
        Box::pin(run_keyed(ctx, batch))
    }
}

/// Runs a mutation together with those of others, and its key with it. A problem is not kept.
pub async fn write_together<M: Mutation>(work: &Work, request: &IdempotentRequest, mutation: M) -> Answer {
    let record = request.record(work);
    match work.together(Keyed { record, mutation }).await {
        Ok(answer) => answer,
        Err(error) => Err(error.into()),
    }
}

/// Several look at their keys and write each once, with its answer; who was beaten to one of them is done alone. A single one
/// claims its key first, so that whoever has it is waited for.
async fn run_keyed<M: Mutation>(ctx: &mut Ctx, batch: &[Keyed<M>]) -> Result<Vec<Result<Answer, M::Error>>, M::Error> {
    let claims = batch.len() == 1;
    let records: Vec<_> = batch.iter().filter_map(|one| one.record.clone()).collect();
    let begun = if claims {
        idempotency::begin_all(ctx, &records).await?
    } else {
        idempotency::look_all(ctx, &records).await?
    };
    let mut begun = begun.into_iter();
    let (mut answers, mut fresh) = (BTreeMap::new(), Vec::new());
    for (place, one) in batch.iter().enumerate() {
        match one.record.as_ref().and_then(|_| begun.next()) {
            Some(Begin::InFlight) if !claims => {
                answers.insert(place, Err(Error::apart().into()));
            }
            begun => match begun.and_then(known) {
                Some(answer) => {
                    answers.insert(place, Ok(answer));
                }
                None => fresh.push((place, one)),
            },
        }
    }
    let mutations: Vec<&M> = fresh.iter().map(|(_, one)| &one.mutation).collect();
    let done = if mutations.is_empty() {
        Vec::new()
    } else {
        M::run(ctx, &mutations).await?
    };
    // One whose neighbours' keys were all known ran as one by itself does.
    let is_single = fresh.len() == 1;
    let mut ends = Vec::new();
    for ((place, one), outcome) in fresh.into_iter().zip(done) {
        let answer = match outcome {
            // What it wrote before it was refused goes with its transaction.
            Err(error) if claims => return Err(error),
            Err(_) if is_single => return Err(Error::apart().into()),
            Err(error) => {
                answers.insert(place, Err(error));
                None
            }
            Ok(response) => {
                let unfit = |problem: Problem| Error::corrupt("answer", problem.to_string());
                let (response, answer) = keepable(response, None).await.map_err(unfit)?;
                answers.insert(place, Ok(Ok(response)));
                answer
            }
        };
        if let Some(record) = &one.record {
            ends.push((record, answer));
        }
    }
    keep(ctx, &ends, claims).await?;
    Ok(answers.into_values().collect())
}

/// Keeps the answers that can be kept. Somebody who answered under one of the keys that were only looked at came first.
async fn keep(
    ctx: &mut Ctx,
    ends: &[(&idempotency::Request, Option<idempotency::Answer>)],
    claimed: bool,
) -> Result<(), Error> {
    let ends = ends.iter().map(|(record, answer)| (*record, answer.as_ref()));
    if claimed {
        return idempotency::end_all(ctx, &ends.collect::<Vec<_>>()).await;
    }
    let kept = ends.filter_map(|(record, answer)| Some((record, answer?)));
    if idempotency::keep_all(ctx, &kept.collect::<Vec<_>>()).await? {
        Ok(())
    } else {
        Err(Error::apart())
    }
}

//! The job that forgets a person, step by step.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use database::{
    Error, Work,
    jobs::{Job, NewJob},
    worker::{Failure, Handler},
};
use kernel::ErasureId;
use notifications::Mails;
use payments::Gateways;
use serde::{Deserialize, Serialize};

use crate::steps::{self, Next};

/// How many steps a run takes before it lets others work.
const STEPS: usize = 20;

#[derive(Serialize, Deserialize)]
struct Payload {
    request_id: ErasureId,
}

/// Forgets a person. What a run leaves is found by the next one, wherever it ended.
pub struct ErasePerson {
    mails: Arc<Mails>,
    gateways: Gateways,
}

impl ErasePerson {
    /// The kind of job it handles.
    pub const KIND: &'static str = "erase_person";

    /// The last mail is written with these, and these gateways forget who is erased.
    pub fn new(mails: Arc<Mails>, gateways: Gateways) -> Self {
        Self { mails, gateways }
    }

    pub(crate) fn job(request_id: ErasureId) -> Result<NewJob, Error> {
        NewJob::new(Self::KIND, &Payload { request_id })
    }
}

#[async_trait]
impl Handler for ErasePerson {
    async fn run(&self, work: &Work, job: &Job) -> Result<(), Failure> {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::from)?;
        let id = payload.request_id;
        let mut wait = TimeDelta::zero();
        for _ in 0..STEPS {
            let mut ctx = work.write();
            let next = steps::next(&self.mails, &mut ctx, id).await?;
            ctx.commit().await?;
            database::fail_point("erasure-step");
            match next {
                Next::Step => {}
                Next::Later(for_so_long) => {
                    wait = for_so_long;
                    break;
                }
                Next::Gateways(customer, known) => {
                    let is_forgotten = checkout::forget_customer_flow(work, &self.gateways, customer, &known).await?;
                    if !is_forgotten {
                        wait = steps::FOR_OTHERS;
                        break;
                    }
                }
                Next::Done => return Ok(()),
            }
        }
        let mut ctx = work.write();
        let at = ctx.now() + wait;
        ctx.enqueue(Self::job(id)?.at(at)).await?;
        Ok(ctx.commit().await?)
    }
}

//! Reads an order that was just placed. Who placed theirs together read them together.

use database::{Ctx, InTransaction, Together, Work};
use kernel::OrderId;
use uuid::Uuid;

use crate::{ChangeError, OrderDetails, store};

#[derive(Debug, Clone)]
struct Reading(OrderId);

impl Together for Reading {
    type Done = OrderDetails;
    type Error = ChangeError;

    const NAMES_ITS_SHOPPER: bool = true;

    fn subjects(&self) -> Vec<Uuid> {
        vec![self.0.into()]
    }

    fn run<'a>(
        ctx: &'a mut Ctx,
        batch: &'a [Self],
    ) -> InTransaction<'a, Vec<Result<OrderDetails, ChangeError>>, ChangeError> {
        Box::pin(async move {
            let ids: Vec<OrderId> = batch.iter().map(|Reading(id)| *id).collect();
            let mut found = store::whole::list_of(ctx, &ids).await?;
            let take = |id: &OrderId| found.remove(id).ok_or(ChangeError::NotFound);
            Ok(ids.iter().map(take).collect())
        })
    }
}

/// Everything about an order, in a transaction of its own or together with others.
pub async fn get_flow(work: &Work, id: OrderId) -> Result<OrderDetails, ChangeError> {
    work.together(Reading(id)).await
}

//! Takes a ticket. Who comes at the same time takes theirs together, with one statement for all of them.

use database::{Ctx, Error, InTransaction, Together, Work};
use uuid::Uuid;

use crate::{Ticket, store};

/// Somebody who wants a place.
#[derive(Debug, Clone, Copy)]
pub struct Join;

/// A place at the end of the queue; none where there is no waiting room.
pub async fn join(work: &Work) -> Result<Option<Ticket>, Error> {
    work.together(Join).await
}

/// The same for several within a transaction of theirs.
pub async fn join_all(ctx: &mut Ctx, count: usize) -> Result<Vec<Option<Ticket>>, Error> {
    let places = store::append(ctx, count).await?;
    let ticket = |index| places.get(index).map(|place| Ticket { place: *place });
    Ok((0..count).map(ticket).collect())
}

impl Together for Join {
    type Done = Option<Ticket>;
    type Error = Error;

    const NAMES_ITS_SHOPPER: bool = true;

    fn subjects(&self) -> Vec<Uuid> {
        Vec::new()
    }

    fn run<'a>(ctx: &'a mut Ctx, batch: &'a [Self]) -> InTransaction<'a, Vec<Result<Option<Ticket>, Error>>, Error> {
        Box::pin(async move {
            let tickets = join_all(ctx, batch.len()).await?;
            Ok(tickets.into_iter().map(Ok).collect())
        })
    }
}

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

impl Together for Join {
    type Done = Option<Ticket>;
    type Error = Error;

    const NAMES_ITS_SHOPPER: bool = true;

    fn subjects(&self) -> Vec<Uuid> {
        Vec::new()
    }

    fn run<'a>(ctx: &'a mut Ctx, batch: &'a [Self]) -> InTransaction<'a, Vec<Result<Option<Ticket>, Error>>, Error> {
        Box::pin(async move {
            let places = store::append(ctx, batch.len()).await?;
            let ticket = |index| Ok(places.get(index).map(|place| Ticket { place: *place }));
            Ok((0..batch.len()).map(ticket).collect())
        })
    }
}

//! Whether the desk still lists what is to do before a store's first order.

use kernel::{Forbidden, Permission};

use crate::{Ctx, Error};

const ARE_AWAY: &str = "SELECT first_steps_put_away FROM platform.stores WHERE id = $1";
const PUT_AWAY: &str = "UPDATE platform.stores SET first_steps_put_away = true WHERE id = $1";

/// Why the list stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum PutAwayError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Whether somebody put the list away.
pub async fn are_put_away(ctx: &mut Ctx) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let away = sqlx::query_scalar(ARE_AWAY)
        .bind(store_id)
        .fetch_one(ctx.sql().await?)
        .await?;
    Ok(away)
}

/// Puts the list away, for everybody and for good.
pub async fn put_away(ctx: &mut Ctx) -> Result<(), PutAwayError> {
    ctx.require(Permission::ManageSettings)?;
    let store_id = ctx.store_id();
    sqlx::query(PUT_AWAY)
        .bind(store_id)
        .execute(ctx.sql().await?)
        .await
        .map_err(Error::from)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::Actor;

    use super::*;
    use crate::testing::TestDatabase;

    #[tokio::test]
    async fn the_list_is_there_until_somebody_puts_it_away() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().acting_as(Actor::Guest).write();
        assert!(matches!(put_away(&mut ctx).await, Err(PutAwayError::Forbidden(_))));
        let mut ctx = db.work().write();
        assert!(!are_put_away(&mut ctx).await.unwrap());
        put_away(&mut ctx).await.unwrap();
        assert!(are_put_away(&mut ctx).await.unwrap());
    }
}

//! The end of a second factor: by its owner with a last code, or by a colleague who manages staff.

use chrono::TimeDelta;
use database::{Ctx, Error, Work};
use kernel::{AccountId, EmailAddress};

use crate::{
    ChangeStaffError, assigned_role,
    second_factor::{CodeRefused, try_code},
    store,
};

/// Why the second factor stays.
#[derive(Debug, thiserror::Error)]
pub enum RemoveSecondFactorError {
    /// The code is wrong or was used before.
    #[error("the code is wrong")]
    WrongCode,
    /// Too many tries failed, here or at sign-in.
    #[error("too many tries failed; the next is possible in {} s", retry_after.num_seconds())]
    TooManyAttempts {
        /// How long to wait.
        retry_after: TimeDelta,
    },
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Takes the second factor away, for a code that works: a stolen session alone cannot. It is a flow because a wrong code must
/// be counted although it fails.
pub async fn remove_second_factor_flow(
    work: &Work,
    account_id: AccountId,
    email: &EmailAddress,
    code: &str,
) -> Result<(), RemoveSecondFactorError> {
    let mut ctx = work.write();
    let tried = try_code(&mut ctx, account_id, email, code).await?;
    if tried.is_ok() {
        store::delete_second_factor(&mut ctx, account_id).await?;
        store::delete_failures(&mut ctx, email).await?;
    }
    ctx.commit().await?;
    tried.map_err(|refused| match refused {
        CodeRefused::Wrong => RemoveSecondFactorError::WrongCode,
        CodeRefused::Locked(retry_after) => RemoveSecondFactorError::TooManyAttempts { retry_after },
    })
}

/// Takes away the second factor of a colleague who lost it, and passkeys with it. Whoever does that must hold everything the colleague holds. Every
/// session of the colleague ends.
pub async fn remove_staff_second_factor(ctx: &mut Ctx, account_id: AccountId) -> Result<(), ChangeStaffError> {
    ctx.require(kernel::Permission::ManageStaff)?;
    let staff = store::lock_staff(ctx).await?;
    let member = staff
        .into_iter()
        .find(|member| member.account_id == account_id)
        .ok_or(ChangeStaffError::NotFound)?;
    assigned_role::require(ctx, &member.role.permissions)?;
    let had_passkeys = store::delete_passkeys(ctx, account_id).await?;
    if !store::delete_second_factor(ctx, account_id).await? && !had_passkeys {
        return Err(ChangeStaffError::NotFound);
    }
    store::delete_sessions_but(ctx, account_id, None).await?;
    Ok(())
}

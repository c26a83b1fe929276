//! `souk user`: makes a member of staff.

use std::process::ExitCode;

use identity::{NewPassword, NewStaff, Role};
use kernel::EmailAddress;

use super::say;
use crate::{
    cli::NewUser,
    program::{Opened, work_on},
};

pub(crate) async fn run(opened: &Opened, wanted: NewUser) -> anyhow::Result<ExitCode> {
    let NewUser {
        email,
        name,
        role,
        store,
    } = wanted;
    let work = work_on(&opened.database, store.as_deref()).await?;
    let email = EmailAddress::parse(&email)?;
    let role = Role::parse(&role).ok_or_else(|| anyhow::anyhow!("--role is owner, manager or support"))?;
    say("Password (at least 8 characters), then Enter:");
    let mut password = String::new();
    std::io::stdin().read_line(&mut password)?;
    let password = NewPassword::parse(password.trim_end_matches(['\r', '\n']), &email)?
        .hash(&work)
        .await?;
    let mut ctx = work.write();
    identity::create_staff(
        &mut ctx,
        NewStaff {
            email: email.clone(),
            name,
            role,
            password,
        },
    )
    .await?;
    ctx.commit().await?;
    say(&format!("{email} may sign in to {} at /admin.", work.store().name));
    Ok(ExitCode::SUCCESS)
}

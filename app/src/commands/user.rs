//! `souk user`: makes a member of staff.

use std::{io::IsTerminal as _, process::ExitCode};

use console::Term;
use identity::{NewPassword, NewStaff, Role};
use kernel::EmailAddress;

use super::{say, say_aside};
use crate::{
    cli::NewUser,
    program::{Opened, work_on},
};

/// Asks whoever sits at a terminal, which does not show what is typed, and otherwise reads a line.
fn ask_password() -> std::io::Result<String> {
    if std::io::stdin().is_terminal() {
        say_aside("Password (at least 8 characters), then Enter:");
        return Term::stderr().read_secure_line();
    }
    let mut password = String::new();
    std::io::stdin().read_line(&mut password)?;
    Ok(password)
}

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
    let password = tokio::task::spawn_blocking(ask_password).await??;
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

//! `souk user`: makes a member of staff.

use std::{
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use identity::{NewPassword, NewStaff, Role};
use kernel::EmailAddress;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::{say, say_aside};
use crate::{
    cli::NewUser,
    program::{Opened, work_on},
};

/// A terminal that does not show what is typed, until this goes.
struct Hidden(Termios);

impl Hidden {
    fn begin() -> io::Result<Self> {
        let shown = tcgetattr(io::stdin())?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Now, &hidden)?;
        Ok(Self(shown))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _the_terminal_may_be_gone = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
        say_aside("");
    }
}

/// Asks whoever sits at a terminal, which does not show the answer however this ends, and otherwise reads a line.
async fn ask_password() -> anyhow::Result<String> {
    let hidden = io::stdin().is_terminal().then(Hidden::begin).transpose()?;
    if hidden.is_some() {
        say_aside("Password (at least 8 characters), then Enter:");
    }
    let read = || {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|_| line)
    };
    Ok(tokio::task::spawn_blocking(read).await??)
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
    let password = ask_password().await?;
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

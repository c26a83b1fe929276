//! `souk key`: makes an API key.

use std::process::ExitCode;

use anyhow::Context as _;
use kernel::Permission;

use super::say;
use crate::{
    cli::NewKey,
    program::{Opened, work_on},
};

pub(crate) async fn run(opened: &Opened, wanted: NewKey) -> anyhow::Result<ExitCode> {
    let NewKey {
        name,
        permission: permissions,
        store,
    } = wanted;
    let work = work_on(&opened.database, store.as_deref()).await?;
    let known = || {
        Permission::ALL
            .iter()
            .map(|permission| permission.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let permissions = if permissions.is_empty() {
        Permission::ALL.to_vec()
    } else {
        permissions
            .iter()
            .map(|text| {
                Permission::parse(text).with_context(|| format!("no permission {text:?}; there are: {}", known()))
            })
            .collect::<anyhow::Result<_>>()?
    };
    let mut ctx = work.write();
    let (key, secret) = identity::create_api_key(&mut ctx, &name, &permissions).await?;
    ctx.commit().await?;
    say(&format!(
        "{} {}\nThe secret is shown this once:\n{}",
        key.id,
        key.name,
        secret.as_str()
    ));
    Ok(ExitCode::SUCCESS)
}

//! `souk backup`: database and files in one archive.

use std::{
    collections::BTreeMap,
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, ensure};
use database::backup;

use super::say;
use crate::{
    archive::{self, Manifest},
    cli::BackupCommand,
    config::Config,
    files,
    program::Opened,
};

pub(crate) async fn run(config: &Config, opened: &Opened, wanted: &BackupCommand) -> anyhow::Result<ExitCode> {
    let name = opened.database.now().format("souk-%Y%m%d-%H%M%S.tar").to_string();
    if wanted.to.extension().is_none() && !wanted.to.exists() {
        DirBuilder::new()
            .mode(0o700)
            .create(&wanted.to)
            .with_context(|| format!("the folder {} cannot be made", wanted.to.display()))?;
    }
    let to = if wanted.to.is_dir() {
        wanted.to.join(name)
    } else {
        wanted.to.clone()
    };
    let manifest = backup_to(config, opened, &to).await?;
    let bytes = std::fs::metadata(&to)?.len();
    say(&format!(
        "{} is the state of {}: {}, {} MB.",
        to.display(),
        manifest.made_at.format("%Y-%m-%d %H:%M:%S UTC"),
        summary(&manifest),
        bytes.div_ceil(1_000_000),
    ));
    if config.s3_bucket.is_some() {
        say(&format!(
            "Pictures and other stored files are in {} and not in the archive: they never change, so any later copy of the \
             bucket will do.",
            files::place(config)
        ));
    }
    say("It holds customers' data and the keys that sign links: keep it where only you can read it.");
    if config.data.join("secret.key").exists() {
        say("The key of sealed secrets is not in it: keep a copy of secret.key from the data folder somewhere else.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Stores, orders and files, as a person would count them.
pub(crate) fn summary(manifest: &Manifest) -> String {
    let rows = |table: &str| manifest.contents.rows.get(table).copied().unwrap_or_default();
    format!(
        "{} stores, {} products, {} orders, {} files",
        rows("platform.stores"),
        rows("catalog.products"),
        rows("orders.orders"),
        manifest.pieces.len().saturating_sub(1)
    )
}

/// Writes the archive. The dump is of one moment; files are read after it, and a row never names a file that was not kept
/// before, so every file that the dump names is there.
pub async fn backup_to(config: &Config, opened: &Opened, to: &Path) -> anyhow::Result<Manifest> {
    ensure!(!to.exists(), "{} exists: choose another name", to.display());
    refuse_data_folder(to, &config.data)?;
    let unfinished = Unfinished(PathBuf::from(format!("{}.dump.part", to.display())));
    let postgresql = backup::server_version(&opened.database).await?;
    let contents = backup::dump(&opened.database, &opened.server, &unfinished.0).await?;
    ensure!(contents.stores() > 0, "there is no store to keep");
    let manifest = Manifest {
        layout: archive::LAYOUT,
        souk: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: opened.database.now(),
        postgresql,
        contents,
        pieces: BTreeMap::new(),
    };
    let (to, data) = (to.to_owned(), config.data.clone());
    tokio::task::spawn_blocking(move || archive::write(&to, &unfinished.0, &data, manifest)).await?
}

/// A backup in the data folder would be lost with it, and stand in every later backup.
pub fn refuse_data_folder(to: &Path, data: &Path) -> anyhow::Result<()> {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let real = folder
        .canonicalize()
        .with_context(|| format!("there is no folder {}", folder.display()))?;
    let data = data.canonicalize()?;
    ensure!(
        !real.starts_with(&data),
        "{} lies in the data folder: a backup belongs outside, best on another disk",
        to.display()
    );
    Ok(())
}

/// A file that goes when it is no longer needed.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _it_may_not_have_been_made = std::fs::remove_file(&self.0);
    }
}

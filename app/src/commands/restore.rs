//! `souk restore`: puts back what `souk backup` wrote.

use std::{collections::BTreeSet, path::Path, process::ExitCode};

use anyhow::{Context as _, ensure};
use database::backup::{self, Contents};

use super::{backup::summary, check, say};
use crate::{
    archive::{self, Manifest, Unpacked},
    cli::RestoreCommand,
    config::Config,
    files,
    program::{Company, Opened},
};

pub(crate) async fn run(config: &Config, wanted: &RestoreCommand) -> anyhow::Result<ExitCode> {
    let from = wanted.from.clone();
    let manifest = tokio::task::spawn_blocking(move || archive::verify(&from)).await??;
    understand(&manifest)?;
    // One connection: every other one is then somebody else's.
    let config = &Config {
        database_connections: 1,
        ..config.clone()
    };
    let opened = Opened::connect(config, Company::Alone).await?;
    let restored = restore(config, &opened, wanted, &manifest).await;
    opened.close().await?;
    restored
}

async fn restore(
    config: &Config,
    opened: &Opened,
    wanted: &RestoreCommand,
    manifest: &Manifest,
) -> anyhow::Result<ExitCode> {
    let target = if wanted.force { Target::Replaced } else { Target::Empty };
    restore_into(config, opened, &wanted.from, manifest, target).await?;
    say(&format!(
        "Restored the state of {}: {}.",
        manifest.made_at.format("%Y-%m-%d %H:%M:%S UTC"),
        summary(manifest)
    ));
    if config.s3_bucket.is_some() {
        let place = files::place(config);
        say(&format!(
            "Stored files are read from {place}. What the archive has of them lies in {}.",
            config.data.join("files").display()
        ));
    }
    check::run(opened).await
}

/// What may be where a backup is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Nothing: no store, and no file with another content.
    Empty,
    /// Anything; it goes.
    Replaced,
}

/// Puts a verified archive into the database and the data folder, and brings it to this version's schema. Until the
/// database has taken it whole, nothing has changed.
pub async fn restore_into(
    config: &Config,
    opened: &Opened,
    from: &Path,
    manifest: &Manifest,
    target: Target,
) -> anyhow::Result<()> {
    understand(manifest)?;
    let others = backup::other_souks(&opened.database).await?;
    ensure!(
        others == 0,
        "another Souk uses this database ({others} connections): stop every server and worker first"
    );
    if target == Target::Empty {
        let there = backup::contents(&opened.database).await?;
        ensure!(
            there.stores() == 0,
            "the database holds {} stores already: --force replaces everything that is there",
            there.stores()
        );
        let conflicts = archive::conflicts(manifest, &config.data)?;
        if let Some(path) = conflicts.first() {
            anyhow::bail!(
                "{} is there already and is another: --force replaces it",
                path.display()
            );
        }
    }
    let (archive, data) = (from.to_owned(), config.data.clone());
    let unpacked = tokio::task::spawn_blocking(move || Unpacked::new(&archive, &data)).await??;
    let schemas: BTreeSet<String> = manifest
        .contents
        .rows
        .keys()
        .filter_map(|table| table.split_once('.'))
        .map(|(schema, _table)| schema.trim_matches('"').to_owned())
        .collect();
    backup::load(&opened.database, &opened.server, &unpacked.dump(), &schemas)
        .await
        .context("the database could not be restored, and is as it was")?;
    let restored = backup::contents(&opened.database).await?;
    unpacked.settle(manifest, &config.data)?;
    compare(manifest, &restored)?;
    database::migrate(&opened.database)
        .await
        .context("the restored database could not be brought to this version's schema")
}

/// Refuses archives of a later Souk, or of one that is no Souk of ours.
fn understand(manifest: &Manifest) -> anyhow::Result<()> {
    ensure!(
        manifest.layout <= archive::LAYOUT,
        "the archive was made by a later Souk ({}): install that one first",
        manifest.souk
    );
    let known = Contents::known_migrations();
    for applied in &manifest.contents.migrations {
        let ours = known.iter().find(|migration| migration.version == applied.version);
        let ours = ours.with_context(|| {
            format!(
                "the archive has schema version {}, which this Souk does not know yet: it was made by Souk {}; install that one \
                 first",
                applied.version, manifest.souk
            )
        })?;
        ensure!(
            ours.checksum == applied.checksum,
            "the archive was made by another Souk: its migration {} is not the one of this program",
            applied.version
        );
    }
    Ok(())
}

/// Every table must hold as many rows as it did.
fn compare(manifest: &Manifest, restored: &Contents) -> anyhow::Result<()> {
    // What somebody had yet to hear waits as a delivery since.
    let as_they_were = manifest
        .contents
        .rows
        .iter()
        .filter(|(table, _)| *table != "platform.deliveries");
    for (table, rows) in as_they_were {
        let now = restored.rows.get(table).copied().unwrap_or_default();
        ensure!(now == *rows, "{table} has {now} rows after the restore, and had {rows}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            layout: archive::LAYOUT,
            souk: "9.9.9".to_owned(),
            made_at: kernel::Time::UNIX_EPOCH,
            postgresql: 17,
            contents: Contents {
                migrations: Contents::known_migrations(),
                ..Contents::default()
            },
            pieces: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn what_waited_to_be_heard_may_have_become_deliveries() {
        let mut manifest = manifest();
        let mut restored = Contents::default();
        for (table, before, after) in [("platform.deliveries", 0, 2), ("orders.orders", 3, 3)] {
            manifest.contents.rows.insert(table.to_owned(), before);
            restored.rows.insert(table.to_owned(), after);
        }
        compare(&manifest, &restored).unwrap();
        restored.rows.insert("orders.orders".to_owned(), 2);
        assert!(compare(&manifest, &restored).is_err());
    }

    #[test]
    fn an_archive_of_this_or_an_earlier_souk_is_understood() {
        let mut manifest = manifest();
        understand(&manifest).unwrap();
        manifest.contents.migrations.truncate(3);
        understand(&manifest).unwrap();
    }

    #[test]
    fn an_archive_of_a_later_or_foreign_souk_is_refused() {
        type Spoil = fn(&mut Manifest);
        let spoilt: [(Spoil, &str); 3] = [
            (|manifest| manifest.layout += 1, "later Souk (9.9.9)"),
            (
                |manifest| manifest.contents.migrations[2].version = 9_999,
                "schema version 9999",
            ),
            (
                |manifest| manifest.contents.migrations[2].checksum.clear(),
                "migration 3",
            ),
        ];
        for (spoil, expected) in spoilt {
            let mut manifest = manifest();
            spoil(&mut manifest);
            let error = understand(&manifest).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}

//! Finds PostgreSQL's programs among the places where packagers put them.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use tokio::process::Command;

use super::error::ClusterError;

/// The oldest version Souk runs on.
pub const OLDEST: u32 = 15;

/// Folders that hold one folder per version, and what stands below the version.
const VERSIONED: &[(&str, &str)] = &[
    ("/usr/lib/postgresql", "bin"),
    ("/usr/libexec", ""),
    ("/usr", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
];

/// The two programs of one installed version.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    pub(super) initdb: PathBuf,
    pub(super) postgres: PathBuf,
}

impl Binaries {
    /// The newest version that is installed.
    pub(super) async fn newest() -> Result<Self, ClusterError> {
        installed()
            .await
            .pop_last()
            .map(|(_version, binaries)| binaries)
            .ok_or(ClusterError::NotInstalled)
    }

    /// Exactly this version: PostgreSQL reads only clusters of its own major version.
    pub(super) async fn of_version(needed: u32, folder: &Path) -> Result<Self, ClusterError> {
        let mut installed = installed().await;
        if let Some(binaries) = installed.remove(&needed) {
            return Ok(binaries);
        }
        if installed.is_empty() {
            return Err(ClusterError::NotInstalled);
        }
        let found = installed.keys().map(u32::to_string).collect::<Vec<_>>().join(", ");
        Err(ClusterError::WrongVersion {
            folder: folder.to_owned(),
            needed,
            found,
        })
    }
}

/// The programs that write a database into a file and read it back. They read servers of their own version and older ones.
#[derive(Debug, Clone)]
pub(crate) struct ClientPrograms {
    pub(crate) pg_dump: PathBuf,
    pub(crate) pg_restore: PathBuf,
    pub(crate) psql: PathBuf,
}

impl ClientPrograms {
    /// The oldest installed ones that understand a server of this major version.
    pub(crate) async fn for_server(version: u32) -> Option<Self> {
        let mut best: Option<(u32, Self)> = None;
        for folder in folders("pg_dump").await {
            let found = Self {
                pg_dump: folder.join("pg_dump"),
                pg_restore: folder.join("pg_restore"),
                psql: folder.join("psql"),
            };
            if !found.pg_restore.is_file() || !found.psql.is_file() {
                continue;
            }
            if let Some(theirs) = version_of(&found.pg_dump).await
                && theirs >= version
                && best.as_ref().is_none_or(|(best, _programs)| theirs < *best)
            {
                best = Some((theirs, found));
            }
        }
        best.map(|(_version, programs)| programs)
    }
}

/// The newest PostgreSQL that is installed here.
pub async fn newest_installed() -> Option<u32> {
    installed().await.pop_last().map(|(version, _binaries)| version)
}

/// Every installed version that is new enough.
async fn installed() -> BTreeMap<u32, Binaries> {
    let mut found = BTreeMap::new();
    for folder in folders("postgres").await {
        let binaries = Binaries {
            initdb: folder.join("initdb"),
            postgres: folder.join("postgres"),
        };
        if !binaries.initdb.is_file() || !binaries.postgres.is_file() {
            continue;
        }
        match version_of(&binaries.postgres).await {
            Some(version) if version >= OLDEST => {
                found.entry(version).or_insert(binaries);
            }
            Some(_) | None => {}
        }
    }
    found
}

async fn version_of(program: &Path) -> Option<u32> {
    let output = Command::new(program).arg("--version").output().await.ok()?;
    major_version(&String::from_utf8_lossy(&output.stdout))
}

/// Folders with that program, each once. Links are followed, because a bare link in the search path may point into the
/// real folder.
async fn folders(program: &str) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    let mut add = |folder: PathBuf| {
        if let Ok(found) = folder.join(program).canonicalize()
            && let Some(folder) = found.parent().map(Path::to_owned)
            && !folders.contains(&folder)
        {
            folders.push(folder);
        }
    };
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).for_each(&mut add);
    for (parent, below) in VERSIONED {
        for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
            if names_postgresql(parent, &entry.file_name()) {
                add(entry.path().join(below));
            }
        }
    }
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output().await {
        add(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    folders
}

/// `17` below a folder that is PostgreSQL's own, `postgresql17`, `postgresql@17` or `pgsql-17` below a shared one.
fn names_postgresql(parent: &str, name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    parent.to_ascii_lowercase().contains("postgres") || name.starts_with("postgresql") || name.starts_with("pgsql")
}

/// The 17 of `postgres (PostgreSQL) 17.2 (Debian 17.2-1)`, as its other programs print it too.
fn major_version(text: &str) -> Option<u32> {
    let number = text.split_once("(PostgreSQL) ")?.1;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_postgres_prints() {
        for (text, version) in [
            ("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n", Some(15)),
            ("postgres (PostgreSQL) 18beta1\n", Some(18)),
            ("postgres (PostgreSQL) devel", None),
            ("", None),
        ] {
            assert_eq!(major_version(text), version, "{text}");
        }
    }

    #[test]
    fn only_postgresql_folders_are_looked_into() {
        for (parent, name, expected) in [
            ("/usr/lib/postgresql", "15", true),
            ("/usr", "pgsql-17", true),
            ("/usr", "share", false),
            ("/usr/libexec", "postgresql17", true),
            ("/opt/homebrew/opt", "postgresql@17", true),
            ("/opt/homebrew/opt", "redis", false),
        ] {
            assert_eq!(names_postgresql(parent, OsStr::new(name)), expected, "{parent}/{name}");
        }
    }
}

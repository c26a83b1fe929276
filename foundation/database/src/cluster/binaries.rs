//! Finds PostgreSQL's programs among the places where packagers put them.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use tokio::process::Command;

use super::error::ClusterError;

/// The oldest version Souk runs on.
pub(super) const OLDEST: u32 = 15;

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

/// Every installed version that is new enough.
async fn installed() -> BTreeMap<u32, Binaries> {
    let mut found = BTreeMap::new();
    for folder in folders().await {
        let binaries = Binaries {
            initdb: folder.join("initdb"),
            postgres: folder.join("postgres"),
        };
        if !binaries.initdb.is_file() || !binaries.postgres.is_file() {
            continue;
        }
        let Ok(output) = Command::new(&binaries.postgres).arg("--version").output().await else {
            continue;
        };
        match major_version(&String::from_utf8_lossy(&output.stdout)) {
            Some(version) if version >= OLDEST => {
                found.entry(version).or_insert(binaries);
            }
            Some(_) | None => {}
        }
    }
    found
}

/// Candidate folders, each once. Links are followed, because a bare link in the search path may point into the real folder.
async fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    let mut add = |folder: PathBuf| {
        if let Ok(program) = folder.join("postgres").canonicalize()
            && let Some(folder) = program.parent().map(Path::to_owned)
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

/// The 17 of `postgres (PostgreSQL) 17.2 (Debian 17.2-1)`.
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

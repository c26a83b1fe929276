//! What can go wrong with the private PostgreSQL, in words that tell a merchant what to do.

use std::path::{Path, PathBuf};

use super::binaries::OLDEST;

/// Why the private PostgreSQL could not be started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No PostgreSQL that is new enough is installed.
    #[error(
        "PostgreSQL {} or newer is not installed. Install it (Debian and Ubuntu: apt-get install postgresql; Fedora: dnf \
         install postgresql-server; Alpine: apk add postgresql; macOS: brew install postgresql@17), or set DATABASE_URL \
         to a server that runs elsewhere",
        OLDEST
    )]
    NotInstalled,
    /// The cluster was made by a version that is not installed any more.
    #[error(
        "the database in {} was made by PostgreSQL {needed}, which is not installed here (found: {found}). Install \
         PostgreSQL {needed}, or move the folder with pg_upgrade",
        folder.display()
    )]
    WrongVersion {
        /// The cluster's folder.
        folder: PathBuf,
        /// The version it needs.
        needed: u32,
        /// The versions that are installed.
        found: String,
    },
    /// Another Souk works in this data folder.
    #[error("another souk is using the data folder {}. Stop it first, or choose another folder with --data", folder.display())]
    InUse {
        /// The data folder.
        folder: PathBuf,
    },
    /// A file or folder could not be used.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, such as `create the folder`.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Souk runs as root and found no unprivileged user to run PostgreSQL as.
    #[error("PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` to run it as")]
    NoUnprivilegedUser,
    /// The socket's folder exists and belongs to somebody else.
    #[error("the folder {} for PostgreSQL's socket belongs to somebody else; remove it", folder.display())]
    ForeignSocketFolder {
        /// The socket's folder.
        folder: PathBuf,
    },
    /// A new cluster could not be made.
    #[error("initdb could not make a database in {}:\n{output}", folder.display())]
    Initdb {
        /// The cluster's folder.
        folder: PathBuf,
        /// What initdb said.
        output: String,
    },
    /// PostgreSQL ended or did not answer in time.
    #[error("PostgreSQL did not start ({why}). The end of {}:\n{log}", log_file.display())]
    NotStarted {
        /// What was seen, such as its exit status.
        why: String,
        /// Where it writes its log.
        log_file: PathBuf,
        /// The last lines of that log.
        log: String,
    },
    /// PostgreSQL runs but refused a statement.
    #[error("the private PostgreSQL refused a statement")]
    Sql(#[from] sqlx::Error),
}

/// Says what was tried where, for `map_err`.
pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> ClusterError {
    let path = path.to_owned();
    move |source| ClusterError::Io { action, path, source }
}

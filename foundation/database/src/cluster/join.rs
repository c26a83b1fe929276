//! Uses the cluster that another souk runs: for commands beside a running server.

use std::{fs::TryLockError, path::Path, time::Instant};

use sqlx::{ConnectOptions as _, Connection as _};

use super::{ClusterError, POLL, PrivateCluster, START_LIMIT, place::Place};

impl PrivateCluster {
    /// Starts the cluster, or uses it too when another souk runs it. Where that souk has only begun to start it, waits until
    /// it answers. `stop` leaves the other's cluster running.
    pub async fn start_or_join(data_dir: &Path) -> Result<Self, ClusterError> {
        let begun = Instant::now();
        loop {
            match Self::start(data_dir).await {
                Err(ClusterError::InUse { folder }) => {
                    if let Some(joined) = join(&folder).await? {
                        return Ok(joined);
                    }
                    if begun.elapsed() > START_LIMIT {
                        return Err(ClusterError::InUse { folder });
                    }
                }
                started => return started,
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Whether it is another souk's.
    pub fn is_joined(&self) -> bool {
        self.lock.is_none()
    }
}

/// Whether a data folder holds a cluster, or a souk that is at work there is about to make one.
pub fn is_begun(data_dir: &Path) -> bool {
    let held = || {
        let lock = std::fs::File::open(data_dir.join("lock"));
        lock.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    };
    PrivateCluster::exists(data_dir) || held()
}

/// The cluster that somebody else runs; `None` while it does not answer. Until it is made, where it will be is for whoever
/// makes it to decide.
async fn join(folder: &Path) -> Result<Option<PrivateCluster>, ClusterError> {
    if !PrivateCluster::exists(folder) {
        return Ok(None);
    }
    let joined = PrivateCluster {
        child: None,
        place: Place::find(folder).await?,
        lock: None,
    };
    match joined.connect_options().connect().await {
        Ok(connection) => {
            let _closed = connection.close().await;
            Ok(Some(joined))
        }
        Err(error) if starts(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether PostgreSQL is on its way: nobody listens, it recovers (57P03), or it has no database for Souk (3D000).
fn starts(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => matches!(error.code().as_deref(), Some("57P03" | "3D000")),
        _ => false,
    }
}

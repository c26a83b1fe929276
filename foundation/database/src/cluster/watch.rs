//! Starts a PostgreSQL again that ended by itself while the shop is open.

use std::time::Duration;

use tokio::process::Child;

use super::{PrivateCluster, Purpose, STOP_LIMIT, error::ClusterError, postmaster, start};

/// How long to wait after a start that failed.
const START_AGAIN: Duration = Duration::from_secs(1);

impl PrivateCluster {
    /// Watches over PostgreSQL and starts it again when it ends by itself, such as killed for want of memory, or stopped by
    /// a full disk. Meanwhile requests are told to come back. Does not return; drop it before `stop`.
    pub async fn keep_running(&mut self) {
        if self.lock.is_none() {
            return std::future::pending().await;
        }
        loop {
            if let Some(child) = &mut self.child {
                let ended = child.wait().await;
                tracing::error!(?ended, log = %self.place.log.display(), "PostgreSQL ended; starting it again");
                self.child = None;
            }
            match self.start_again().await {
                Ok(child) => self.child = Some(child),
                Err(error) => {
                    tracing::error!(%error, "PostgreSQL does not start; trying again");
                    tokio::time::sleep(START_AGAIN).await;
                }
            }
        }
    }

    async fn start_again(&self) -> Result<Child, ClusterError> {
        postmaster::clear(&self.place, STOP_LIMIT).await?;
        start(&self.place, Purpose::Shop).await
    }
}

//! The installation that is measured: a private PostgreSQL as Souk tunes and keeps it for a shop, the filled store in a
//! database of its own, and for each run a copy of it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use database::cluster::PrivateCluster;
use sqlx::postgres::PgConnectOptions;

use crate::{
    floors, seed,
    server::{Program, copy_folder},
    store::Store,
};

/// The database that is filled once. The private cluster makes it.
const FILLED: &str = "souk";
/// The copy that a run uses up.
const COPY: &str = "run";
/// An empty database that comes with every cluster.
const EMPTY: &str = "template0";

/// PostgreSQL, and the program that serves the copy.
#[derive(Debug)]
pub(crate) struct Site {
    cluster: PrivateCluster,
    /// How `souk` is run on the copy.
    pub(crate) program: Program,
    /// Where everything lies.
    pub(crate) folder: PathBuf,
}

impl Site {
    /// Starts PostgreSQL, fills a store of so many products unless that was done before, and copies it.
    pub(crate) async fn open(folder: &Path, souk: &Path, products: usize) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let cluster = start(folder).await?;
        let program = |database: &str, data: &str| Program {
            path: souk.to_owned(),
            database_url: address(cluster.socket_folder(), database),
            data: folder.join(data),
        };
        let (filled, run) = (program(FILLED, "filled"), program(COPY, "copied"));
        fill(&cluster, &filled, products).await?;
        let _none = std::fs::remove_dir_all(&run.data);
        copy_folder(&filled.data, &run.data)?;
        let mut store = Store::connect(&cluster.connect_options().database("postgres")).await?;
        store.copy_database(COPY, FILLED).await?;
        store.copy_database(floors::DATABASE, EMPTY).await?;
        floors::prepare(&cluster.connect_options()).await?;
        store.checkpoint().await?;
        Ok(Self {
            cluster,
            program: run,
            folder: folder.to_owned(),
        })
    }

    /// A connection for looking into the run's database.
    pub(crate) async fn store(&self) -> anyhow::Result<Store> {
        let mut store = Store::connect(&self.options()).await?;
        store.install_counters().await?;
        Ok(store)
    }

    fn options(&self) -> PgConnectOptions {
        self.cluster.connect_options().database(COPY)
    }

    /// The folder of PostgreSQL's socket.
    pub(crate) fn sockets(&self) -> &Path {
        self.cluster.socket_folder()
    }

    /// The process id of PostgreSQL's postmaster.
    pub(crate) fn postmaster(&self) -> u32 {
        self.cluster.process_id().unwrap_or_default()
    }

    /// Stops PostgreSQL.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        Ok(self.cluster.stop().await?)
    }
}

/// Starts the cluster so that it counts statements.
async fn start(folder: &Path) -> anyhow::Result<PrivateCluster> {
    let cluster = PrivateCluster::start(folder).await?;
    if Store::connect(&cluster.connect_options()).await?.collects().await? {
        return Ok(cluster);
    }
    cluster.stop().await?;
    Ok(PrivateCluster::start(folder).await?)
}

/// Fills the store, or brings one that is there to this version's schema. A half-filled one is filled anew.
async fn fill(cluster: &PrivateCluster, filled: &Program, products: usize) -> anyhow::Result<()> {
    let mark = filled.data.join("products");
    let count = format!("{products} products, {} orders", seed::SOLD_BEFORE);
    if std::fs::read_to_string(&mark).is_ok_and(|found| found == count) {
        filled.run(&["migrate"]).await?;
        return Ok(());
    }
    crate::tell(&format!("filling a store with {products} products"));
    let _none = std::fs::remove_dir_all(&filled.data);
    let mut server = Store::connect(&cluster.connect_options().database("postgres")).await?;
    server.copy_database(FILLED, EMPTY).await?;
    seed::fill(filled, cluster.connect_options(), products).await?;
    let mut store = Store::connect(&cluster.connect_options()).await?;
    store.settle().await?;
    std::fs::write(&mark, count).context("the filled store could not be marked as such")
}

/// The address of a database behind a socket.
fn address(sockets: &Path, database: &str) -> String {
    let host: String = url::form_urlencoded::byte_serialize(sockets.as_os_str().as_encoded_bytes()).collect();
    format!("postgres://souk@localhost:5432/{database}?host={host}&sslmode=disable")
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use super::*;

    #[test]
    fn the_address_leads_to_the_socket() {
        let options = PgConnectOptions::from_str(&address(Path::new("/srv/a b/run"), "run")).unwrap();
        assert_eq!(
            options.get_socket().map(PathBuf::as_path),
            Some(Path::new("/srv/a b/run"))
        );
        assert_eq!(options.get_database(), Some("run"));
    }
}

//! The release build of `souk`, run as its own process as an operator would.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use hyper::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use crate::{http::Connection, process};

const START_LIMIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(2);

/// How `souk` is run.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// The program.
    pub(crate) path: PathBuf,
    /// The database, as an address.
    pub(crate) database_url: String,
    /// The data folder.
    pub(crate) data: PathBuf,
}

impl Program {
    /// Runs a command of `souk` to its end and gives what it said.
    pub(crate) async fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.command().args(arguments).output().await?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaint = String::from_utf8_lossy(&output.stderr);
        let what = arguments.first().copied().unwrap_or_default();
        anyhow::ensure!(output.status.success(), "`souk {what}` failed: {said}{complaint}");
        Ok(said)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command
            .env("DATABASE_URL", &self.database_url)
            .env("SOUK_API_CALLS_PER_SECOND", "0")
            .env("SOUK_TRUSTED_PROXIES", "1")
            .arg("--data")
            .arg(&self.data)
            .stdin(Stdio::null());
        command
    }
}

/// A process that answers.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// From its start to its first good answer.
    pub(crate) first_answer: Duration,
}

impl Server {
    /// Starts `souk serve` and waits until it has answered for `path`; what it logs is kept in the data folder.
    pub(crate) async fn serve(program: &Program, path: &str) -> anyhow::Result<Self> {
        let log = std::fs::File::create(program.data.join("serve.log"))?;
        let mut command = program.command();
        command.arg("serve").arg("--listen");
        Self::start(command.stdout(log.try_clone()?).stderr(log), path).await
    }

    /// Starts this program again as the bare handler.
    pub(crate) async fn bare() -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        Self::start(command.args(["bare", "--listen"]).stdin(Stdio::null()), "/1").await
    }

    async fn start(command: &mut Command, path: &str) -> anyhow::Result<Self> {
        let address = free_address()?;
        let began = Instant::now();
        let child = command.arg(address.to_string()).kill_on_drop(true).spawn()?;
        let mut server = Self {
            child,
            address,
            first_answer: Duration::ZERO,
        };
        let mut http = Connection::new(address);
        loop {
            match http.get(path).await {
                Ok(answer) if answer.status == StatusCode::OK => break,
                Ok(_) | Err(_) => tokio::time::sleep(POLL).await,
            }
            if let Some(status) = server.child.try_wait()? {
                anyhow::bail!("the server ended with {status}");
            }
            anyhow::ensure!(began.elapsed() < START_LIMIT, "the server gave no answer for {path}");
        }
        server.first_answer = began.elapsed();
        Ok(server)
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// A figure of its memory in kilobytes.
    pub(crate) fn memory(&self, figure: &str) -> Option<u64> {
        process::kilobytes(self.id(), figure)
    }

    /// Ends it as a service manager would, and waits for that.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        let id = i32::try_from(self.id()).ok().and_then(Pid::from_raw);
        kill_process(id.context("the server is gone")?, Signal::TERM)?;
        self.child.wait().await?;
        Ok(())
    }
}

/// An address of this machine that is free at the moment.
fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

/// Copies a folder with what is in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

//! A Redis of a test's own, on a socket in its folder.

use std::{
    io::{BufRead as _, BufReader, ErrorKind},
    process::{Child, Command, Stdio},
};

/// Ends with the test.
pub(crate) struct Redis {
    child: Child,
    folder: tempfile::TempDir,
}

impl Redis {
    /// None where it is not installed; the test then says so.
    pub(crate) fn start() -> Option<Self> {
        let started = ["redis-server", "valkey-server"]
            .into_iter()
            .find_map(Self::start_program);
        if started.is_none() {
            println!("skipped: neither redis-server nor valkey-server is installed");
        }
        started
    }

    fn start_program(program: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new(program)
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--daemonize", "no"])
            .arg("--unixsocket")
            .arg(folder.path().join("redis.sock"))
            .stdout(Stdio::piped())
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            Err(error) => panic!("{program} cannot be started: {error}"),
        };
        // It says when it listens; what it says afterwards nobody reads.
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let is_ready = said.any(|line| line.unwrap().to_lowercase().contains("ready to accept connections"));
        assert!(is_ready, "{program} ended at once");
        Some(Self { child, folder })
    }

    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.folder.path().join("redis.sock").display())
    }

    /// From here on nobody answers.
    pub(crate) fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may have been stopped before.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

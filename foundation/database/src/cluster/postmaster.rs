//! The postmaster of an earlier run: is it alive, is it ours, and how it is made to go away.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal};

use super::{
    POLL,
    error::{ClusterError, io},
    place::Place,
};

/// Stops a postmaster that a killed run left running, and removes the files of one that is gone.
pub(super) async fn clear(place: &Place, limit: Duration) -> Result<(), ClusterError> {
    let pid_file = place.cluster.join("postmaster.pid");
    let Ok(text) = std::fs::read_to_string(&pid_file) else {
        return Ok(());
    };
    let process_id = text.lines().next().and_then(|line| line.trim().parse().ok());
    if let Some(process_id) = process_id.filter(|id| is_postmaster_of(*id, &place.cluster)) {
        tracing::info!(process_id, "stopping the PostgreSQL that an earlier run left behind");
        stop(process_id, &place.cluster, limit).await;
    }
    // A number that by now belongs to some other process would keep PostgreSQL from starting, so the files go.
    for file in [
        pid_file,
        place.sockets.join(".s.PGSQL.5432.lock"),
        place.sockets.join(".s.PGSQL.5432"),
    ] {
        match std::fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(io("remove the stale file", &file)(error)),
        }
    }
    Ok(())
}

/// Sends a signal to a process of ours; one that is gone already is fine.
pub(super) fn signal(process_id: Option<u32>, signal: Signal) {
    if let Some(pid) = process_id.and_then(to_pid) {
        let _gone = rustix::process::kill_process(pid, signal);
    }
}

/// Asks kindly, then firmly, until the process is gone.
async fn stop(process_id: u32, cluster: &Path, limit: Duration) {
    for how in [Signal::INT, Signal::QUIT, Signal::KILL] {
        signal(Some(process_id), how);
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            if !is_postmaster_of(process_id, cluster) {
                return;
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

/// Whether the process lives and was started by us for this cluster. A process id alone proves nothing: numbers are reused.
fn is_postmaster_of(process_id: u32, cluster: &Path) -> bool {
    let Some(pid) = to_pid(process_id) else { return false };
    if rustix::process::test_kill_process(pid).is_err_and(|error| error == rustix::io::Errno::SRCH) {
        return false;
    }
    let ours = format!("-D {} ", cluster.display());
    command_line(process_id).is_some_and(|line| line.contains("postgres") && line.contains(&ours))
}

fn command_line(process_id: u32) -> Option<String> {
    if Path::new("/proc/self").exists() {
        let bytes = std::fs::read(format!("/proc/{process_id}/cmdline")).ok()?;
        return Some(String::from_utf8_lossy(&bytes).replace('\0', " "));
    }
    let id = process_id.to_string();
    let output = std::process::Command::new("ps")
        .args(["-ww", "-o", "command=", "-p", &id])
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn to_pid(process_id: u32) -> Option<Pid> {
    i32::try_from(process_id).ok().and_then(Pid::from_raw)
}

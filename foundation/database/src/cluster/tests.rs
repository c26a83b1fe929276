//! Starts, stops and kills real clusters, each in a folder of its own.

use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::{ConnectOptions as _, Connection as _};

use super::*;

fn data_folder(mode: u32) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).expect("permissions");
    folder
}

async fn run(cluster: &PrivateCluster, sql: &'static str) {
    let mut connection = cluster.connect_options().connect().await.expect("a connection");
    sqlx::query(sql)
        .execute(&mut connection)
        .await
        .expect("the statement runs");
    connection.close().await.expect("the connection closes");
}

/// Whether a start found that the one before had not been stopped.
fn recovered(folder: &Path) -> bool {
    let log = std::fs::read_to_string(folder.join("postgres.log")).expect("a log");
    log.contains("was not properly shut down")
}

async fn count_visits(cluster: &PrivateCluster) -> i64 {
    let mut connection = cluster.connect_options().connect().await.expect("a connection");
    sqlx::query_scalar("SELECT count(*) FROM visits")
        .fetch_one(&mut connection)
        .await
        .expect("the table is there")
}

fn pid_file(data: &Path) -> PathBuf {
    data.join("postgres/postmaster.pid")
}

fn kill(process_id: u32, signal: Signal) {
    let pid = i32::try_from(process_id)
        .ok()
        .and_then(Pid::from_raw)
        .expect("a process id");
    kill_process(pid, signal).expect("the process is there");
}

#[tokio::test]
async fn what_was_written_is_there_after_a_stop_and_a_start() {
    let folder = data_folder(0o755);
    let cluster = PrivateCluster::start(folder.path()).await.expect("a first start");
    run(&cluster, "CREATE TABLE visits (at timestamptz)").await;
    run(&cluster, "INSERT INTO visits VALUES (now())").await;
    cluster.stop().await.expect("a stop");
    assert!(!pid_file(folder.path()).exists(), "PostgreSQL is gone");

    let cluster = PrivateCluster::start(folder.path()).await.expect("a second start");
    assert_eq!(count_visits(&cluster).await, 1);
    cluster.stop().await.expect("a stop");
    assert!(!recovered(folder.path()), "a start after a stop has nothing to recover");
}

#[tokio::test]
async fn a_command_waits_for_the_cluster_that_another_is_starting() {
    let folder = data_folder(0o755);
    assert!(!is_begun(folder.path()));
    let (one, other) = tokio::join!(
        PrivateCluster::start_or_join(folder.path()),
        PrivateCluster::start_or_join(folder.path())
    );
    let (one, other) = (one.expect("one"), other.expect("the other"));
    let (host, guest) = if one.child.is_some() {
        (one, other)
    } else {
        (other, one)
    };
    assert!(
        guest.child.is_none() && is_begun(folder.path()),
        "only one of them runs it"
    );
    run(&guest, "CREATE TABLE visits (at timestamptz)").await;
    guest.stop().await.expect("nothing to stop");
    assert_eq!(count_visits(&host).await, 0, "it runs on");
    host.stop().await.expect("a stop");
}

#[tokio::test]
async fn a_killed_postgresql_does_not_block_the_next_start_and_loses_nothing() {
    let folder = data_folder(0o755);
    let mut cluster = PrivateCluster::start(folder.path()).await.expect("a first start");
    run(&cluster, "CREATE TABLE visits (at timestamptz)").await;
    run(&cluster, "INSERT INTO visits VALUES (now())").await;
    kill(cluster.process_id().expect("it runs"), Signal::KILL);
    cluster
        .child
        .as_mut()
        .expect("it ran")
        .wait()
        .await
        .expect("it is gone");
    assert!(pid_file(folder.path()).exists(), "a killed PostgreSQL leaves its file");
    drop(cluster);

    let cluster = PrivateCluster::start(folder.path())
        .await
        .expect("a start after the kill");
    assert_eq!(count_visits(&cluster).await, 1);
    cluster.stop().await.expect("a stop");
    assert!(recovered(folder.path()));
}

#[tokio::test]
async fn a_postgresql_that_outlived_its_souk_is_replaced() {
    let folder = data_folder(0o755);
    let mut cluster = PrivateCluster::start(folder.path()).await.expect("a first start");
    let orphan = cluster.process_id().expect("it runs");
    // As after `kill -9` of souk: the lock is gone, PostgreSQL is not told anything. Somebody else reaps it.
    let mut child = cluster.child.take().expect("it runs");
    let reaper = tokio::spawn(async move { child.wait().await });
    drop(cluster);

    let cluster = PrivateCluster::start(folder.path())
        .await
        .expect("a start beside the orphan");
    assert_ne!(cluster.process_id(), Some(orphan));
    reaper.await.expect("the reaper ran").expect("the orphan ended");
    cluster.stop().await.expect("a stop");
}

#[tokio::test]
async fn a_stale_file_that_names_a_stranger_is_removed_and_the_stranger_lives() {
    let folder = data_folder(0o755);
    PrivateCluster::start(folder.path())
        .await
        .expect("a first start")
        .stop()
        .await
        .expect("a stop");
    let mut stranger = Command::new("cat")
        .stdin(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("a process");
    let stale = format!(
        "{}\n{}\n1\n5432\n\n\n",
        stranger.id().expect("it runs"),
        folder.path().display()
    );
    std::fs::write(pid_file(folder.path()), stale).expect("a stale file");

    let cluster = PrivateCluster::start(folder.path())
        .await
        .expect("a start despite the file");
    assert!(stranger.try_wait().expect("a status").is_none(), "the stranger lives");
    cluster.stop().await.expect("a stop");
}

#[tokio::test]
async fn two_in_one_folder_are_refused_by_name() {
    let folder = data_folder(0o755);
    let cluster = PrivateCluster::start(folder.path()).await.expect("a first start");
    let refused = PrivateCluster::start(folder.path()).await.expect_err("a second one");
    let canonical = folder.path().canonicalize().expect("a path");
    assert!(
        refused.to_string().contains(&canonical.display().to_string()),
        "{refused}"
    );
    cluster.stop().await.expect("a stop");
}

#[tokio::test]
async fn an_interrupted_first_start_is_begun_again() {
    let folder = data_folder(0o755);
    std::fs::create_dir(folder.path().join("postgres.new")).expect("a half-made cluster");
    std::fs::write(folder.path().join("postgres.new/junk"), "junk").expect("a file");
    PrivateCluster::start(folder.path())
        .await
        .expect("a start")
        .stop()
        .await
        .expect("a stop");
}

#[tokio::test]
async fn a_cluster_of_another_version_is_not_touched() {
    let folder = data_folder(0o755);
    std::fs::create_dir(folder.path().join("postgres")).expect("a folder");
    std::fs::write(folder.path().join("postgres/PG_VERSION"), "9\n").expect("a file");
    let error = PrivateCluster::start(folder.path())
        .await
        .expect_err("nothing can read it");
    assert!(matches!(error, ClusterError::WrongVersion { needed: 9, .. }), "{error}");
}

#[tokio::test]
async fn a_data_folder_that_nobody_else_can_enter_works_too() {
    let folder = data_folder(0o700);
    let cluster = PrivateCluster::start(folder.path()).await.expect("a first start");
    run(&cluster, "CREATE TABLE visits (at timestamptz)").await;
    cluster.stop().await.expect("a stop");
    let cluster = PrivateCluster::start(folder.path()).await.expect("a second start");
    assert_eq!(count_visits(&cluster).await, 0);
    let home = cluster.place.cluster.parent().map(Path::to_owned).expect("a home");
    cluster.stop().await.expect("a stop");
    if !folder.path().canonicalize().expect("a path").starts_with(&home) {
        std::fs::remove_dir_all(home).expect("the folder of the system is removed");
    }
}

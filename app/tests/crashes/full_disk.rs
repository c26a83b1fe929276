//! A disk without room: nothing is sold and nothing is lost, and when there is room again the shop goes on by itself.

use std::{
    fs::{self, File},
    io::Write as _,
    os::unix::fs::MetadataExt as _,
    process::Command,
    sync::{Arc, atomic::Ordering},
};

use serde_json::Value;

use crate::{
    load::{Notes, keep_buying, variants},
    server::{Home, PATIENCE, Server},
};

/// A small file system, unmounted at the end.
struct SmallDisk<'h>(&'h Home);

impl<'h> SmallDisk<'h> {
    /// Only root may mount one, and only where there are such file systems.
    fn mount(home: &'h Home) -> Option<Self> {
        fs::create_dir_all(home.data()).ok()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs"])
            .arg(home.data())
            .output()
            .ok()?;
        let of_its_own = fs::metadata(home.data()).ok()?.dev() != fs::metadata(home.0.path()).ok()?.dev();
        (mounted.status.success() && of_its_own).then_some(Self(home))
    }

    /// Writes until not a byte more fits.
    fn fill(&self) {
        let mut ballast = File::create(self.0.data().join("ballast")).unwrap();
        for size in [1 << 16, 1 << 12, 1] {
            let block = vec![1; size];
            while ballast.write_all(&block).is_ok() {}
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.0.data().join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        self.0.clean();
        // Lazily, for PostgreSQL may still be ending after a test that failed.
        let _unmounted = Command::new("umount").arg("-l").arg(self.0.data()).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_refused_cleanly_and_forgotten_when_there_is_room() {
    let home = Home::new();
    let Some(disk) = SmallDisk::mount(&home) else {
        println!("skipped: a small disk cannot be mounted here; it needs root and tmpfs");
        return;
    };
    home.open_shop().await;
    if home.data().join("postgres").is_symlink() {
        println!(
            "skipped: PostgreSQL's user cannot get to the temporary folder, so the database is not on the small disk"
        );
        return;
    }
    let server = Server::start(&home, None).await;
    let (address, variants) = (server.address.clone(), variants(&server.address).await);
    let notes = Arc::new(Notes::default());
    let buy = |seed, enough| keep_buying(address.clone(), Arc::clone(&notes), Arc::clone(&variants), seed, enough);
    buy(1, 10).await;
    disk.fill();
    let refused = async {
        let mut seed = 2;
        while notes.refusals.load(Ordering::SeqCst) == 0 {
            buy(seed, notes.answers.load(Ordering::SeqCst) + 10).await;
            seed += 1;
        }
    };
    // Whoever is refused waits until the shop can serve again, so somebody else makes room.
    let room = async {
        notes.refused.notified().await;
        let probed = address.call("GET", "/readyz", "", &Value::Null).await.unwrap();
        // PostgreSQL may have ended for want of room for its log. As long as it answers, pages are read.
        let told = match probed.status {
            200 => "ready, but the disk of the database is full\n",
            _ => "the database does not answer\n",
        };
        assert_eq!(probed.body, told, "who watches over it is told");
        disk.make_room();
    };
    tokio::time::timeout(PATIENCE, async { tokio::join!(refused, room) })
        .await
        .unwrap();
    address.until_ready().await;
    notes.ask_again(&address).await;
    let answered = notes.answers.load(Ordering::SeqCst);
    buy(3, answered + 10).await;
    notes.hold(&address).await;
    server.stop().await;
    home.check().await;
}

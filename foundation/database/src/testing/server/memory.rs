//! The test server's folder in memory, where the system has room for it: a link leads there from the target folder.
//!
//! A test makes the 850 files of its database and deletes them again. ext4 without a journal, which virtual machines often
//! have, looks for each new file past everything that was deleted in the last minutes: a database then takes half a second of
//! a processor, more than most tests, and in memory a fiftieth.

use std::{
    io,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{MetadataExt as _, PermissionsExt, symlink},
    },
    path::Path,
};

use sha2::{Digest as _, Sha256};

use super::hex;

const MEMORY: &str = "/dev/shm";
/// The server takes 100 MB and each database 14 MB; what a test imports comes on top.
const ROOM_BYTES: u64 = 2 << 30;

/// Makes the folder as a link into memory, and tells whether it did. Test processes may do so at the same time.
pub(super) fn place(folder: &Path) -> bool {
    let placed = has_room(Path::new(MEMORY)) && place_in(Path::new(MEMORY), folder).is_ok();
    if !placed {
        // A link to where something lay once would be in the way of a folder.
        let _none = std::fs::remove_file(folder);
    }
    placed
}

fn has_room(memory: &Path) -> bool {
    rustix::fs::statvfs(memory).is_ok_and(|system| system.f_bavail.saturating_mul(system.f_frsize) >= ROOM_BYTES)
}

/// The same folder leads to the same place, so that a server outlives the link, and a restart of the machine only empties it.
fn place_in(memory: &Path, folder: &Path) -> io::Result<()> {
    let name = Sha256::digest(folder.as_os_str().as_bytes());
    let home = memory.join(format!("souk-tests-{}", hex(name.get(..8).unwrap_or_default())));
    match std::fs::create_dir(&home) {
        // PostgreSQL's own user walks into it; what lies in it is closed to everybody else.
        Ok(()) => std::fs::set_permissions(&home, PermissionsExt::from_mode(0o755))?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let found = std::fs::symlink_metadata(&home)?;
    if !found.is_dir() || found.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    match symlink(&home, folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_leads_into_memory_and_finds_what_lay_there() {
        let (memory, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folder = target.path().join("test-postgres");
        for _process in 0..2 {
            place_in(memory.path(), &folder).unwrap();
        }
        std::fs::write(folder.join("kept"), "").unwrap();
        std::fs::remove_file(&folder).unwrap();
        place_in(memory.path(), &folder).unwrap();
        assert!(folder.join("kept").is_file());
        assert_eq!(std::fs::read_dir(memory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_restart_of_the_machine_leaves_a_link_that_leads_somewhere_again() {
        let (memory, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folder = target.path().join("test-postgres");
        place_in(memory.path(), &folder).unwrap();
        std::fs::remove_dir(folder.canonicalize().unwrap()).unwrap();
        assert!(!folder.is_dir());
        place_in(memory.path(), &folder).unwrap();
        assert!(folder.is_dir());
    }

    #[test]
    fn what_somebody_else_put_there_is_not_used() {
        let (memory, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folder = target.path().join("test-postgres");
        place_in(memory.path(), &folder).unwrap();
        let home = folder.canonicalize().unwrap();
        std::fs::remove_dir(&home).unwrap();
        std::fs::remove_file(&folder).unwrap();
        symlink(target.path(), &home).unwrap();
        assert!(place_in(memory.path(), &folder).is_err());
        assert!(!folder.exists());
        assert!(!has_room(&memory.path().join("missing")));
    }
}

//! Where a cluster lives, who owns it, and where its socket may be.

use std::{
    io::ErrorKind,
    os::unix::fs::{MetadataExt as _, PermissionsExt},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use tokio::process::Command;

use super::error::{ClusterError, io};

/// Where root places clusters whose data folder PostgreSQL's user cannot walk into.
const SYSTEM_FOLDER: &str = "/var/lib/souk";
/// A socket's path may have 103 bytes on the strictest system; `/.s.PGSQL.5432` takes 14 of them.
const LONGEST_SOCKET_FOLDER: usize = 89;

/// The unprivileged user that root runs PostgreSQL as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner {
    uid: u32,
    gid: u32,
}

/// The folders of one cluster.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// PostgreSQL's data directory. It need not exist yet.
    pub(super) cluster: PathBuf,
    /// The folder of the socket.
    pub(super) sockets: PathBuf,
    /// What PostgreSQL says.
    pub(super) log: PathBuf,
    owner: Option<Owner>,
}

impl Place {
    /// Decides the place for a data folder, which must exist and be canonical.
    pub(super) async fn find(data_dir: &Path) -> Result<Self, ClusterError> {
        let link = data_dir.join("postgres");
        let log = data_dir.join("postgres.log");
        if !rustix::process::geteuid().is_root() {
            let cluster = link.canonicalize().unwrap_or(link);
            return Ok(Self {
                sockets: socket_folder(data_dir),
                cluster,
                log,
                owner: None,
            });
        }
        let (cluster, owner) = match std::fs::metadata(&link) {
            Ok(metadata) if metadata.uid() != 0 => {
                let owner = Owner {
                    uid: metadata.uid(),
                    gid: metadata.gid(),
                };
                (link.canonicalize().map_err(io("open the folder", &link))?, owner)
            }
            Ok(_) | Err(_) => {
                let owner = unprivileged_user().await?;
                (choose_cluster(data_dir, &link, owner)?, owner)
            }
        };
        let home = cluster.parent().unwrap_or(data_dir);
        Ok(Self {
            sockets: socket_folder(home),
            cluster,
            log,
            owner: Some(owner),
        })
    }

    /// The major version that made the cluster; `None` when there is no cluster yet.
    pub(super) fn version(&self) -> Result<Option<u32>, ClusterError> {
        let path = self.cluster.join("PG_VERSION");
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(text.trim().parse().ok()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io("read", &path)(error)),
        }
    }

    /// Makes the folder, or checks that it is ours: nobody else may enter it.
    pub(super) fn make_private_folder(&self, folder: &Path) -> Result<(), ClusterError> {
        match std::fs::create_dir(folder) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(io("create the folder", folder)(error)),
        }
        let uid = self
            .owner
            .map_or_else(|| rustix::process::geteuid().as_raw(), |owner| owner.uid);
        let metadata = std::fs::symlink_metadata(folder).map_err(io("open the folder", folder))?;
        let creator = rustix::process::geteuid().as_raw();
        if !metadata.is_dir() || (metadata.uid() != uid && metadata.uid() != creator) {
            return Err(ClusterError::ForeignSocketFolder {
                folder: folder.to_owned(),
            });
        }
        std::fs::set_permissions(folder, PermissionsExt::from_mode(0o700)).map_err(io("protect", folder))?;
        match self.owner {
            Some(Owner { uid, gid }) => {
                std::os::unix::fs::chown(folder, Some(uid), Some(gid)).map_err(io("give away", folder))
            }
            None => Ok(()),
        }
    }

    /// Lets a command run as the cluster's owner, from a folder that everybody can enter.
    pub(super) fn run_as_owner(&self, command: &mut Command) {
        command.current_dir("/");
        if let Some(owner) = self.owner {
            command.uid(owner.uid).gid(owner.gid);
        }
    }

    /// The socket folder in the quotes that a list of folders in PostgreSQL's configuration needs.
    pub(super) fn quoted_sockets(&self) -> String {
        format!("\"{}\"", self.sockets.display().to_string().replace('"', "\"\""))
    }
}

/// `data/postgres`, or a folder of the system with a link to it where the owner cannot get to the data folder.
fn choose_cluster(data_dir: &Path, link: &Path, owner: Owner) -> Result<PathBuf, ClusterError> {
    if owner.can_enter(data_dir) {
        return Ok(link.to_owned());
    }
    if std::fs::symlink_metadata(link).is_ok_and(|metadata| metadata.is_symlink()) {
        let target = std::fs::read_link(link).map_err(io("read the link", link))?;
        if !target.exists() && target.parent().is_some_and(Path::is_dir) {
            return Ok(target);
        }
        std::fs::remove_file(link).map_err(io("remove the broken link", link))?;
    }
    // A data folder that was deleted and made again is a new shop: what an earlier one left behind is not touched.
    let name = short_hash(data_dir);
    let home = std::iter::once(name.clone())
        .chain((2_u32..).map(|n| format!("{name}-{n}")))
        .map(|name| Path::new(SYSTEM_FOLDER).join(name))
        .find(|home| !home.exists())
        .unwrap_or_default();
    std::fs::create_dir_all(&home).map_err(io("create the folder", &home))?;
    for folder in [Path::new(SYSTEM_FOLDER), &home] {
        std::fs::set_permissions(folder, PermissionsExt::from_mode(0o755)).map_err(io("open up", folder))?;
    }
    let cluster = home.join("postgres");
    std::os::unix::fs::symlink(&cluster, link).map_err(io("create the link", link))?;
    Ok(cluster)
}

impl Owner {
    /// Whether this user may walk into the folder and everything above it.
    fn can_enter(self, folder: &Path) -> bool {
        folder.ancestors().all(|ancestor| {
            std::fs::metadata(ancestor).is_ok_and(|metadata| {
                let bit = if metadata.uid() == self.uid {
                    0o100
                } else if metadata.gid() == self.gid {
                    0o010
                } else {
                    0o001
                };
                metadata.mode() & bit != 0
            })
        })
    }
}

/// `postgres` where a package made it, `nobody` otherwise.
async fn unprivileged_user() -> Result<Owner, ClusterError> {
    for user in ["postgres", "nobody"] {
        if let (Some(uid), Some(gid)) = (id("-u", user).await, id("-g", user).await) {
            return Ok(Owner { uid, gid });
        }
    }
    Err(ClusterError::NoUnprivilegedUser)
}

async fn id(what: &str, user: &str) -> Option<u32> {
    let output = Command::new("id").args([what, user]).output().await.ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

/// `run` in the folder, or a short path with the folder's hash where that would be too long for a socket.
fn socket_folder(home: &Path) -> PathBuf {
    let folder = home.join("run");
    if folder.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
        return folder;
    }
    Path::new("/tmp").join(format!("souk-{}", short_hash(home)))
}

fn short_hash(path: &Path) -> String {
    Sha256::digest(path.as_os_str().as_encoded_bytes())
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_gets_a_short_socket_folder() {
        assert_eq!(
            socket_folder(Path::new("/srv/shop/data")),
            Path::new("/srv/shop/data/run")
        );
        let long = Path::new("/srv").join("x".repeat(100));
        let folder = socket_folder(&long);
        assert!(
            folder.as_os_str().len() <= LONGEST_SOCKET_FOLDER && folder.starts_with("/tmp"),
            "{folder:?}"
        );
        assert_ne!(folder, socket_folder(&long.join("y")));
    }

    #[test]
    fn a_folder_below_a_closed_one_cannot_be_entered() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).expect("a folder");
        let stranger = Owner {
            uid: 4_000_000,
            gid: 4_000_000,
        };
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("permissions");
        assert!(stranger.can_enter(&inner));
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o700)).expect("permissions");
        assert!(!stranger.can_enter(&inner));
    }
}

//! The contract of `media::Blobs`, held against each place for files.

use data_encoding::HEXLOWER;
use media::{BlobError, Blobs, MemoryBlobs};
use ring::digest;

use super::s3_server::S3Server;
use crate::DiskBlobs;

pub(super) fn hash(content: &[u8]) -> String {
    HEXLOWER.encode(digest::digest(&digest::SHA256, content).as_ref())
}

async fn holds(blobs: &dyn Blobs) {
    let content = b"first second".as_slice();
    let name = hash(content);
    // Nothing is there at first.
    assert_eq!(blobs.get(&name).await, Ok(None));
    assert_eq!(blobs.get_part(&name, 0, 5).await, Ok(None));
    // What was put comes back, whole and in parts, and putting it again does nothing.
    for _ in 0..2 {
        blobs.put(&name, content).await.unwrap();
        assert_eq!(blobs.get(&name).await, Ok(Some(content.to_vec())));
    }
    for (offset, length, part) in [
        (0, 5, b"first".as_slice()),
        (3, 5, b"st se"),
        (6, 99, b"second"),
        (12, 5, b""),
        (99, 5, b""),
        (3, 0, b""),
    ] {
        let read = blobs.get_part(&name, offset, length).await;
        assert_eq!(read, Ok(Some(part.to_vec())), "{length} from {offset}");
    }
    // Nothing at all is a content like any other.
    blobs.put(&hash(b""), b"").await.unwrap();
    assert_eq!(blobs.get(&hash(b"")).await, Ok(Some(Vec::new())));
    // What comes in pieces is kept when its name is known, also when it is longer than any buffer.
    let long: Vec<u8> = (0..1_000_003_u32)
        .map(|byte| byte.to_le_bytes()[0] ^ byte.to_le_bytes()[1])
        .collect();
    for _ in 0..2 {
        let mut incoming = blobs.receive().await.unwrap();
        for piece in long.chunks(300_000) {
            incoming.write(piece).await.unwrap();
        }
        assert_eq!(incoming.bytes().await.unwrap(), long);
        incoming.keep(&hash(&long)).await.unwrap();
        assert_eq!(blobs.get(&hash(&long)).await, Ok(Some(long.clone())));
    }
    // What is not kept is gone.
    let mut left = blobs.receive().await.unwrap();
    left.write(b"half").await.unwrap();
    drop(left);
    assert_eq!(blobs.get(&hash(b"half")).await, Ok(None));
    // Only hashes are names.
    for odd in [
        "",
        "e3",
        "../../../etc/passwd",
        &name.to_uppercase(),
        &format!("{name}/x"),
        "é3",
    ] {
        let refused = BlobError::NotAHash(odd.to_owned());
        assert_eq!(blobs.get(odd).await, Err(refused.clone()));
        assert_eq!(blobs.get_part(odd, 0, 1).await, Err(refused.clone()));
        assert_eq!(blobs.put(odd, b"x").await, Err(refused.clone()));
        assert_eq!(blobs.receive().await.unwrap().keep(odd).await, Err(refused));
    }
}

#[tokio::test]
async fn memory_keeps_files() {
    holds(&MemoryBlobs::default()).await;
}

#[tokio::test]
async fn a_folder_keeps_files() {
    let folder = tempfile::tempdir().unwrap();
    holds(&DiskBlobs::new(folder.path().join("media"))).await;
}

#[tokio::test]
async fn a_bucket_keeps_files() {
    let server = S3Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    holds(&server.blobs(folder.path())).await;
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "no upload is left"
    );
}

/// Whoever moves copies files as they are.
#[tokio::test]
async fn a_file_lies_at_the_same_place_in_a_folder_and_in_a_bucket() {
    let server = S3Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let name = hash(b"moved");
    DiskBlobs::new(folder.path()).put(&name, b"moved").await.unwrap();
    server.blobs(folder.path()).put(&name, b"moved").await.unwrap();
    assert_eq!(server.keys(), [crate::place_of(&name).unwrap()]);
    assert!(folder.path().join(&server.keys()[0]).is_file());
}

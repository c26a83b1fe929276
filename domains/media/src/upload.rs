//! Takes a file piece by piece, so that its size does not matter: what comes in goes to where files are kept, and only
//! pictures, which are small, are looked at whole.

use database::Work;
use sha2::{Digest as _, Sha256};

use crate::{
    Blobs, File, FileKind, Incoming, Medium, PutError,
    put_flow::{note, put_picture},
    store::NewFile,
};

/// How many of the first bytes tell the kind.
const HEAD: usize = 4096;

/// A file that is coming in.
pub struct Upload<'a> {
    blobs: &'a dyn Blobs,
    incoming: Box<dyn Incoming>,
    digest: Sha256,
    head: Vec<u8>,
    size_bytes: u64,
}

impl std::fmt::Debug for Upload<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload")
            .field("size_bytes", &self.size_bytes)
            .finish_non_exhaustive()
    }
}

impl<'a> Upload<'a> {
    /// Begins.
    pub async fn begin(blobs: &'a dyn Blobs) -> Result<Self, PutError> {
        Ok(Self {
            blobs,
            incoming: blobs.receive().await?,
            digest: Sha256::new(),
            head: Vec::new(),
            size_bytes: 0,
        })
    }

    /// Takes the next bytes, unless the file has become too large for what it is.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), PutError> {
        let missing = HEAD.saturating_sub(self.head.len());
        self.head.extend(bytes.iter().take(missing));
        self.size_bytes = self
            .size_bytes
            .saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let max_bytes = self.medium().max_bytes();
        if self.size_bytes > max_bytes {
            return Err(PutError::TooLarge { max_bytes });
        }
        self.digest.update(bytes);
        Ok(self.incoming.write(bytes).await?)
    }

    /// What it is good for, as far as its first bytes tell; what is not known may still turn out to be a drawing.
    pub fn medium(&self) -> Medium {
        FileKind::of(&self.head).map_or(Medium::Picture, FileKind::medium)
    }

    /// Stores the file, or finds the one with the same content.
    pub async fn finish_flow(mut self, work: &Work) -> Result<File, PutError> {
        match FileKind::of(&self.head) {
            Some(kind) if kind.medium() != Medium::Picture => {
                let content_hash = data_encoding::HEXLOWER.encode(&self.digest.finalize());
                self.incoming.keep(&content_hash).await?;
                let new = NewFile {
                    content_hash: &content_hash,
                    kind,
                    size_bytes: self.size_bytes,
                    size: None,
                    source_url: None,
                };
                note(work, &new).await
            }
            Some(_) | None => {
                let bytes = self.incoming.bytes().await?;
                put_picture(work, self.blobs, bytes, None).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;
    use crate::{MemoryBlobs, samples};

    async fn upload(work: &Work, blobs: &MemoryBlobs, pieces: &[&[u8]]) -> Result<File, PutError> {
        let mut upload = Upload::begin(blobs).await?;
        for piece in pieces {
            upload.write(piece).await?;
        }
        upload.finish_flow(work).await
    }

    #[tokio::test]
    async fn pieces_become_a_file() {
        let db = TestDatabase::new().await;
        let (work, blobs) = (db.work(), MemoryBlobs::default());
        let png = samples::png();
        let picture = upload(&work, &blobs, &[&png[..3], &png[3..]]).await.unwrap();
        assert_eq!((picture.kind, picture.size), (FileKind::Png, Some((40, 30))));
        let guide = upload(&work, &blobs, &[b"%PDF-1.7", b" and so on"]).await.unwrap();
        assert_eq!((guide.kind, guide.size_bytes), (FileKind::Pdf, 18));
        let part = blobs.get_part(&guide.content_hash, 5, 3).await.unwrap();
        assert_eq!(part.as_deref(), Some(b"1.7".as_slice()));
    }

    #[tokio::test]
    async fn each_kind_has_its_limit_and_is_what_it_says() {
        let db = TestDatabase::new().await;
        let (work, blobs) = (db.work(), MemoryBlobs::default());
        let mebibytes = vec![0; 21 * 1024 * 1024];
        let png = samples::png();
        let large = upload(&work, &blobs, &[&png, &mebibytes]).await.unwrap_err();
        assert_eq!(large.to_string(), "is larger than 20 MiB");
        assert!(upload(&work, &blobs, &[b"%PDF-1.7", &mebibytes]).await.is_ok());
        for (odd, code) in [
            (b"only words".as_slice(), "unsupported_file"),
            (b"", "unsupported_file"),
            (&png[..40], "broken_picture"),
            (b"<svg><script>1</script></svg>", "unsafe_drawing"),
        ] {
            assert_eq!(upload(&work, &blobs, &[odd]).await.unwrap_err().code(), Some(code));
        }
    }
}

//! The smaller pictures that pages ask for. Each is made when it is asked for first, and kept until somebody clears the
//! place they are kept in; then it is made again.
//!
//! WebP is made while the first one who asks waits. AVIF takes so long that nobody should: until one is there, which is
//! worked at behind the scenes, WebP is given in its place.

use std::{
    collections::HashSet,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use kernel::PictureFormat;
use sha2::{Digest as _, Sha256};
use tokio::sync::{Semaphore, oneshot};

use crate::{BlobError, Blobs, File, Painter};

/// Part of the name of everything that is kept: another number, and all is made anew.
const RECIPE: u32 = 1;
/// How much room decoded pictures may take at once.
const ROOM_MEBIBYTES: u32 = 512;
/// How many pictures may wait to be made behind the scenes.
const QUEUE: usize = 256;
/// Those who ask for the same picture at once meet at one of so many locks.
const LOCKS: usize = 64;

/// A picture in the size that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// What it is.
    pub format: PictureFormat,
    /// The picture.
    pub bytes: Vec<u8>,
}

/// Makes smaller pictures and keeps them.
#[derive(Clone)]
pub struct Renditions(Arc<Workshop>);

struct Workshop {
    originals: Arc<dyn Blobs>,
    kept: Arc<dyn Blobs>,
    painter: Arc<dyn Painter>,
    room: Semaphore,
    /// The least room a picture takes, so that no more are made at once than the machine has processors to spare.
    least: u32,
    /// One at a time is made behind the scenes.
    behind: Semaphore,
    waiting: Mutex<HashSet<String>>,
    locks: Vec<tokio::sync::Mutex<()>>,
}

/// What is made of what.
#[derive(Debug, Clone)]
struct Wanted {
    file: File,
    size: (u32, u32),
    width: u32,
    format: PictureFormat,
}

impl std::fmt::Debug for Renditions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Renditions").finish_non_exhaustive()
    }
}

impl Renditions {
    /// Makes pictures of the originals, and keeps them in a place that may be cleared at any time.
    pub fn new(originals: Arc<dyn Blobs>, kept: Arc<dyn Blobs>, painter: Arc<dyn Painter>) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let at_once = u32::try_from(processors / 2).unwrap_or(1).max(1);
        Self(Arc::new(Workshop {
            originals,
            kept,
            painter,
            room: Semaphore::new(usize::try_from(ROOM_MEBIBYTES).unwrap_or(Semaphore::MAX_PERMITS)),
            least: ROOM_MEBIBYTES / at_once.min(ROOM_MEBIBYTES),
            behind: Semaphore::new(1),
            waiting: Mutex::default(),
            locks: std::iter::repeat_with(tokio::sync::Mutex::default)
                .take(LOCKS)
                .collect(),
        }))
    }

    /// The file in that width and format, or in WebP where AVIF is not there yet. None when the file does not come in that
    /// width, or cannot be made smaller.
    pub async fn get(&self, file: &File, width: u32, format: PictureFormat) -> Result<Option<Rendition>, BlobError> {
        let Some(wanted) = Wanted::new(file, width, format) else {
            return Ok(None);
        };
        if let Some(kept) = self.0.kept.get(&wanted.name()).await? {
            return Ok(wanted.given(kept));
        }
        if format == PictureFormat::Webp {
            return self.make(wanted).await;
        }
        self.make_behind(wanted.clone());
        let stand_in = Wanted {
            format: PictureFormat::Webp,
            ..wanted
        };
        match self.0.kept.get(&stand_in.name()).await? {
            Some(kept) => Ok(stand_in.given(kept)),
            None => self.make(stand_in).await,
        }
    }

    /// Waits until nothing is made behind the scenes.
    pub async fn settled(&self) {
        loop {
            let turn = self.0.behind.acquire().await;
            let is_idle = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
            drop(turn);
            if is_idle {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Makes it even if the one who asked leaves, for the next one will ask as well.
    async fn make(&self, wanted: Wanted) -> Result<Option<Rendition>, BlobError> {
        let workshop = Arc::clone(&self.0);
        let made = tokio::spawn(async move { workshop.make(&wanted).await });
        made.await.map_err(|error| BlobError::Unavailable(error.to_string()))?
    }

    fn make_behind(&self, wanted: Wanted) {
        let name = wanted.name();
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= QUEUE || !waiting.insert(name.clone()) {
            return;
        }
        drop(waiting);
        let workshop = Arc::clone(&self.0);
        tokio::spawn(async move {
            let turn = workshop.behind.acquire().await;
            if let Err(error) = workshop.make(&wanted).await {
                tracing::warn!(%error, name, "a smaller picture could not be kept");
            }
            workshop
                .waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&name);
            drop(turn);
        });
    }
}

impl Workshop {
    /// One makes it, and whoever asks for it meanwhile waits and finds it made.
    async fn make(self: &Arc<Self>, wanted: &Wanted) -> Result<Option<Rendition>, BlobError> {
        let name = wanted.name();
        let _lock = match self.lock_of(&name) {
            Some(lock) => Some(lock.lock().await),
            None => None,
        };
        if let Some(kept) = self.kept.get(&name).await? {
            return Ok(wanted.given(kept));
        }
        let Some(original) = self.originals.get(&wanted.file.content_hash).await? else {
            return Ok(None);
        };
        let needed = wanted.mebibytes().clamp(self.least, ROOM_MEBIBYTES);
        let Ok(room) = self.room.acquire_many(needed).await else {
            return Ok(None);
        };
        let painted = self.paint(original, wanted).await;
        drop(room);
        let painted = match painted {
            Ok(painted) => painted,
            Err(why) => {
                tracing::warn!(file = wanted.file.url, why, "a picture cannot be made smaller");
                // Nothing is kept in its place, so that nobody tries again.
                Vec::new()
            }
        };
        self.kept.put(&name, &painted).await?;
        Ok(wanted.given(painted))
    }

    /// Works on a thread of its own: a program that ends does not wait for it.
    async fn paint(&self, original: Vec<u8>, wanted: &Wanted) -> Result<Vec<u8>, String> {
        let (done, painted) = oneshot::channel();
        let painter = Arc::clone(&self.painter);
        let (kind, width, format) = (wanted.file.kind, wanted.width, wanted.format);
        let work = move || {
            let painted = painter.paint(&original, kind, width, format);
            // Nobody waits any more when the program ends.
            let _ = done.send(painted);
        };
        let thread = std::thread::Builder::new().name("painter".to_owned()).spawn(work);
        thread.map_err(|error| error.to_string())?;
        match painted.await {
            Ok(painted) => painted.map_err(|error| error.to_string()),
            Err(_panicked) => Err("the painter gave up".to_owned()),
        }
    }

    fn lock_of(&self, name: &str) -> Option<&tokio::sync::Mutex<()>> {
        let number = usize::from_str_radix(name.get(..2)?, 16).ok()?;
        self.locks.get(number % LOCKS)
    }
}

impl Wanted {
    fn new(file: &File, width: u32, format: PictureFormat) -> Option<Self> {
        let size = file.size?;
        kernel::widths(size.0).contains(&width).then(|| Self {
            file: file.clone(),
            size,
            width,
            format,
        })
    }

    /// The hash of what it is made of, which names it among what is kept.
    fn name(&self) -> String {
        let recipe = format!(
            "{RECIPE}/{}/{}.{}",
            self.file.content_hash,
            self.width,
            self.format.extension()
        );
        data_encoding::HEXLOWER.encode(&Sha256::digest(recipe))
    }

    /// What it takes to decode the picture: four bytes a dot, twice.
    fn mebibytes(&self) -> u32 {
        let bytes = u64::from(self.size.0)
            .saturating_mul(u64::from(self.size.1))
            .saturating_mul(8);
        u32::try_from(bytes / 1024 / 1024).unwrap_or(u32::MAX)
    }

    fn given(&self, bytes: Vec<u8>) -> Option<Rendition> {
        (!bytes.is_empty()).then_some(Rendition {
            format: self.format,
            bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use kernel::PictureFormat::{Avif, Webp};

    use super::*;
    use crate::{FileKind, MemoryBlobs, PaintError};

    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// Paints the width, and counts.
    #[derive(Default)]
    struct Counting {
        painted: AtomicUsize,
    }

    impl Painter for Counting {
        fn paint(&self, _: &[u8], kind: FileKind, width: u32, format: PictureFormat) -> Result<Vec<u8>, PaintError> {
            self.painted.fetch_add(1, Ordering::Relaxed);
            if kind == FileKind::Png {
                return Err(PaintError("it is broken".to_owned()));
            }
            Ok(format!("{width} {}", format.extension()).into_bytes())
        }
    }

    fn file(kind: FileKind, size: Option<(u32, u32)>) -> File {
        File {
            id: "med_00000000000000000000000000".parse().unwrap(),
            content_hash: HASH.to_owned(),
            kind,
            size_bytes: 1,
            size,
            source_url: None,
            url: "/media/x".to_owned(),
            created_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    async fn workshop() -> (Renditions, Arc<Counting>) {
        let (originals, painter) = (Arc::new(MemoryBlobs::default()), Arc::new(Counting::default()));
        originals.put(HASH, b"the original").await.unwrap();
        let renditions = Renditions::new(originals, Arc::new(MemoryBlobs::default()), painter.clone());
        (renditions, painter)
    }

    fn made(format: PictureFormat, text: &str) -> Option<Rendition> {
        Some(Rendition {
            format,
            bytes: text.as_bytes().to_owned(),
        })
    }

    #[tokio::test]
    async fn many_who_ask_at_once_get_one_that_is_made_once() {
        let (renditions, painter) = workshop().await;
        let photo = file(FileKind::Jpeg, Some((1000, 500)));
        let asked = futures_util::future::join_all((0..20).map(|_| renditions.get(&photo, 640, Webp))).await;
        for given in asked {
            assert_eq!(given.unwrap(), made(Webp, "640 webp"));
        }
        assert_eq!(painter.painted.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn webp_stands_in_until_avif_is_there() {
        let (renditions, painter) = workshop().await;
        let photo = file(FileKind::Jpeg, Some((1000, 500)));
        assert_eq!(renditions.get(&photo, 320, Avif).await.unwrap(), made(Webp, "320 webp"));
        renditions.settled().await;
        assert_eq!(renditions.get(&photo, 320, Avif).await.unwrap(), made(Avif, "320 avif"));
        assert_eq!(painter.painted.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn only_widths_that_pages_name_are_made() {
        let (renditions, painter) = workshop().await;
        let photo = file(FileKind::Jpeg, Some((1000, 500)));
        assert_eq!(
            renditions.get(&photo, 1000, Webp).await.unwrap(),
            made(Webp, "1000 webp")
        );
        for width in [0, 1, 641, 1280, u32::MAX] {
            assert_eq!(renditions.get(&photo, width, Webp).await.unwrap(), None, "{width}");
        }
        let drawing = file(FileKind::Svg, None);
        assert_eq!(renditions.get(&drawing, 320, Webp).await.unwrap(), None);
        assert_eq!(painter.painted.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn what_cannot_be_made_is_tried_once() {
        let (renditions, painter) = workshop().await;
        let broken = file(FileKind::Png, Some((1000, 500)));
        for _ in 0..3 {
            assert_eq!(renditions.get(&broken, 160, Webp).await.unwrap(), None);
        }
        assert_eq!(painter.painted.load(Ordering::Relaxed), 1);
    }
}

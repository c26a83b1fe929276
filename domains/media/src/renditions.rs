//! The smaller pictures that pages ask for. Each is made when it is asked for first, and kept until somebody clears the
//! place they are kept in; then it is made again. They are WebP, which every browser reads, and AVIF, which is smaller, where
//! something writes it; both are made so quickly that the first one who asks can wait for it.

use std::{num::NonZeroUsize, sync::Arc};

use kernel::{PictureFormat, Print};
use sha2::{Digest as _, Sha256};
use tokio::sync::{Semaphore, oneshot};

use crate::{BlobError, Blobs, File, FileKind, PaintError, Painter};

/// Part of the name of everything that is kept: another number, and all is made anew.
const RECIPE: u32 = 1;
/// How much room decoded pictures may take at once.
const ROOM_MEBIBYTES: u32 = 512;
/// What libaom takes for the largest picture it is given; half of it for any.
const ENCODER_MEBIBYTES: u32 = 200;
/// How large a drawing is when it is painted, at most.
const DRAWING: (u32, u32) = (Print::LONGEST, Print::LONGEST);
/// Those who ask for the same picture at once meet at one of so many locks.
const LOCKS: usize = 64;

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
    locks: Vec<tokio::sync::Mutex<()>>,
}

/// What is made of what.
#[derive(Debug, Clone)]
struct Wanted {
    file: File,
    size: (u32, u32),
    form: Form,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    /// In that width.
    Width(u32, PictureFormat),
    Print(Print),
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
            locks: std::iter::repeat_with(tokio::sync::Mutex::default)
                .take(LOCKS)
                .collect(),
        }))
    }

    /// Whether pictures can be had as AVIF.
    pub fn writes_avif(&self) -> bool {
        self.0.painter.writes_avif()
    }

    /// The file in that width, as AVIF only where that is asked for and can be made, and else as WebP. None when the file does not
    /// come in that width, or cannot be made smaller.
    pub async fn get(
        &self,
        file: &File,
        width: u32,
        format: PictureFormat,
    ) -> Result<Option<(FileKind, Vec<u8>)>, BlobError> {
        let Some(webp) = Wanted::smaller(file, width) else {
            return Ok(None);
        };
        if format == PictureFormat::Avif && self.writes_avif() {
            let form = Form::Width(width, format);
            if let Some(made) = self.find(Wanted { form, ..webp.clone() }).await? {
                return Ok(Some((FileKind::Avif, made)));
            }
        }
        Ok(self.find(webp).await?.map(|made| (FileKind::Webp, made)))
    }

    /// The file as a JPEG. None when it is no picture that can be decoded.
    pub async fn print(&self, file: &File, print: Print) -> Result<Option<Vec<u8>>, BlobError> {
        match Wanted::printed(file, print) {
            Some(wanted) => self.find(wanted).await,
            None => Ok(None),
        }
    }

    async fn find(&self, wanted: Wanted) -> Result<Option<Vec<u8>>, BlobError> {
        match self.0.kept.get(&wanted.name()).await? {
            Some(kept) => Ok(given(kept)),
            None => self.make(wanted).await,
        }
    }

    /// Makes it even if the one who asked leaves, for the next one will ask as well.
    async fn make(&self, wanted: Wanted) -> Result<Option<Vec<u8>>, BlobError> {
        let workshop = Arc::clone(&self.0);
        let made = tokio::spawn(async move { workshop.make(&wanted).await });
        made.await.map_err(|error| BlobError::Unavailable(error.to_string()))?
    }
}

impl Workshop {
    /// One makes it, and whoever asks for it meanwhile waits and finds it made.
    async fn make(self: &Arc<Self>, wanted: &Wanted) -> Result<Option<Vec<u8>>, BlobError> {
        let name = wanted.name();
        let _lock = match self.lock_of(&name) {
            Some(lock) => Some(lock.lock().await),
            None => None,
        };
        if let Some(kept) = self.kept.get(&name).await? {
            return Ok(given(kept));
        }
        // First the room, for the original takes some as well.
        let needed = wanted.mebibytes().clamp(self.least, ROOM_MEBIBYTES);
        let Ok(_room) = self.room.acquire_many(needed).await else {
            return Ok(None);
        };
        let Some(original) = self.originals.get(&wanted.file.content_hash).await? else {
            return Ok(None);
        };
        let painted = match self.paint(original, wanted).await? {
            Ok(painted) => painted,
            Err(PaintError::Never(why)) => {
                tracing::warn!(file = wanted.file.url, why, "a picture cannot be made smaller");
                // Nothing is kept in its place, so that nobody tries again.
                Vec::new()
            }
            Err(PaintError::NotNow(why)) => {
                tracing::warn!(file = wanted.file.url, why, "a picture could not be made smaller now");
                return Ok(None);
            }
        };
        if let Err(error) = self.kept.put(&name, &painted).await {
            tracing::warn!(file = wanted.file.url, %error, "a smaller picture cannot be kept");
        }
        Ok(given(painted))
    }

    /// Works on a thread of its own: a program that ends does not wait for it.
    async fn paint(&self, original: Vec<u8>, wanted: &Wanted) -> Result<Result<Vec<u8>, PaintError>, BlobError> {
        let (done, painted) = oneshot::channel();
        let painter = Arc::clone(&self.painter);
        let (kind, form) = (wanted.file.kind, wanted.form);
        let work = move || {
            let painted = match form {
                Form::Width(width, format) => painter.paint(&original, kind, width, format),
                Form::Print(print) => painter.print(&original, kind, print),
            };
            // Nobody waits any more when the program ends.
            let _ = done.send(painted);
        };
        let thread = std::thread::Builder::new().name("painter".to_owned()).stack_size(STACK);
        let thread = thread.spawn(work);
        thread.map_err(|error| BlobError::Unavailable(error.to_string()))?;
        Ok(match painted.await {
            Ok(painted) => painted,
            Err(_panicked) => Err(PaintError::Never("the painter gave up".to_owned())),
        })
    }

    fn lock_of(&self, name: &str) -> Option<&tokio::sync::Mutex<()>> {
        let number = usize::from_str_radix(name.get(..2)?, 16).ok()?;
        self.locks.get(number % LOCKS)
    }
}

/// The stack of a painter, in bytes: drawings are painted one group inside the other.
const STACK: usize = 16 << 20;

impl Wanted {
    fn smaller(file: &File, width: u32) -> Option<Self> {
        let size = file.size?;
        kernel::widths(size.0).contains(&width).then(|| Self {
            file: file.clone(),
            size,
            form: Form::Width(width, PictureFormat::Webp),
        })
    }

    fn printed(file: &File, print: Print) -> Option<Self> {
        let size = match file.kind {
            FileKind::Svg => Some(DRAWING),
            _ => file.size,
        };
        Some(Self {
            file: file.clone(),
            size: size?,
            form: Form::Print(print),
        })
    }

    /// The hash of what it is made of, which names it among what is kept.
    fn name(&self) -> String {
        let hash = &self.file.content_hash;
        let recipe = match self.form {
            Form::Width(width, PictureFormat::Webp) => format!("{RECIPE}/{hash}/{width}"),
            Form::Width(width, PictureFormat::Avif) => format!("{RECIPE}/{hash}/{width}/avif"),
            Form::Print(print) => format!("{RECIPE}/{hash}/{print:?}"),
        };
        data_encoding::HEXLOWER.encode(&Sha256::digest(recipe))
    }

    /// What it takes to make it: the dots decoded, in four bytes each, twice; a picture as wide as the original and as
    /// high as the smaller one, in sixteen; and what an encoder of AVIF takes.
    fn mebibytes(&self) -> u32 {
        let (width, height) = (u64::from(self.size.0).max(1), u64::from(self.size.1));
        let lower = match self.form {
            Form::Width(smaller, _) => height.saturating_mul(u64::from(smaller)) / width,
            Form::Print(_) => height.min(u64::from(Print::LONGEST)),
        };
        let decoded = width.saturating_mul(height).saturating_mul(8);
        let between = width.saturating_mul(lower).saturating_mul(16);
        let mebibytes = u32::try_from(decoded.saturating_add(between) / 1024 / 1024).unwrap_or(u32::MAX);
        match self.form {
            Form::Width(_, PictureFormat::Avif) => mebibytes.saturating_add(ENCODER_MEBIBYTES),
            Form::Width(_, PictureFormat::Webp) | Form::Print(_) => mebibytes,
        }
    }
}

/// Nothing was kept for what cannot be made.
fn given(kept: Vec<u8>) -> Option<Vec<u8>> {
    (!kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::{FileKind, Incoming, MemoryBlobs};

    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// Paints the width, and counts.
    #[derive(Default)]
    struct Counting {
        painted: AtomicUsize,
        avif: bool,
    }

    impl Painter for Counting {
        fn writes_avif(&self) -> bool {
            self.avif
        }

        fn paint(&self, _: &[u8], kind: FileKind, width: u32, format: PictureFormat) -> Result<Vec<u8>, PaintError> {
            self.painted.fetch_add(1, Ordering::Relaxed);
            let is_broken = match format {
                PictureFormat::Webp => kind == FileKind::Png,
                PictureFormat::Avif => kind != FileKind::Jpeg,
            };
            if is_broken {
                return Err(PaintError::Never("it is broken".to_owned()));
            }
            if kind == FileKind::Webp {
                return Err(PaintError::NotNow("somebody ended it".to_owned()));
            }
            Ok(width.to_string().into_bytes())
        }

        fn print(&self, _: &[u8], _: FileKind, print: Print) -> Result<Vec<u8>, PaintError> {
            self.painted.fetch_add(1, Ordering::Relaxed);
            Ok(format!("{print:?}").into_bytes())
        }
    }

    /// Takes nothing.
    struct FullDisk;

    #[async_trait::async_trait]
    impl Blobs for FullDisk {
        async fn put(&self, _: &str, _: &[u8]) -> Result<(), BlobError> {
            Err(BlobError::Unavailable("full".to_owned()))
        }

        async fn get(&self, _: &str) -> Result<Option<Vec<u8>>, BlobError> {
            Ok(None)
        }

        async fn get_part(&self, _: &str, _: u64, _: usize) -> Result<Option<Vec<u8>>, BlobError> {
            Ok(None)
        }

        async fn receive(&self) -> Result<Box<dyn Incoming>, BlobError> {
            Err(BlobError::Unavailable("full".to_owned()))
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
        workshop_of(Counting::default()).await
    }

    async fn workshop_of(painter: Counting) -> (Renditions, Arc<Counting>) {
        let (originals, painter) = (Arc::new(MemoryBlobs::default()), Arc::new(painter));
        originals.put(HASH, b"the original").await.unwrap();
        let renditions = Renditions::new(originals, Arc::new(MemoryBlobs::default()), painter.clone());
        (renditions, painter)
    }

    fn made(text: &str) -> Option<Vec<u8>> {
        Some(text.as_bytes().to_owned())
    }

    async fn webp(renditions: &Renditions, file: &File, width: u32) -> Option<Vec<u8>> {
        let (kind, made) = renditions.get(file, width, PictureFormat::Webp).await.unwrap()?;
        assert_eq!(kind, FileKind::Webp);
        Some(made)
    }

    #[tokio::test]
    async fn what_no_avif_can_be_made_of_is_webp() {
        let photo = file(FileKind::Jpeg, Some((1000, 500)));
        let odd = file(FileKind::Gif, Some((1000, 500)));
        let asked = |renditions: Renditions, file: File| async move {
            let given = renditions.get(&file, 640, PictureFormat::Avif).await.unwrap();
            given.map(|(kind, _)| kind)
        };
        let (without, painter) = workshop().await;
        assert_eq!(asked(without.clone(), photo.clone()).await, Some(FileKind::Webp));
        assert_eq!(painter.painted.load(Ordering::Relaxed), 1);

        let counting = Counting {
            avif: true,
            ..Counting::default()
        };
        let (with, painter) = workshop_of(counting).await;
        for _ in 0..2 {
            assert_eq!(asked(with.clone(), photo.clone()).await, Some(FileKind::Avif));
            assert_eq!(webp(&with, &photo, 640).await, made("640"));
        }
        assert_eq!(painter.painted.load(Ordering::Relaxed), 2, "each is made once");

        let counting = Counting {
            avif: true,
            ..Counting::default()
        };
        let (with, painter) = workshop_of(counting).await;
        for _ in 0..2 {
            assert_eq!(asked(with.clone(), odd.clone()).await, Some(FileKind::Webp));
        }
        assert_eq!(painter.painted.load(Ordering::Relaxed), 2, "what fails is tried once");
    }

    #[tokio::test]
    async fn many_who_ask_at_once_get_one_that_is_made_once() {
        let (renditions, painter) = workshop().await;
        let photo = file(FileKind::Jpeg, Some((1000, 500)));
        let asked = futures_util::future::join_all((0..20).map(|_| webp(&renditions, &photo, 640))).await;
        for given in asked {
            assert_eq!(given, made("640"));
        }
        assert_eq!(painter.painted.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_full_disk_still_gives_pictures() {
        let originals = Arc::new(MemoryBlobs::default());
        originals.put(HASH, b"the original").await.unwrap();
        let renditions = Renditions::new(originals, Arc::new(FullDisk), Arc::new(Counting::default()));
        let photo = file(FileKind::Jpeg, Some((1000, 500)));
        assert_eq!(webp(&renditions, &photo, 320).await, made("320"));
    }

    #[tokio::test]
    async fn only_widths_that_pages_name_are_made() {
        let (renditions, painter) = workshop().await;
        let photo = file(FileKind::Jpeg, Some((1000, 500)));
        assert_eq!(webp(&renditions, &photo, 1000).await, made("1000"));
        for width in [0, 1, 641, 1280, u32::MAX] {
            assert_eq!(webp(&renditions, &photo, width).await, None, "{width}");
        }
        let drawing = file(FileKind::Svg, None);
        assert_eq!(webp(&renditions, &drawing, 320).await, None);
        assert_eq!(painter.painted.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn prints_are_made_once_of_whatever_can_be_decoded() {
        let (renditions, painter) = workshop().await;
        let photo = file(FileKind::Jpeg, Some((1000, 500)));
        for _ in 0..2 {
            for print in [Print::Card, Print::Plain] {
                assert_eq!(
                    renditions.print(&photo, print).await.unwrap(),
                    made(&format!("{print:?}"))
                );
            }
        }
        assert_eq!(painter.painted.load(Ordering::Relaxed), 2);
        let drawing = file(FileKind::Svg, None);
        assert_eq!(renditions.print(&drawing, Print::Card).await.unwrap(), made("Card"));
        let moving = file(FileKind::Gif, None);
        assert_eq!(renditions.print(&moving, Print::Card).await.unwrap(), None);
    }

    #[tokio::test]
    async fn what_failed_for_no_fault_of_the_picture_is_tried_again() {
        let (renditions, painter) = workshop().await;
        let photo = file(FileKind::Webp, Some((1000, 500)));
        for _ in 0..3 {
            assert_eq!(webp(&renditions, &photo, 160).await, None);
        }
        assert_eq!(painter.painted.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn what_cannot_be_made_is_tried_once() {
        let (renditions, painter) = workshop().await;
        let broken = file(FileKind::Png, Some((1000, 500)));
        for _ in 0..3 {
            assert_eq!(webp(&renditions, &broken, 160).await, None);
        }
        assert_eq!(painter.painted.load(Ordering::Relaxed), 1);
    }
}

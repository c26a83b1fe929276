//! The port to whatever makes pictures smaller.

use kernel::{PictureFormat, Print};

use crate::FileKind;

/// Why a picture is not made smaller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaintError {
    /// It never will be: it is broken, or too large for it.
    #[error("the picture cannot be made smaller: {0}")]
    Never(String),
    /// Something failed that has nothing to do with the picture, and may be better another time.
    #[error("the picture could not be made smaller now: {0}")]
    NotNow(String),
}

/// Makes pictures smaller. It works for as long as it takes, and is called where that holds up nobody.
pub trait Painter: Send + Sync {
    /// Whether it writes AVIF. Everyone writes WebP.
    fn writes_avif(&self) -> bool;

    /// The picture in that width, standing upright, with nothing noted beside it. The width is at most the picture's own.
    fn paint(&self, picture: &[u8], kind: FileKind, width: u32, format: PictureFormat) -> Result<Vec<u8>, PaintError>;

    /// The picture as a JPEG, standing upright. What shows through it is white, and around a card is the colour of its edge.
    fn print(&self, picture: &[u8], kind: FileKind, print: Print) -> Result<Vec<u8>, PaintError>;
}

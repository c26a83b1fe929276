//! The port to whatever makes pictures smaller.

use kernel::{PictureFormat, Print};

use crate::FileKind;

/// A picture cannot be made smaller: it is broken, or takes more room decoded than there is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the picture cannot be made smaller: {0}")]
pub struct PaintError(pub String);

/// Makes pictures smaller. It works for as long as it takes, and is called where that holds up nobody.
pub trait Painter: Send + Sync {
    /// Whether it writes AVIF. Everyone writes WebP.
    fn writes_avif(&self) -> bool;

    /// The picture in that width, standing upright, with nothing noted beside it. The width is at most the picture's own.
    fn paint(&self, picture: &[u8], kind: FileKind, width: u32, format: PictureFormat) -> Result<Vec<u8>, PaintError>;

    /// The picture as a JPEG, standing upright. What shows through it is white, and around a card is the colour of its edge.
    fn print(&self, picture: &[u8], kind: FileKind, print: Print) -> Result<Vec<u8>, PaintError>;
}

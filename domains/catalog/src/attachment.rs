//! What a product's page shows beside its pictures.

use kernel::AttachmentId;

/// What an attachment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttachmentKind {
    /// It is played.
    Video,
    /// Pictures of the product all around, in the order of the turn.
    Turn,
    /// A model to stand in one's own room.
    Model,
    /// Something to read, such as a manual.
    File,
}

impl AttachmentKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Video, Self::Turn, Self::Model, Self::File];

    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Turn => "turn",
            Self::Model => "model",
            Self::File => "file",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A video, 360° set, model or file of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The attachment's id.
    pub id: AttachmentId,
    /// What it is.
    pub kind: AttachmentKind,
    /// Its place among the product's attachments, from 0.
    pub position: i32,
    /// Where it is: one address, or one for each picture of a turn.
    pub urls: Vec<String>,
    /// What it is called; empty means a word for its kind.
    pub title: String,
    /// How much there is to load.
    pub size_bytes: i64,
}

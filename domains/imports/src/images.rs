//! The port through which pictures are fetched from other people's servers.

use async_trait::async_trait;

/// A picture as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedImage {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What the server says it is, such as `image/jpeg`.
    pub content_type: String,
}

/// Why a picture did not come.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address must not be asked: it is no web address, or leads into the merchant's own network.
    #[error("the address {0}")]
    Forbidden(String),
    /// The server does not answer; perhaps there is no network.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// The server answers with something else than a picture.
    #[error("the server answers with {0}")]
    NotAnImage(String),
    /// The picture is larger than is kept.
    #[error("the picture is larger than {0} MiB")]
    TooLarge(u64),
}

/// Fetches pictures.
#[async_trait]
pub trait ImageSource: Send + Sync {
    /// Fetches the picture at an address.
    async fn fetch(&self, url: &str) -> Result<FetchedImage, FetchError>;
}

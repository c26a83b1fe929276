//! What the other side answers.

use media::BlobError;
use reqwest::{Response, StatusCode};

/// Whether another try may be answered otherwise.
pub(super) fn may_pass(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::REQUEST_TIMEOUT
}

/// The bytes of an answer; none when nothing has that name.
pub(super) async fn body_of(answer: Response) -> Result<Option<Vec<u8>>, BlobError> {
    if answer.status().is_success() {
        let bytes = answer.bytes().await.map_err(failed)?;
        return Ok(Some(bytes.to_vec()));
    }
    let is_missing = answer.status() == StatusCode::NOT_FOUND;
    let (code, error) = told(answer).await;
    // A bucket that is not there is a mistake, not a file that is missing.
    if is_missing && code != "NoSuchBucket" {
        return Ok(None);
    }
    Err(error)
}

/// Why it does not do what it was asked.
pub(super) async fn refused(answer: Response) -> BlobError {
    told(answer).await.1
}

/// The code of a refusal, and all of it for people.
async fn told(answer: Response) -> (String, BlobError) {
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap_or_default();
    let part = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        Some(rest.split_once("</")?.0.to_owned())
    };
    let code = part("Code").unwrap_or_default();
    let reason = match (code.as_str(), part("Message")) {
        ("", _) => format!("the bucket's service answers with status {status}"),
        (code, message) => format!("the bucket's service answers {code}: {}", message.unwrap_or_default()),
    };
    (code, BlobError::Unavailable(reason))
}

/// Why there is no answer.
pub(super) fn failed(error: impl std::error::Error) -> BlobError {
    let why = http_client::bottom(&error);
    BlobError::Unavailable(format!("the bucket's service cannot be asked: {why}"))
}

//! What a request brings comes in before the request takes a place: who sends a form a letter at a time would hold the place of
//! somebody who buys for as long as they like.

use std::time::Duration;

use axum::{
    body::{Body, Bytes, HttpBody as _},
    extract::Request,
    http::StatusCode,
};
use futures_util::{StreamExt as _, stream};

use crate::Problem;

/// Forms and calls of the API are no longer. What is longer, such as a picture, is not waited for: it would have to be held.
const LONGEST: usize = 64 * 1024;

/// A request with what it brings.
#[derive(Debug)]
pub(crate) enum Arrived {
    /// All of it is here.
    Whole(Request),
    /// More is to come, at the pace of whoever sends it.
    Partly(Request),
}

/// Waits for the body, unless it is a long one.
pub(crate) async fn arrive(request: Request, patience: Duration) -> Result<Arrived, Problem> {
    if request.body().is_end_stream() {
        return Ok(Arrived::Whole(request));
    }
    if usize::try_from(request.body().size_hint().lower()).map_or(true, |announced| announced > LONGEST) {
        return Ok(Arrived::Partly(request));
    }
    let (parts, body) = request.into_parts();
    let begun = tokio::time::timeout(patience, begin(body)).await;
    let (body, is_whole) = begun.map_err(|_elapsed| {
        let detail = "The request's body took too long to come.";
        Problem::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", detail)
    })?;
    let request = Request::from_parts(parts, body);
    Ok(if is_whole {
        Arrived::Whole(request)
    } else {
        Arrived::Partly(request)
    })
}

/// The body, as far as it is not too long in memory, and whether that is all of it. Who broke off in between is told by whoever
/// reads it.
async fn begin(body: Body) -> (Body, bool) {
    let mut coming = body.into_data_stream();
    let (mut pieces, mut size): (Vec<Bytes>, usize) = (Vec::new(), 0);
    while size <= LONGEST {
        match coming.next().await {
            Some(Ok(piece)) => {
                size = size.saturating_add(piece.len());
                pieces.push(piece);
            }
            Some(Err(error)) => {
                let broken = stream::iter([Err(error)]);
                return (
                    Body::from_stream(stream::iter(pieces.into_iter().map(Ok)).chain(broken)),
                    true,
                );
            }
            None => return (Body::from(joined(pieces)), true),
        }
    }
    (
        Body::from_stream(stream::iter(pieces.into_iter().map(Ok)).chain(coming)),
        false,
    )
}

/// Most come in one piece, which is not copied.
fn joined(mut pieces: Vec<Bytes>) -> Bytes {
    match pieces.len() {
        0 | 1 => pieces.pop().unwrap_or_default(),
        _ => pieces.concat().into(),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    const LONG: Duration = Duration::from_secs(3_600);

    fn sent(pieces: impl Iterator<Item = &'static [u8]> + Send + 'static) -> Body {
        Body::from_stream(stream::iter(
            pieces.map(|piece| Ok::<_, Infallible>(Bytes::from_static(piece))),
        ))
    }

    async fn arrived(body: Body) -> (bool, Vec<u8>) {
        let (is_whole, request) = match arrive(Request::new(body), LONG).await.unwrap() {
            Arrived::Whole(request) => (true, request),
            Arrived::Partly(request) => (false, request),
        };
        let bytes = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
        (is_whole, bytes.to_vec())
    }

    #[tokio::test]
    async fn what_is_short_is_whole_and_what_is_long_stays_as_it_was() {
        assert_eq!(arrived(Body::empty()).await, (true, Vec::new()));
        assert_eq!(arrived(Body::from("name=a")).await, (true, b"name=a".to_vec()));
        assert_eq!(
            arrived(sent(["na", "me", "=a"].map(str::as_bytes).into_iter())).await,
            (true, b"name=a".to_vec())
        );
        let long = vec![b'x'; LONGEST + 1];
        assert_eq!(arrived(Body::from(long)).await, (false, vec![b'x'; LONGEST + 1]));
        let pieces = std::iter::repeat_n(&b"0123456789"[..], 10_000);
        assert_eq!(arrived(sent(pieces)).await, (false, b"0123456789".repeat(10_000)));
    }

    #[tokio::test]
    async fn who_does_not_send_it_is_told_and_who_breaks_off_fails_where_it_is_read() {
        let never = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
        let refused = arrive(Request::new(never), Duration::ZERO).await.unwrap_err();
        assert_eq!((refused.status().as_u16(), refused.code()), (408, "body_timeout"));
        let pieces = [Ok(Bytes::from_static(b"na")), Err(std::io::Error::other("gone"))];
        let broken = arrive(Request::new(Body::from_stream(stream::iter(pieces))), LONG)
            .await
            .unwrap();
        let Arrived::Whole(request) = broken else {
            panic!("{broken:?}")
        };
        assert!(axum::body::to_bytes(request.into_body(), 100).await.is_err());
    }
}

//! Files in a bucket of S3, or of anything that speaks as it does. A file's name is the hash of its content, which is what
//! a signature states of what it sends: the other side refuses bytes that are not what their name says. Every request can be
//! sent twice without harm, so each is tried again while the other side cannot answer.

mod answer;
mod sign;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use futures_util::stream;
use kernel::Clock;
use media::{BlobError, Blobs, Incoming};
use reqwest::{Body, Client, Method, Response, StatusCode, header};
use tokio::{fs, io::AsyncReadExt as _};
use url::Url;

use self::{
    answer::{body_of, failed, may_pass, refused},
    sign::{NOTHING, Signed, Signer, stamp},
};
use crate::{place_of, spool::Spool, unavailable};

/// How long an answer may take, besides the time for the bytes themselves.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The slowest transfer that is waited for, in bytes a second.
const SLOWEST: u64 = 1024 * 1024;
/// What is read whole is a picture, and a picture is not larger.
const MAX_WHOLE: u64 = 20 * 1024 * 1024;
/// How many bytes of a file are in memory while it is sent.
const PIECE: usize = 256 * 1024;
/// How long to wait before each further try.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(1)];

/// A bucket, and as whom it is used.
#[derive(Clone)]
pub struct Bucket {
    /// Where the service is, such as `https://s3.eu-central-1.amazonaws.com` or `http://minio:9000`.
    pub endpoint: String,
    /// The region that signatures are for.
    pub region: String,
    /// The bucket's name.
    pub name: String,
    /// Whether the name stands in the path instead of before the host's name.
    pub path_style: bool,
    /// The public half of the key.
    pub access_key: String,
    /// The secret half.
    pub secret_key: String,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket")
            .field("endpoint", &self.endpoint)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The bucket cannot be used as it is described.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// The endpoint is no address.
    #[error("{0:?} is not the http or https address of a service")]
    Endpoint(String),
    /// The name could stand for something else in an address.
    #[error("{0:?} is not the name of a bucket: it has 3 to 63 small letters, digits, dots and hyphens")]
    Name(String),
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made")]
    Client(#[from] reqwest::Error),
}

/// Keeps files in a bucket.
#[derive(Clone)]
pub struct S3Blobs(Arc<Inner>);

struct Inner {
    bucket: Bucket,
    /// The address of the bucket, with a slash at its end.
    root: Url,
    host: String,
    /// Where uploads wait for their last byte.
    incoming: PathBuf,
    client: Client,
    clock: Arc<dyn Clock>,
    timeout: Duration,
    pauses: [Duration; 2],
}

impl fmt::Debug for S3Blobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("S3Blobs").field(&self.0.bucket).finish()
    }
}

/// What is asked of the other side.
struct Request<'a> {
    method: Method,
    place: String,
    range: Option<String>,
    content_sha256: &'a str,
    content: Content<'a>,
    /// How many bytes go or come.
    bytes: u64,
}

#[derive(Clone, Copy)]
enum Content<'a> {
    Nothing,
    Bytes(&'a [u8]),
    File(&'a Path),
}

impl S3Blobs {
    /// Files in that bucket; what comes in waits in the given folder until its name is known.
    pub fn new(bucket: Bucket, incoming: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Result<Self, BucketError> {
        Self::with_patience(bucket, incoming.into(), clock, TIMEOUT, PAUSES)
    }

    pub(crate) fn with_patience(
        bucket: Bucket,
        incoming: PathBuf,
        clock: Arc<dyn Clock>,
        timeout: Duration,
        pauses: [Duration; 2],
    ) -> Result<Self, BucketError> {
        let root = root_of(&bucket)?;
        let host = match (root.host_str().unwrap_or_default(), root.port()) {
            (host, Some(port)) => format!("{host}:{port}"),
            (host, None) => host.to_owned(),
        };
        let client = http_client::builder(timeout).connect_timeout(timeout / 4).build()?;
        Ok(Self(Arc::new(Inner {
            bucket,
            root,
            host,
            incoming,
            client,
            clock,
            timeout,
            pauses,
        })))
    }

    /// Sends it, again while the other side cannot be reached or says that it cannot answer.
    async fn ask(&self, request: &Request<'_>) -> Result<Response, BlobError> {
        let mut answer = self.ask_once(request).await;
        for pause in self.0.pauses {
            match &answer {
                Ok(response) if !may_pass(response.status()) => break,
                Ok(_) | Err(_) => {}
            }
            tokio::time::sleep(pause).await;
            answer = self.ask_once(request).await;
        }
        answer
    }

    async fn ask_once(&self, request: &Request<'_>) -> Result<Response, BlobError> {
        let inner = &self.0;
        let url = inner.root.join(&request.place).map_err(failed)?;
        let at = inner.clock.now();
        let mut headers = vec![("host", inner.host.clone())];
        headers.extend(request.range.clone().map(|range| ("range", range)));
        headers.push(("x-amz-content-sha256", request.content_sha256.to_owned()));
        headers.push(("x-amz-date", stamp(at)));
        let signer = Signer {
            region: &inner.bucket.region,
            access_key: &inner.bucket.access_key,
            secret_key: &inner.bucket.secret_key,
        };
        let signed = Signed {
            method: request.method.as_str(),
            path: url.path(),
            query: "",
            headers: &headers,
            content_sha256: request.content_sha256,
        };
        let authorization = signer.authorization(at, &signed);
        let mut builder = inner
            .client
            .request(request.method.clone(), url)
            .timeout(inner.timeout + Duration::from_secs(request.bytes / SLOWEST))
            .header(header::AUTHORIZATION, authorization);
        for (name, value) in headers.into_iter().filter(|(name, _)| *name != "host") {
            builder = builder.header(name, value);
        }
        if let Some(body) = request.content.body().await? {
            builder = builder.header(header::CONTENT_LENGTH, request.bytes).body(body);
        }
        builder.send().await.map_err(failed)
    }

    async fn is_kept(&self, place: &str) -> Result<bool, BlobError> {
        let answer = self.ask(&Request::reading(Method::HEAD, place, None, 0)).await?;
        match answer.status() {
            status if status.is_success() => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            _ => Err(refused(answer).await),
        }
    }

    async fn upload(&self, hash: &str, content: Content<'_>, bytes: u64) -> Result<(), BlobError> {
        let place = place_of(hash)?;
        if self.is_kept(&place).await? {
            return Ok(());
        }
        let request = Request {
            method: Method::PUT,
            place,
            range: None,
            content_sha256: hash,
            content,
            bytes,
        };
        let answer = self.ask(&request).await?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(refused(answer).await)
    }
}

impl Request<'_> {
    fn reading(method: Method, place: &str, range: Option<String>, bytes: u64) -> Self {
        Self {
            method,
            place: place.to_owned(),
            range,
            content_sha256: NOTHING,
            content: Content::Nothing,
            bytes,
        }
    }
}

impl Content<'_> {
    async fn body(self) -> Result<Option<Body>, BlobError> {
        Ok(match self {
            Self::Nothing => None,
            Self::Bytes(bytes) => Some(Body::from(bytes.to_vec())),
            Self::File(path) => {
                let file = fs::File::open(path).await.map_err(unavailable)?;
                let pieces = stream::try_unfold(file, |mut file| async move {
                    let mut piece = vec![0; PIECE];
                    let read = file.read(&mut piece).await?;
                    piece.truncate(read);
                    std::io::Result::Ok((read > 0).then_some((piece, file)))
                });
                Some(Body::wrap_stream(pieces))
            }
        })
    }
}

#[async_trait]
impl Blobs for S3Blobs {
    async fn put(&self, hash: &str, bytes: &[u8]) -> Result<(), BlobError> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.upload(hash, Content::Bytes(bytes), length).await
    }

    async fn get(&self, hash: &str) -> Result<Option<Vec<u8>>, BlobError> {
        let request = Request::reading(Method::GET, &place_of(hash)?, None, MAX_WHOLE);
        body_of(self.ask(&request).await?).await
    }

    async fn get_part(&self, hash: &str, offset: u64, length: usize) -> Result<Option<Vec<u8>>, BlobError> {
        let bytes = u64::try_from(length).unwrap_or(u64::MAX);
        let last = offset.saturating_add(bytes.saturating_sub(1));
        let range = Some(format!("bytes={offset}-{last}"));
        let request = Request::reading(Method::GET, &place_of(hash)?, range, bytes);
        let answer = self.ask(&request).await?;
        if answer.status() == StatusCode::RANGE_NOT_SATISFIABLE {
            return Ok(Some(Vec::new()));
        }
        let part = body_of(answer).await?;
        Ok(part.map(|mut part| {
            part.truncate(length);
            part
        }))
    }

    async fn receive(&self) -> Result<Box<dyn Incoming>, BlobError> {
        Ok(Box::new(Arriving {
            blobs: self.clone(),
            spool: Spool::begin(&self.0.incoming).await?,
            bytes: 0,
        }))
    }
}

/// Bytes on their way into the bucket.
struct Arriving {
    blobs: S3Blobs,
    spool: Spool,
    bytes: u64,
}

#[async_trait]
impl Incoming for Arriving {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.bytes += u64::try_from(bytes.len()).unwrap_or_default();
        self.spool.write(bytes).await
    }

    async fn bytes(&mut self) -> Result<Vec<u8>, BlobError> {
        self.spool.bytes().await
    }

    async fn keep(mut self: Box<Self>, hash: &str) -> Result<(), BlobError> {
        self.spool.flush().await.map_err(unavailable)?;
        let content = Content::File(self.spool.path());
        self.blobs.upload(hash, content, self.bytes).await
    }
}

/// The address of the bucket, with a slash at its end.
pub(crate) fn root_of(bucket: &Bucket) -> Result<Url, BucketError> {
    let unusable = || BucketError::Endpoint(bucket.endpoint.clone());
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    let ends_well = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let name = bucket.name.as_str();
    let named = (3..=63).contains(&name.len()) && name.chars().all(is_part);
    if !(named && ends_well(name.chars().next()) && ends_well(name.chars().last()) && !name.contains("..")) {
        return Err(BucketError::Name(bucket.name.clone()));
    }
    let Ok(mut root) = Url::parse(&bucket.endpoint) else {
        return Err(unusable());
    };
    let plain = root.path() == "/" && root.query().is_none() && root.fragment().is_none() && root.username().is_empty();
    if !(matches!(root.scheme(), "http" | "https") && plain) {
        return Err(unusable());
    }
    let host = root.host_str().ok_or_else(unusable)?.to_owned();
    // A host that is a number has no names below it.
    if bucket.path_style || !matches!(root.host(), Some(url::Host::Domain(_))) {
        root.set_path(&format!("/{name}/"));
    } else if let Err(error) = root.set_host(Some(&format!("{name}.{host}"))) {
        tracing::debug!(%error, "the bucket's name does not fit before the host's");
        return Err(unusable());
    }
    Ok(root)
}

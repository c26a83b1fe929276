//! As much of S3 as Souk speaks: one bucket in memory, whose every request must be signed by whoever has the key. The
//! signature is worked out here a second time, from what came over the wire.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use kernel::{Clock as _, ManualClock, Time};
use sha2::{Digest as _, Sha256};

use crate::{Bucket, S3Blobs};

const ACCESS_KEY: &str = "AKIASOUK";
const SECRET_KEY: &str = "a secret/with+odd signs";
const REGION: &str = "eu-test-1";
const BUCKET: &str = "pictures.of-a-shop";
/// Longer than any test goes on: only a server that never answers is given up.
const PATIENCE: Duration = Duration::from_secs(600);

#[derive(Default)]
struct Kept {
    files: BTreeMap<String, Bytes>,
    /// How many of the next requests are told to come back.
    busy: u32,
    requests: Vec<String>,
}

/// A server on this machine.
pub(super) struct S3Server {
    kept: Arc<Mutex<Kept>>,
    address: String,
    clock: Arc<ManualClock>,
}

#[derive(Clone)]
struct Shared {
    kept: Arc<Mutex<Kept>>,
    /// Signatures of another time are refused.
    now: Time,
}

impl S3Server {
    pub(super) async fn start() -> Self {
        let kept = Arc::<Mutex<Kept>>::default();
        let clock = Arc::new(ManualClock::new("2026-03-01T12:30:00Z".parse().unwrap()));
        let shared = Shared {
            kept: Arc::clone(&kept),
            now: clock.now(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { kept, address, clock }
    }

    pub(super) fn bucket(&self) -> Bucket {
        Bucket {
            endpoint: self.address.clone(),
            region: REGION.to_owned(),
            name: BUCKET.to_owned(),
            path_style: true,
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SECRET_KEY.to_owned(),
        }
    }

    pub(super) fn blobs(&self, incoming: &Path) -> S3Blobs {
        self.blobs_of(self.bucket(), incoming)
    }

    pub(super) fn blobs_of(&self, bucket: Bucket, incoming: &Path) -> S3Blobs {
        let pauses = [Duration::ZERO; 2];
        S3Blobs::with_patience(bucket, incoming.to_owned(), self.clock.clone(), PATIENCE, pauses).unwrap()
    }

    pub(super) fn clock(&self) -> &ManualClock {
        &self.clock
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.kept.lock().unwrap().files.keys().cloned().collect()
    }

    /// Tells the next requests to come back.
    pub(super) fn be_busy(&self, requests: u32) {
        self.kept.lock().unwrap().busy = requests;
    }

    /// The methods of the requests since the last look.
    pub(super) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.kept.lock().unwrap().requests)
    }
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let content = to_bytes(body, usize::MAX).await.unwrap();
    let header = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let mut kept = shared.kept.lock().unwrap();
    kept.requests.push(head.method.to_string());
    if kept.busy > 0 {
        kept.busy -= 1;
        return refusal(StatusCode::SERVICE_UNAVAILABLE, "SlowDown");
    }
    let signed = head
        .headers
        .get(header::AUTHORIZATION)
        .map(|value| value.to_str().unwrap());
    if let Err(code) = check(signed, &head.method, head.uri.path(), &header, shared.now) {
        return refusal(StatusCode::FORBIDDEN, code);
    }
    if header("x-amz-content-sha256") != Some(HEXLOWER.encode(&Sha256::digest(&content))) {
        return refusal(StatusCode::BAD_REQUEST, "XAmzContentSHA256Mismatch");
    }
    let Some(key) = head.uri.path().strip_prefix(&format!("/{BUCKET}/")) else {
        return refusal(StatusCode::NOT_FOUND, "NoSuchBucket");
    };
    if head.method == Method::PUT {
        kept.files.insert(key.to_owned(), content);
        return StatusCode::OK.into_response();
    }
    let Some(file) = kept.files.get(key) else {
        return refusal(StatusCode::NOT_FOUND, "NoSuchKey");
    };
    let Some(range) = header("range") else {
        return file.clone().into_response();
    };
    let (from, to) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
    let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
    assert!(from <= to, "{range}");
    if from >= file.len() {
        return refusal(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange");
    }
    let part = file.slice(from..file.len().min(to + 1));
    (StatusCode::PARTIAL_CONTENT, part).into_response()
}

fn refusal(status: StatusCode, code: &str) -> Response {
    let told = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>No, {code}.</Message></Error>");
    (status, Body::from(told)).into_response()
}

/// Whether the signature is that of these headers.
fn check(
    authorization: Option<&str>,
    method: &Method,
    path: &str,
    header: &dyn Fn(&str) -> Option<String>,
    now: Time,
) -> Result<(), &'static str> {
    let authorization = authorization.ok_or("AccessDenied")?;
    let field = |name: &str| {
        let (_, rest) = authorization
            .split_once(&format!("{name}="))
            .ok_or("AuthorizationHeaderMalformed")?;
        Ok::<&str, &'static str>(rest.split(',').next().unwrap())
    };
    let day = now.format("%Y%m%d");
    if field("Credential")? != format!("{ACCESS_KEY}/{day}/{REGION}/s3/aws4_request") {
        return Err("InvalidAccessKeyId");
    }
    let stamp = now.format("%Y%m%dT%H%M%SZ").to_string();
    if header("x-amz-date").as_deref() != Some(&stamp) {
        return Err("RequestTimeTooSkewed");
    }
    let names = field("SignedHeaders")?;
    let must = ["host", "x-amz-content-sha256", "x-amz-date"];
    if !must.iter().all(|must| names.split(';').any(|name| name == *must)) {
        return Err("AccessDenied");
    }
    let mut text = format!("{method}\n{path}\n\n");
    for name in names.split(';') {
        text += &format!("{name}:{}\n", header(name).ok_or("SignatureDoesNotMatch")?);
    }
    text += &format!("\n{names}\n{}", header("x-amz-content-sha256").unwrap());
    let hashed = HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
    let text = format!("AWS4-HMAC-SHA256\n{stamp}\n{day}/{REGION}/s3/aws4_request\n{hashed}");
    let key = mac(format!("AWS4{SECRET_KEY}").as_bytes(), &day.to_string());
    let key = mac(&mac(&mac(&key, REGION), "s3"), "aws4_request");
    if field("Signature")? == HEXLOWER.encode(&mac(&key, &text)) {
        Ok(())
    } else {
        Err("SignatureDoesNotMatch")
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

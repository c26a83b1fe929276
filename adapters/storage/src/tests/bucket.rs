//! What only a bucket can do wrong.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use kernel::SystemClock;
use media::{BlobError, Blobs as _};

use super::{contract::hash, s3_server::S3Server};
use crate::{Bucket, BucketError, S3Blobs};

fn reason(error: BlobError) -> String {
    match error {
        BlobError::Unavailable(reason) => reason,
        BlobError::NotAHash(name) => panic!("{name} is a hash"),
    }
}

#[tokio::test]
async fn what_the_service_refuses_is_told_in_its_own_words() {
    let server = S3Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let name = hash(b"x");
    type Spoil = fn(&mut Bucket);
    let spoilt: [(Spoil, &str); 4] = [
        (|bucket| bucket.secret_key.push('x'), "SignatureDoesNotMatch"),
        (|bucket| bucket.access_key.push('X'), "InvalidAccessKeyId"),
        (|bucket| bucket.region.push('0'), "InvalidAccessKeyId"),
        (|bucket| bucket.name.push('s'), "NoSuchBucket"),
    ];
    for (spoil, code) in spoilt {
        let mut bucket = server.bucket();
        spoil(&mut bucket);
        let blobs = server.blobs_of(bucket, folder.path());
        let told = reason(blobs.get(&name).await.unwrap_err());
        assert_eq!(told, format!("the bucket's service answers {code}: No, {code}."));
        assert!(blobs.put(&name, b"x").await.is_err(), "{code}");
    }
    server.clock().advance(TimeDelta::hours(1));
    let late = reason(server.blobs(folder.path()).get(&name).await.unwrap_err());
    assert!(late.contains("RequestTimeTooSkewed"), "{late}");
    assert_eq!(server.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn bytes_are_refused_under_the_name_of_others() {
    let server = S3Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let blobs = server.blobs(folder.path());
    let told = reason(blobs.put(&hash(b"these"), b"others").await.unwrap_err());
    assert!(told.contains("XAmzContentSHA256Mismatch"), "{told}");
    assert_eq!(server.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn a_service_that_is_busy_is_asked_again_but_not_for_ever() {
    let server = S3Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let blobs = server.blobs(folder.path());
    let name = hash(b"again");
    let mut incoming = blobs.receive().await.unwrap();
    incoming.write(b"again").await.unwrap();
    server.be_busy(2);
    incoming.keep(&name).await.unwrap();
    assert_eq!(server.requests(), ["HEAD", "HEAD", "HEAD", "PUT"]);
    server.be_busy(2);
    assert_eq!(blobs.get(&name).await, Ok(Some(b"again".to_vec())));
    assert_eq!(server.requests(), ["GET"; 3]);
    server.be_busy(3);
    let told = reason(blobs.get(&name).await.unwrap_err());
    assert_eq!(told, "the bucket's service answers SlowDown: No, SlowDown.");
    // What is refused for good is not asked again.
    server.requests();
    assert!(blobs.put(&hash(b"these"), b"others").await.is_err());
    assert_eq!(server.requests(), ["HEAD", "PUT"]);
}

#[tokio::test]
async fn a_service_that_never_answers_is_given_up() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bucket = Bucket {
        endpoint: format!("http://{}", silent.local_addr().unwrap()),
        region: "eu-test-1".to_owned(),
        name: "pictures".to_owned(),
        path_style: true,
        access_key: String::new(),
        secret_key: String::new(),
    };
    let folder = tempfile::tempdir().unwrap();
    let soon = Duration::from_millis(50);
    let blobs = S3Blobs::with_patience(
        bucket,
        folder.path().to_owned(),
        Arc::new(SystemClock),
        soon,
        [Duration::ZERO; 2],
    );
    let told = reason(blobs.unwrap().get_part(&hash(b"x"), 0, 1).await.unwrap_err());
    assert!(told.starts_with("the bucket's service cannot be asked: "), "{told}");
}

#[test]
fn a_bucket_must_be_one() {
    let bucket = |endpoint: &str, name: &str, path_style| Bucket {
        endpoint: endpoint.to_owned(),
        region: "eu-test-1".to_owned(),
        name: name.to_owned(),
        path_style,
        access_key: "key".to_owned(),
        secret_key: "hush".to_owned(),
    };
    for path_style in [true, false] {
        for endpoint in [
            "",
            "s3.example",
            "ftp://s3.example",
            "https://s3.example/x",
            "https://a@s3.example",
        ] {
            let refused = S3Blobs::new(
                bucket(endpoint, "pictures", path_style),
                "incoming",
                Arc::new(SystemClock),
            );
            assert!(matches!(refused, Err(BucketError::Endpoint(_))), "{endpoint}");
        }
        for name in ["", "ab", "Pictures", "a/b", "-ab", "a..b", &"a".repeat(64)] {
            let refused = S3Blobs::new(
                bucket("https://s3.example", name, path_style),
                "incoming",
                Arc::new(SystemClock),
            );
            assert!(matches!(refused, Err(BucketError::Name(_))), "{name}");
        }
    }
    let root = |path_style| {
        crate::s3::root_of(&bucket("http://s3.example:9000", "pictures", path_style))
            .unwrap()
            .to_string()
    };
    assert_eq!(root(true), "http://s3.example:9000/pictures/");
    assert_eq!(root(false), "http://pictures.s3.example:9000/");
    let shown = format!("{:?}", bucket("https://s3.example", "pictures", true));
    assert!(!shown.contains("hush"), "{shown}");
}

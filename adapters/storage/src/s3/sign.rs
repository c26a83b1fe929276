//! Signature Version 4: what S3 calls a request's `Authorization`.

use data_encoding::HEXLOWER;
use kernel::Time;
use ring::{digest, hmac};

/// The hash of no bytes.
pub(super) const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Who signs, and for which region.
pub(super) struct Signer<'a> {
    pub(super) region: &'a str,
    pub(super) access_key: &'a str,
    pub(super) secret_key: &'a str,
}

/// What is signed of a request. Header names are in lower case and in order; among them are `host`, `x-amz-date` and
/// `x-amz-content-sha256`.
pub(super) struct Signed<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a [(&'a str, String)],
    pub(super) content_sha256: &'a str,
}

/// A moment as the headers write it.
pub(super) fn stamp(at: Time) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

impl Signer<'_> {
    /// The value of the header `Authorization`.
    pub(super) fn authorization(&self, at: Time, request: &Signed<'_>) -> String {
        let names: Vec<&str> = request.headers.iter().map(|(name, _)| *name).collect();
        let names = names.join(";");
        let lines: String = request
            .headers
            .iter()
            .map(|(name, value)| format!("{name}:{}\n", value.trim()))
            .collect();
        let canonical = format!(
            "{}\n{}\n{}\n{lines}\n{names}\n{}",
            request.method, request.path, request.query, request.content_sha256
        );
        let day = at.format("%Y%m%d").to_string();
        let scope = format!("{day}/{}/s3/aws4_request", self.region);
        let hashed = HEXLOWER.encode(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
        let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{hashed}", stamp(at));
        let mut key = format!("AWS4{}", self.secret_key).into_bytes();
        for part in [&day, self.region, "s3", "aws4_request", &text] {
            let signed = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), part.as_bytes());
            key = signed.as_ref().to_vec();
        }
        format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope},SignedHeaders={names},Signature={}",
            self.access_key,
            HEXLOWER.encode(&key)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of Amazon's description of the signature.
    #[test]
    fn the_published_examples_come_out() {
        let signer = Signer {
            region: "us-east-1",
            access_key: "AKIAIOSFODNN7EXAMPLE",
            secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        };
        let at: Time = "2013-05-24T00:00:00Z".parse().unwrap();
        let put = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
        for (method, path, query, extra, content_sha256, signature) in [
            (
                "GET",
                "/test.txt",
                "",
                vec![("range", "bytes=0-9")],
                NOTHING,
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            ),
            (
                "PUT",
                "/test%24file.text",
                "",
                vec![
                    ("date", "Fri, 24 May 2013 00:00:00 GMT"),
                    ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ],
                put,
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            ),
            (
                "GET",
                "/",
                "max-keys=2&prefix=J",
                vec![],
                NOTHING,
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
            ),
        ] {
            let mut headers: Vec<(&str, String)> = vec![
                ("host", "examplebucket.s3.amazonaws.com".to_owned()),
                ("x-amz-content-sha256", content_sha256.to_owned()),
                ("x-amz-date", stamp(at)),
            ];
            headers.extend(extra.into_iter().map(|(name, value)| (name, value.to_owned())));
            headers.sort();
            let request = Signed {
                method,
                path,
                query,
                headers: &headers,
                content_sha256,
            };
            let authorization = signer.authorization(at, &request);
            assert!(authorization.ends_with(signature), "{authorization}");
        }
    }
}

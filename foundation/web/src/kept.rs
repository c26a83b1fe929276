//! Answers that are kept between requests, for visitors who are not signed in. See `layers/keep.rs` for who gets one.
//!
//! A page is the same for all of them but for two things: how many pieces lie in the cart, which is part of the key; and the
//! key that keeps its forms from taking effect twice, for which the page has blanks that every answer fills anew. A blank is
//! not packed, so that a packed answer can be filled too.

pub(crate) mod flights;
mod packed;

use std::sync::OnceLock;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

use self::packed::{Brotli, Gzip};
use crate::layers::{content_tag, secure, time_to_answer};

/// A route whose answers are kept.
#[derive(Debug, Clone, Copy)]
pub struct KeptRoute {
    /// The path as the router knows it, such as `/products/{slug}`.
    pub path: &'static str,
    /// What is kept, for measurements: a name without spaces.
    pub kind: &'static str,
    /// Whether it shows how many pieces lie in the cart.
    pub shows_cart: bool,
}

impl KeptRoute {
    /// Whether a path is of this route, as far as its parts tell.
    pub(crate) fn fits(&self, path: &str) -> bool {
        let (mut wanted, mut found) = (self.path.split('/'), path.split('/'));
        loop {
            match (wanted.next(), found.next()) {
                (None, None) => return true,
                (Some(wanted), Some(found)) if wanted == found => {}
                (Some(wanted), Some(found)) if wanted.starts_with('{') && !found.is_empty() => {}
                (_, _) => return false,
            }
        }
    }
}

/// How an answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Plain,
    Gzip,
    Brotli,
}

impl Coding {
    /// The best one that the caller takes.
    pub(crate) fn accepted(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(header::ACCEPT_ENCODING);
        let text: Vec<&str> = lines.iter().filter_map(|line| line.to_str().ok()).collect();
        let takes = |wanted: &str| {
            let mut codings = text.iter().flat_map(|line| line.split(','));
            codings.any(|coding| {
                let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
                let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
                name.trim().eq_ignore_ascii_case(wanted) && weight.bytes().any(|digit| (b'1'..=b'9').contains(&digit))
            })
        };
        if takes("br") {
            Self::Brotli
        } else if takes("gzip") {
            Self::Gzip
        } else {
            Self::Plain
        }
    }
}

/// An answer with nothing of one visitor in it.
#[derive(Debug)]
pub(crate) struct KeptAnswer {
    route: &'static str,
    /// All that its answers have in common.
    headers: HeaderMap,
    /// Where the time that its answers take is counted.
    time: metrics::Histogram,
    /// What stands between the blanks.
    pieces: Vec<Bytes>,
    brotli: OnceLock<Option<Brotli>>,
    gzip: OnceLock<Option<Gzip>>,
}

/// The answer is another each time, so it has no ETag.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OneTime;

impl KeptAnswer {
    /// An answer of these headers to requests of a route, cut where its blanks are.
    pub(crate) fn new(route: &'static str, mut headers: HeaderMap, pieces: Vec<Bytes>) -> Self {
        headers.remove(header::CONTENT_LENGTH);
        if let [whole] = pieces.as_slice()
            && !headers.contains_key(header::ETAG)
            && let Some(tag) = content_tag(whole)
        {
            headers.insert(header::ETAG, tag);
        }
        headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
        secure(&mut headers);
        Self {
            route,
            headers,
            time: time_to_answer("GET", route, StatusCode::OK),
            pieces,
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
        }
    }

    /// How much memory it takes, about, when it has been packed too.
    pub(crate) fn bytes(&self) -> usize {
        let plain: usize = self.pieces.iter().map(Bytes::len).sum();
        plain.saturating_add(plain / 2).saturating_add(1024)
    }

    /// The route whose answer it is.
    pub(crate) fn route(&self) -> &'static str {
        self.route
    }

    /// Where the time that its answers take is counted.
    pub(crate) fn time(&self) -> &metrics::Histogram {
        &self.time
    }

    /// The answer to a request, with its blanks filled.
    pub(crate) fn answer(&self, coding: Coding, blank: &str) -> Response {
        let packed = match coding {
            Coding::Plain => None,
            Coding::Brotli => self
                .brotli
                .get_or_init(|| Brotli::pack(&self.pieces))
                .as_ref()
                .map(|packed| (packed.fill(blank), "br")),
            Coding::Gzip => self
                .gzip
                .get_or_init(|| Gzip::pack(&self.pieces))
                .as_ref()
                .map(|packed| (packed.fill(blank), "gzip")),
        };
        let (body, coding) = packed.map_or_else(|| (self.fill(blank), None), |(body, name)| (body, Some(name)));
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::OK;
        *response.headers_mut() = self.headers.clone();
        if let Some(coding) = coding {
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        if self.pieces.len() > 1 {
            response.extensions_mut().insert(OneTime);
        }
        response
    }

    fn fill(&self, blank: &str) -> Bytes {
        match self.pieces.as_slice() {
            [whole] => whole.clone(),
            pieces => pieces.join(blank.as_bytes()).into(),
        }
    }
}

/// A page with blanks.
#[derive(Debug, Clone)]
pub(crate) struct Blanks(pub(crate) Vec<Bytes>);

impl Blanks {
    /// Cuts a page where it has the mark.
    pub(crate) fn cut(page: &str, mark: &str) -> Self {
        Self(
            page.split(mark)
                .map(|piece| Bytes::copy_from_slice(piece.as_bytes()))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use proptest::prelude::*;

    use super::*;

    const BLANK: &str = "req_0123456789abcdefghjkmnpqrs";

    fn pieces(texts: &[&str]) -> Vec<Bytes> {
        texts
            .iter()
            .map(|text| Bytes::copy_from_slice(text.as_bytes()))
            .collect()
    }

    fn unpacked(coding: Coding, body: &[u8]) -> String {
        let mut text = String::new();
        match coding {
            Coding::Plain => return String::from_utf8(body.to_vec()).unwrap(),
            Coding::Gzip => flate2::read::GzDecoder::new(body).read_to_string(&mut text).unwrap(),
            Coding::Brotli => brotli::Decompressor::new(body, 4096).read_to_string(&mut text).unwrap(),
        };
        text
    }

    async fn answered(kept: &KeptAnswer, coding: Coding, blank: &str) -> String {
        let body = kept.answer(coding, blank).into_body();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        unpacked(coding, &body)
    }

    #[tokio::test]
    async fn every_answer_has_its_blanks_filled_however_it_is_packed() {
        let form = "<form><input name=once value=\"".repeat(40);
        let rest = format!("\"></form>{}", "<p>Würde & Währung: 1.234,50 €</p>".repeat(200));
        for texts in [
            &[form.as_str(), &rest][..],
            &[&rest],
            &["", ""],
            &["", &rest, ""],
            &["a", "b", "c"],
            &["x", &form, &rest, &form],
            &[""],
        ] {
            let kept = KeptAnswer::new("/", HeaderMap::new(), pieces(texts));
            for coding in [Coding::Plain, Coding::Gzip, Coding::Brotli] {
                for blank in [BLANK, "other-0123456789"] {
                    let whole = texts.join(blank);
                    assert_eq!(answered(&kept, coding, blank).await, whole, "{coding:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_a_page_says_survives(texts in prop::collection::vec("[a-d<>é ]{0,200}", 1..5)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let kept = pieces(&texts);
            let whole = texts.join(BLANK);
            prop_assert_eq!(unpacked(Coding::Brotli, &Brotli::pack(&kept).unwrap().fill(BLANK)), &*whole);
            prop_assert_eq!(unpacked(Coding::Gzip, &Gzip::pack(&kept).unwrap().fill(BLANK)), &*whole);
        }
    }

    #[test]
    fn a_packed_answer_is_much_smaller_than_a_plain_one() {
        let text = "<li class=\"product\"><a href=\"/products/mug\">A mug</a></li>".repeat(100);
        let kept = KeptAnswer::new("/", HeaderMap::new(), pieces(&[&text, &text]));
        let plain = kept.fill(BLANK).len();
        for packed in [
            Brotli::pack(&kept.pieces).unwrap().fill(BLANK),
            Gzip::pack(&kept.pieces).unwrap().fill(BLANK),
        ] {
            assert!(packed.len() * 20 < plain, "{} of {plain}", packed.len());
        }
    }

    #[test]
    fn only_what_is_the_same_each_time_has_a_tag() {
        let whole = KeptAnswer::new("/", HeaderMap::new(), pieces(&["page"])).answer(Coding::Plain, BLANK);
        assert!(whole.headers().contains_key(header::ETAG));
        let filled = KeptAnswer::new("/", HeaderMap::new(), pieces(&["pa", "ge"])).answer(Coding::Plain, BLANK);
        assert!(!filled.headers().contains_key(header::ETAG) && filled.extensions().get::<OneTime>().is_some());
    }

    #[test]
    fn a_path_is_of_a_route_when_all_of_its_parts_are() {
        for (route, path, fits) in [
            ("/", "/", true),
            ("/", "/products", false),
            ("/products", "/products", true),
            ("/products", "/products/", false),
            ("/products/{slug}", "/products/mug", true),
            ("/products/{slug}", "/products/m%2Fug", true),
            ("/products/{slug}", "/products/", false),
            ("/products/{slug}", "/products", false),
            ("/products/{slug}", "/products/category/mugs", false),
            ("/products/{slug}", "/productsmug", false),
            ("/products/category/{slug}", "/products/category/mugs", true),
        ] {
            let route = KeptRoute {
                path: route,
                kind: "page",
                shows_cart: true,
            };
            assert_eq!(route.fits(path), fits, "{} {path}", route.path);
        }
    }

    #[test]
    fn the_best_packing_that_is_accepted_is_chosen() {
        for (accepted, coding) in [
            ("gzip, br", Coding::Brotli),
            ("gzip, deflate", Coding::Gzip),
            ("br;q=0, gzip;q=0.5", Coding::Gzip),
            ("GZIP;q=1.0", Coding::Gzip),
            ("gzip;q=0.0", Coding::Plain),
            ("identity", Coding::Plain),
            ("", Coding::Plain),
        ] {
            let headers = [(header::ACCEPT_ENCODING, HeaderValue::from_str(accepted).unwrap())];
            assert_eq!(Coding::accepted(&headers.into_iter().collect()), coding, "{accepted}");
        }
    }
}

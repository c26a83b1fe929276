//! A browser without scripts: it keeps cookies, follows redirects, and says where its forms come from.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};

use axum::{
    Router,
    body::Body,
    http::{Request, header},
    response::Response,
};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::page::Page;

/// Every browser has an address of its own, so that rate limits keep them apart.
static NEXT_ADDRESS: AtomicU32 = AtomicU32::new(1);

/// Somebody at a host.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    host: String,
    address: String,
    cookies: BTreeMap<String, String>,
    headers: Vec<(&'static str, String)>,
}

impl Browser {
    pub(crate) fn new(router: Router, host: &str) -> Self {
        let number = NEXT_ADDRESS.fetch_add(1, Ordering::Relaxed);
        Self {
            router,
            host: host.to_owned(),
            address: format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255),
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// Sends this header with every request, such as an API key.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn with_key(self, secret: &str) -> Self {
        self.with("authorization", &format!("Bearer {secret}"))
    }

    /// The same browser at another host, taking its cookies along, as an attacker would.
    pub(crate) fn at(&self, host: &str) -> Self {
        Self {
            host: host.to_owned(),
            ..self.clone()
        }
    }

    /// At an address that matters.
    pub(crate) fn at_address(self, address: &str) -> Self {
        Self {
            address: address.to_owned(),
            ..self
        }
    }

    /// Behind the same address as another browser.
    pub(crate) fn at_address_of(self, other: &Self) -> Self {
        Self {
            address: other.address.clone(),
            ..self
        }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Opens a page, following redirects.
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let page = self.send("GET", path, None).await;
        self.follow(page).await
    }

    /// Sends a form, following redirects.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.submit(path, fields).await;
        self.follow(page).await
    }

    /// Sends a form and shows the first answer.
    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send("POST", path, Some(("application/x-www-form-urlencoded", body)))
            .await
    }

    /// Asks the API.
    pub(crate) async fn call(&mut self, method: &str, path: &str, body: &Value) -> Page {
        let body = (!body.is_null()).then(|| ("application/json", body.to_string()));
        self.send(method, path, body).await
    }

    /// One request and its answer, redirects not followed. Of a stream the answer is the first piece.
    pub(crate) async fn send(&mut self, method: &str, path: &str, body: Option<(&str, String)>) -> Page {
        let response = self.ask(method, path, body).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = response.into_body();
        let bytes = if headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/event-stream")
        {
            body.frame().await.unwrap().unwrap().into_data().unwrap()
        } else {
            body.collect().await.unwrap().to_bytes()
        };
        Page {
            status,
            headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            path: path.to_owned(),
        }
    }

    /// The answer before anybody reads it.
    pub(crate) async fn ask(&mut self, method: &str, path: &str, body: Option<(&str, String)>) -> Response {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header("x-forwarded-for", &self.address);
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        if method != "GET" {
            request = request.header(header::ORIGIN, format!("http://{}", self.host));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some((content_type, _)) = &body {
            request = request.header(header::CONTENT_TYPE, *content_type);
        }
        let body = Body::from(body.map(|(_, text)| text).unwrap_or_default());
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        for line in response.headers().get_all(header::SET_COOKIE) {
            let (name, value) = line
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .split_once('=')
                .unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
        response
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..8 {
            if !page.status.is_redirection() || page.location().is_empty() {
                return page;
            }
            let to = page.location().to_owned();
            let path = match to.split_once("://") {
                Some((_, rest)) => {
                    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
                    self.host = host.to_owned();
                    format!("/{path}")
                }
                None => to,
            };
            page = self.send("GET", &path, None).await;
        }
        panic!("redirects without end: {}", page.path);
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Signs in, and stays so.
    pub(crate) async fn sign_in(&mut self, email: &str) {
        let fields = [("email", email), ("password", crate::stocked::PASSWORD)];
        let page = self.submit("/login", &fields).await.expect(303);
        assert_eq!(page.location(), "/", "{}", page.body);
    }
}

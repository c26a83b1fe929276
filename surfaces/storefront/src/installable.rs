//! The shop as an app: its name and icons, what a browser keeps of it, and the page it shows without a connection.

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use kernel::Locale;
use serde::{Deserialize, Serialize};
use web::{Answer, Problem, Query, Visitor};

/// What every page needs to look as it should.
const SHELL: [&str; 6] = [
    "shared/souk.css",
    "shared/icon.svg",
    "storefront/shop.js",
    "storefront/suggest.js",
    "storefront/recent.js",
    "storefront/no-picture.svg",
];

#[derive(Serialize)]
struct ManifestView {
    name: String,
    language: &'static str,
}

#[derive(Serialize)]
struct WorkerView {
    /// Another name for every version of the assets and every language.
    cache: String,
    offline: String,
    shell: Vec<String>,
    /// What a push is shown with.
    icon: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WorkerQuery {
    language: String,
}

/// `GET /manifest.webmanifest`
pub(crate) async fn manifest(visitor: Visitor) -> Answer {
    let view = ManifestView {
        name: visitor.store().name.clone(),
        language: visitor.store().locale.code(),
    };
    file(&visitor, "application/manifest+json", "storefront/manifest.json", &view)
}

/// `GET /sw.js`: the service worker of a browser that reads the shop in that language.
pub(crate) async fn worker(visitor: Visitor, Query(query): Query<WorkerQuery>) -> Answer {
    let asked: Option<Locale> = query.language.parse().ok();
    let offered = asked.filter(|locale| visitor.store().locales.contains(locale));
    let language = offered.unwrap_or(visitor.store().locale).code();
    let shell: Vec<String> = SHELL.iter().map(|path| visitor.asset(path)).collect();
    // `/assets/VERSION/shared/souk.css`
    let version = shell.first().and_then(|url| url.split('/').nth(2)).unwrap_or_default();
    let view = WorkerView {
        cache: format!("souk-{version}-{language}"),
        offline: format!("/offline?lang={language}"),
        shell,
        icon: visitor.asset("shared/icon-192.png"),
    };
    file(&visitor, "text/javascript; charset=utf-8", "storefront/sw.js", &view)
}

/// `GET /offline`: what is shown in the place of a page that cannot be fetched. It says nothing of who reads it.
pub(crate) async fn offline(visitor: Visitor) -> Answer {
    visitor.page("storefront/offline.html", &())
}

/// A file made of a template that sees nothing of the visitor.
fn file<V: Serialize>(
    visitor: &Visitor,
    content_type: &'static str,
    template: &str,
    view: &V,
) -> Result<Response, Problem> {
    let text = visitor.state().pages().render(visitor.locale, template, view)?;
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, text).into_response())
}

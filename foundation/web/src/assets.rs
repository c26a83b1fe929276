//! Style sheets, scripts, fonts and pictures of the theme, served under an address that changes with their content, so
//! that browsers may keep them for good.
//!
//! `asset("storefront/site.css")` is the file `storefront/assets/site.css` at `/assets/<version>/storefront/site.css`. One
//! version stands for all assets together: a script may import its neighbour by a relative path and still gets the one of
//! its own version.

use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
};

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use crate::{AppState, Problem, Theme};

#[derive(Debug, Clone)]
struct Asset {
    bytes: axum::body::Bytes,
    content_type: &'static str,
}

#[derive(Debug, Default)]
struct Set {
    version: String,
    by_path: BTreeMap<String, Asset>,
}

/// All assets of a theme, in memory.
#[derive(Debug)]
pub(crate) struct Assets {
    theme: Theme,
    set: RwLock<Arc<Set>>,
}

impl Assets {
    pub(crate) fn load(theme: Theme) -> Self {
        let set = RwLock::new(Arc::new(read(&theme)));
        Self { theme, set }
    }

    /// The address of an asset. An asset that does not exist is logged and gets an address that answers 404.
    pub(crate) fn url(&self, path: &str) -> String {
        let set = self.set();
        if !set.by_path.contains_key(path) {
            tracing::error!(path, "a page names an asset that the theme does not have");
        }
        format!("/assets/{}/{path}", set.version)
    }

    fn set(&self) -> Arc<Set> {
        if self.theme.reloads() {
            let fresh = Arc::new(read(&self.theme));
            *self.set.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::clone(&fresh);
            return fresh;
        }
        Arc::clone(&self.set.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

fn read(theme: &Theme) -> Set {
    let mut hasher = Sha256::new();
    let mut by_path = BTreeMap::new();
    for path in theme.paths() {
        let Some((folder, name)) = path.split_once("/assets/") else {
            continue;
        };
        let (Some(content_type), Some(file)) = (content_type(name), theme.file(&path)) else {
            continue;
        };
        hasher.update(path.as_bytes());
        hasher.update(Sha256::digest(&file.bytes));
        by_path.insert(
            format!("{folder}/{name}"),
            Asset {
                bytes: file.bytes.into(),
                content_type,
            },
        );
    }
    let version = hasher
        .finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Set { version, by_path }
}

/// The types a theme may serve, by the ending of the name.
fn content_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// `GET /assets/{version}/{*path}`. Another version than the current one gets the current file, kept for a minute only.
pub(crate) async fn handler(
    State(state): State<AppState>,
    Path((version, path)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let set = state.pages().assets().set();
    let asset = set.by_path.get(&path).ok_or_else(Problem::not_found)?;
    let caching = if version == set.version {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=60"
    };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, caching),
    ];
    Ok((headers, asset.bytes.clone()).into_response())
}

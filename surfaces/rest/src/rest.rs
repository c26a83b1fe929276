//! What the API's handlers share.

use std::{path::PathBuf, sync::Arc};

use axum::extract::FromRef;
use imports::ImageSource;
use payments::Gateways;
use web::AppState;

/// The program's state with what only the API needs.
#[derive(Clone)]
pub struct Rest {
    /// The program's HTTP state.
    pub app: AppState,
    /// Where payments go.
    pub gateways: Gateways,
    /// Signs the tokens with which guests read their orders; the same key as the shop's.
    pub link_key: [u8; 32],
    /// The data folder; uploads lie in it while they are imported.
    pub data: PathBuf,
    /// Where imports fetch pictures; without it they keep the pictures' addresses.
    pub images: Option<Arc<dyn ImageSource>>,
    /// What finds products; without it the catalogue is searched.
    pub search: Option<Arc<dyn search::Engine>>,
    /// Stored files.
    pub blobs: Arc<dyn media::Blobs>,
}

impl FromRef<Rest> for AppState {
    fn from_ref(rest: &Rest) -> Self {
        rest.app.clone()
    }
}

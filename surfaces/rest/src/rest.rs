//! What the API's handlers share.

use std::path::PathBuf;

use axum::extract::FromRef;
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
}

impl FromRef<Rest> for AppState {
    fn from_ref(rest: &Rest) -> Self {
        rest.app.clone()
    }
}

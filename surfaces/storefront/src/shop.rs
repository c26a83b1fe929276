//! What the shop's handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use payments::{Challenge, Gateways};
use web::AppState;

/// The program's state with what only the shop needs.
#[derive(Clone)]
pub struct Shop {
    /// The program's HTTP state.
    pub app: AppState,
    /// Where payments go.
    pub gateways: Gateways,
    /// The sandbox bank's page, where it is in use.
    pub sandbox: Option<Arc<dyn Challenge>>,
    /// What finds products; without it the catalogue is searched.
    pub search: Option<Arc<dyn search::Engine>>,
    /// Stored files.
    pub blobs: Arc<dyn media::Blobs>,
    /// The smaller pictures of pages.
    pub renditions: media::Renditions,
    /// Asks the providers that vouch for people.
    pub openid: Arc<dyn identity::OpenId>,
    /// Reads what is told about texts.
    pub texter: Arc<dyn notifications::Texter>,
    /// Says which push services may be asked.
    pub pusher: Arc<dyn notifications::Pusher>,
    /// Signs the links of order status pages.
    pub link_key: [u8; 32],
}

impl FromRef<Shop> for AppState {
    fn from_ref(shop: &Shop) -> Self {
        shop.app.clone()
    }
}

//! What the desk's handlers share.

use std::{path::PathBuf, sync::Arc};

use axum::extract::FromRef;
use imports::ImageSource;
use notifications::{Mails, Pusher, Renderer};
use payments::Gateways;
use web::{AppState, Visitor};

/// The program's state with what only the desk needs.
#[derive(Clone)]
pub struct Desk {
    /// The program's HTTP state.
    pub app: AppState,
    /// Where refunds go.
    pub gateways: Gateways,
    /// The folder that uploaded files are kept in while they are imported.
    pub uploads: PathBuf,
    /// Where imports fetch pictures; without it they keep the pictures' addresses.
    pub images: Option<Arc<dyn ImageSource>>,
    /// Stored files.
    pub blobs: Arc<dyn media::Blobs>,
    /// Asks the providers that vouch for people.
    pub openid: Arc<dyn identity::OpenId>,
    /// Renders mails.
    pub renderer: Arc<dyn Renderer>,
    /// Makes the key that pushes are signed with.
    pub pusher: Arc<dyn Pusher>,
    /// Signs the links of order status pages.
    pub link_key: [u8; 32],
}

impl Desk {
    /// Writes mails that only this member of staff sees, so their links lead to the host that was asked.
    pub(crate) fn mails(&self, visitor: &Visitor) -> Mails {
        let origin = visitor.absolute_url("");
        Mails::new(
            Arc::clone(&self.renderer),
            Arc::new(move |_store| origin.clone()),
            self.link_key,
        )
    }
}

impl FromRef<Desk> for AppState {
    fn from_ref(desk: &Desk) -> Self {
        desk.app.clone()
    }
}

//! Where pages went: the redirects that merchants put.

use async_trait::async_trait;
use database::{Error, Work};

/// Asks the domain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Redirects;

#[async_trait]
impl web::MovedPages for Redirects {
    async fn find(&self, work: &Work, path: &str) -> Result<Option<String>, Error> {
        let mut ctx = work.read();
        let to = redirects::find(&mut ctx, path).await;
        ctx.rollback().await;
        to
    }
}

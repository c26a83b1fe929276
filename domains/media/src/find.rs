//! Finds stored files.

use database::{Ctx, Error};

use crate::{File, is_hash, store};

/// The store's file of that content, if it has it. A text that is no hash names none.
pub async fn find(ctx: &mut Ctx, hash: &str) -> Result<Option<File>, Error> {
    if is_hash(hash) {
        store::find(ctx, hash).await
    } else {
        Ok(None)
    }
}

/// The files that were fetched from these addresses, in one statement.
pub async fn find_by_sources(ctx: &mut Ctx, urls: &[String]) -> Result<Vec<File>, Error> {
    if urls.is_empty() {
        Ok(Vec::new())
    } else {
        store::find_by_sources(ctx, urls).await
    }
}

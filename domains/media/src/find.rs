//! Finds stored files.

use database::{Ctx, Error};

use crate::{File, Medium, is_hash, store};

/// The store's file of that content, if it has it. A text that is no hash names none.
pub async fn find(ctx: &mut Ctx, hash: &str) -> Result<Option<File>, Error> {
    if is_hash(hash) {
        store::find(ctx, hash).await
    } else {
        Ok(None)
    }
}

/// Those of these addresses that are the store's own pictures, in one statement.
pub async fn find_pictures(ctx: &mut Ctx, urls: &[String]) -> Result<Vec<File>, Error> {
    let hashes = urls.iter().filter_map(|url| {
        let hash = url.strip_prefix("/media/")?.split(['-', '.']).next()?;
        is_hash(hash).then(|| hash.to_owned())
    });
    let hashes: Vec<String> = hashes.collect();
    if hashes.is_empty() {
        return Ok(Vec::new());
    }
    let files = store::find_all(ctx, &hashes).await?.into_iter();
    Ok(files
        .filter(|file| file.kind.medium() == Medium::Picture && urls.contains(&file.url))
        .collect())
}

/// The files that were fetched from these addresses, in one statement.
pub async fn find_by_sources(ctx: &mut Ctx, urls: &[String]) -> Result<Vec<File>, Error> {
    if urls.is_empty() {
        Ok(Vec::new())
    } else {
        store::find_by_sources(ctx, urls).await
    }
}

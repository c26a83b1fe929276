//! Where a page went.

use std::collections::HashSet;

use database::{Ctx, Error};

use crate::{Redirect, redirect::normal, store};

/// Where the page of a path went, if somebody said so: a path of the store, perhaps with a query.
pub async fn find(ctx: &mut Ctx, path: &str) -> Result<Option<String>, Error> {
    store::find(ctx, normal(path)).await
}

/// Those of the redirects' paths that lead somewhere already.
pub async fn known(ctx: &mut Ctx, redirects: &[Redirect]) -> Result<HashSet<String>, Error> {
    let from: Vec<&str> = redirects.iter().map(Redirect::from).collect();
    store::known(ctx, &from).await
}

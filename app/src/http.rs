//! The program's HTTP side: every surface behind the layers of `web`.

use axum::Router;

use crate::{measure, program::Program};

/// All routes.
pub fn router(program: &Program) -> Router {
    let shop = storefront::Shop {
        app: program.app.clone(),
        gateways: program.gateways.clone(),
        sandbox: Some(program.sandbox.clone()),
        search: program.search.clone(),
        blobs: program.blobs.clone(),
        link_key: program.link_key,
    };
    let desk = admin::Desk {
        app: program.app.clone(),
        gateways: program.gateways.clone(),
        uploads: program.data.join("uploads"),
        images: program.images.clone(),
        blobs: program.blobs.clone(),
    };
    let rest = rest::Rest {
        app: program.app.clone(),
        gateways: program.gateways.clone(),
        link_key: program.link_key,
        data: program.data.to_path_buf(),
        search: program.search.clone(),
        images: program.images.clone(),
        blobs: program.blobs.clone(),
    };
    let surfaces = storefront::router(shop)
        .merge(admin::router(desk))
        .merge(rest::router(rest))
        .merge(measure::router(program.app.database().clone()));
    web::finish(&program.app, surfaces)
}

//! The program's HTTP side: every surface behind the layers of `web`.

use std::sync::Arc;

use axum::{Router, middleware::from_fn};

use crate::{cli::Role, mail::ThemeRenderer, measure, program::Program, traces};

/// All routes.
pub fn router(program: &Program) -> Router {
    router_of(program, &[Role::Web, Role::Api])
}

/// The routes of a process with these roles. Every one can be probed and measured.
pub fn router_of(program: &Program, roles: &[Role]) -> Router {
    let mut surfaces = measure::router_for_neighbours(program.app.database().clone());
    if roles.contains(&Role::Web) {
        surfaces = surfaces.merge(web_surfaces(program));
    }
    if roles.contains(&Role::Api) {
        surfaces = surfaces.merge(api_surface(program));
    }
    let router = web::finish(&program.app, surfaces);
    if traces::are_wanted() {
        router.layer(from_fn(traces::trace_request))
    } else {
        router
    }
}

/// The shop windows and the desk.
fn web_surfaces(program: &Program) -> Router {
    let shop = storefront::Shop {
        app: program.app.clone(),
        gateways: program.gateways.clone(),
        sandbox: Some(program.sandbox.clone()),
        search: program.search.clone(),
        blobs: program.blobs.clone(),
        renditions: program.renditions.clone(),
        openid: program.openid.clone(),
        texter: program.texter.clone(),
        pusher: program.pusher.clone(),
        link_key: program.link_key,
    };
    let desk = admin::Desk {
        app: program.app.clone(),
        gateways: program.gateways.clone(),
        uploads: program.data.join("uploads"),
        images: program.images.clone(),
        blobs: program.blobs.clone(),
        openid: program.openid.clone(),
        renderer: Arc::new(ThemeRenderer(program.app.clone())),
        pusher: program.pusher.clone(),
        link_key: program.link_key,
    };
    storefront::router(shop).merge(admin::router(desk))
}

fn api_surface(program: &Program) -> Router {
    let rest = rest::Rest {
        app: program.app.clone(),
        gateways: program.gateways.clone(),
        link_key: program.link_key,
        data: program.data.to_path_buf(),
        search: program.search.clone(),
        images: program.images.clone(),
        blobs: program.blobs.clone(),
    };
    rest::router(rest)
}

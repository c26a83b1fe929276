//! Every route of the program, read from where it is registered, so that a new one cannot be forgotten.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::installation::Installation;

/// The files that register routes by their literal paths. The API's endpoints come from its own document.
const REGISTERED: [&str; 5] = [
    include_str!("../../surfaces/storefront/src/lib.rs"),
    include_str!("../../surfaces/admin/src/lib.rs"),
    include_str!("../../surfaces/rest/src/lib.rs"),
    include_str!("../../app/src/measure.rs"),
    include_str!("../../foundation/web/src/router.rs"),
];
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// `GET /products/{slug}` and all the others.
pub(crate) async fn all(souk: &Installation) -> BTreeSet<String> {
    let mut routes: BTreeSet<String> = REGISTERED.iter().flat_map(|text| literal(text)).collect();
    let document = souk.visitor().get("/api/v1/openapi.json").await.expect(200).json();
    routes.extend(documented(&document));
    routes
}

/// The routes of `.route("/path", get(…).post(…))` calls.
fn literal(text: &str) -> Vec<String> {
    let mut routes = Vec::new();
    for rest in text.split(".route(").skip(1) {
        let call = rest.trim_start();
        let Some((path, handlers)) = call.strip_prefix('"').and_then(|rest| rest.split_once('"')) else {
            continue;
        };
        let mut depth = 1;
        let end = handlers.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        let (handlers, _) = handlers.split_at(end.expect("the call ends"));
        for method in METHODS {
            let is_registered = handlers.match_indices(&format!("{method}(")).any(|(at, _)| {
                !handlers
                    .split_at(at)
                    .0
                    .ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':')
            });
            if is_registered {
                routes.push(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    routes
}

fn documented(document: &Value) -> Vec<String> {
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().expect("operations").keys();
        methods
            .filter(|name| METHODS.contains(&name.as_str()))
            .map(move |method| (method, path))
    });
    operations
        .map(|(method, path)| {
            let base = if path.starts_with("/api/") { "" } else { "/api/v1" };
            format!("{} {base}{path}", method.to_uppercase())
        })
        .collect()
}

#[test]
fn routes_are_read_however_they_are_written() {
    let text = r#"Router::new().route("/a", get(x::show).post(post_it)).route(
            "/b/{id}",
            axum::routing::get(async || budget(forget())).layer(patch_it()),
        ).route(&format!("{BASE}"), get(y))"#;
    assert_eq!(literal(text), ["GET /a", "POST /a"]);
}

//! Every route of the program, read from where it is registered, so that a new one cannot be forgotten.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

use crate::installation::Installation;

/// Where routes are registered by their literal paths. The API's endpoints come from its own document.
const REGISTERED: [&str; 5] = [
    "surfaces/storefront/src",
    "surfaces/admin/src",
    "surfaces/rest/src",
    "app/src/measure.rs",
    "foundation/web/src/router.rs",
];
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// `GET /products/{slug}` and all the others.
pub(crate) async fn all(souk: &Installation) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut routes = BTreeSet::new();
    for place in REGISTERED {
        read_routes(&root.join(place), &mut routes);
    }
    let document = souk.visitor().get("/api/v1/openapi.json").await.expect(200).json();
    routes.extend(documented(&document));
    routes
}

/// The routes of a file, or of the Rust files below a folder that are no tests.
fn read_routes(place: &Path, routes: &mut BTreeSet<String>) {
    if place.is_dir() && !place.ends_with("tests") {
        for entry in std::fs::read_dir(place).expect("a folder of the sources") {
            read_routes(&entry.expect("an entry").path(), routes);
        }
    } else if place.extension().is_some_and(|extension| extension == "rs") {
        routes.extend(literal(&std::fs::read_to_string(place).expect("a source file")));
    }
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

//! The document: committed, served, and whole.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Api;
use crate::{document::document, endpoints};

const COMMITTED: &str = "openapi.json";

#[test]
fn the_committed_document_is_the_current_one() {
    let current = document(&endpoints()).to_pretty_json().unwrap() + "\n";
    if std::env::var_os("SOUK_UPDATE").is_some() {
        std::fs::write(COMMITTED, &current).unwrap();
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed == current,
        "the API changed: run SOUK_UPDATE=1 cargo test -p rest document"
    );
}

#[test]
fn every_operation_has_its_own_name_a_tag_and_a_sentence() {
    let document = serde_json::to_value(document(&endpoints())).unwrap();
    let tags: Vec<&str> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(
                names.insert(operation["operationId"].as_str().unwrap().to_owned()),
                "{method} {path}"
            );
            assert!(
                tags.contains(&operation["tags"][0].as_str().unwrap()),
                "{method} {path}"
            );
            assert!(
                operation["description"].as_str().unwrap().ends_with('.'),
                "{method} {path}"
            );
            let in_path = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|one| one["in"] == "path");
            assert_eq!(in_path.count(), path.matches('{').count(), "{method} {path}");
        }
    }
    assert_eq!(names.len(), endpoints().len());
}

#[test]
fn every_reference_leads_somewhere() {
    let document = serde_json::to_value(document(&endpoints())).unwrap();
    for name in references(&document) {
        assert!(!document["components"]["schemas"][&name].is_null(), "{name}");
    }
}

/// The schemas that a part of the document refers to.
fn references(part: &Value) -> Vec<String> {
    let text = part.to_string();
    let names = text.split("\"$ref\":\"#/components/schemas/").skip(1);
    names.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn an_answer_may_grow_and_a_request_may_not() {
    let document = serde_json::to_value(document(&endpoints())).unwrap();
    let schemas = &document["components"]["schemas"];
    let is_closed = |schema: &Value| schema.to_string().contains("\"additionalProperties\":false");
    let operations = document["paths"].as_object().unwrap().values();
    let answers = operations.flat_map(|item| item.as_object().unwrap().values().map(|one| &one["responses"]));
    let mut waiting: Vec<String> = answers.flat_map(references).collect();
    let mut answered = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if answered.insert(name.clone()) {
            waiting.extend(references(&schemas[&name]));
        }
    }
    assert!(answered.contains("Totals") && !answered.contains("ExpectedTotals"));
    // What is written back as one value, as it was read.
    let written_back = [
        "CollectionCondition",
        "CollectionRules",
        "Money",
        "PageText",
        "PersonalField",
        "QuantityRule",
        "SectionText",
        "VariantRule",
    ];
    let closed = answered.iter().filter(|name| is_closed(&schemas[name.as_str()]));
    assert_eq!(closed.collect::<Vec<_>>(), written_back);
    assert!(is_closed(&schemas["ExpectedTotals"]) && is_closed(&schemas["CompleteCart"]));
}

#[test]
fn an_address_in_an_answer_may_be_without_a_street() {
    let document = serde_json::to_value(document(&endpoints())).unwrap();
    let schemas = &document["components"]["schemas"];
    let shown = schemas["Order"]["properties"]["shipping_address"].to_string();
    assert!(shown.contains("/KnownAddress"), "{shown}");
    for (name, field) in schemas["KnownAddress"]["properties"].as_object().unwrap() {
        assert!(field["minLength"].is_null(), "{name}: {field}");
    }
    assert_eq!(schemas["Address"]["properties"]["line1"]["minLength"], 1);
}

#[test]
fn what_depends_on_a_kind_is_told_for_each() {
    let document = serde_json::to_value(document(&endpoints())).unwrap();
    let schemas = &document["components"]["schemas"];
    for (name, kinds) in [
        ("CreateCoupon", 3),
        ("NewShippingRate", 7),
        ("NewMenuEntry", 6),
        ("NewSection", 9),
    ] {
        let mapping = schemas[name]["discriminator"]["mapping"].as_object().unwrap();
        assert_eq!(mapping.len(), kinds, "{name}");
        for (kind, place) in mapping {
            let part = &document
                .pointer(place.as_str().unwrap().trim_start_matches('#'))
                .unwrap();
            assert_eq!(part["properties"]["kind"]["enum"][0], *kind);
            assert_eq!(part["additionalProperties"], false, "{place}");
        }
    }
}

#[tokio::test]
async fn the_document_and_its_page_are_served_without_a_request_elsewhere() {
    let api = Api::new().await;
    let document = api.get("/api/v1/openapi.json").await;
    assert_eq!(
        (document.status, document.body["openapi"].as_str()),
        (200, Some("3.1.0"))
    );
    let page = api.get("/api/docs").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("/carts/{id}/complete") && page.text.contains("schema-Money"));
    // What every operation answers is told once, and each refers to it.
    let unknown_method = "The address does not know the method.";
    assert_eq!(page.text.matches(unknown_method).count(), 1);
    let (before, _) = page.text.split_once(unknown_method).unwrap();
    let anchor = before.rsplit("id=\"").next().unwrap().split('"').next().unwrap();
    assert!(anchor.starts_with("problem-"), "{anchor}");
    let referring = page.text.matches(&format!("<a href=\"#{anchor}\">405</a>")).count();
    assert_eq!(referring, page.text.matches("<h4>Answers</h4>").count());
    for banned in ["<script", "<style", " style=", "src=\"http", "onclick"] {
        assert!(!page.text.contains(banned), "{banned}");
    }
}

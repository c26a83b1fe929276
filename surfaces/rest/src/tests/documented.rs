//! Whatever the API answers in any test is in its document: the status, and the code of a problem.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use serde_json::Value;

use super::Answered;
use crate::{BASE, document::document, endpoints};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(document(&endpoints())).unwrap());

/// Refuses an answer that the document does not name.
pub(super) fn check(method: &str, path: &str, answered: &Answered) {
    let Some(operation) = path.strip_prefix(BASE).and_then(|path| operation(method, path)) else {
        return;
    };
    let status = answered.status.to_string();
    let response = &operation["responses"][&status];
    assert!(
        response.is_object(),
        "{method} {path}: {status} is not in the document: {}",
        answered.text
    );
    if answered.status >= 400 {
        let code = format!("`{}`", answered.code());
        let description = response["description"].as_str().unwrap();
        assert!(
            description.contains(&code),
            "{method} {path}: {status} {code} is not in: {description}"
        );
    }
}

/// The operation of a path; of two that fit, the one that names more of it.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let paths = DOCUMENT["paths"].as_object().unwrap().iter();
    let fitting = paths.filter_map(|(template, item)| Some((fits(template, path)?, item)));
    let (_, item) = fitting.max_by_key(|(named, _)| *named)?;
    item.get(method.to_lowercase())
}

/// How many segments the template names, where it is one of this path.
fn fits(template: &str, path: &str) -> Option<usize> {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    let is_open = |segment: &str| segment.starts_with('{');
    let same = |(wanted, given): (&&str, &&str)| is_open(wanted) || wanted == given;
    let fits = template.len() == path.len() && template.iter().zip(&path).all(same);
    fits.then(|| template.iter().filter(|segment| !is_open(segment)).count())
}

#[test]
fn every_code_in_the_source_is_in_the_document() {
    let mut missing = BTreeSet::new();
    let (told, mut seen) = (told(), 0);
    for file in sources(Path::new("src")) {
        let source = std::fs::read_to_string(&file).unwrap();
        for code in codes(&source) {
            seen += 1;
            if !told.contains(&format!("`{code}`")) {
                missing.insert(format!("{}: {code}", file.display()));
            }
        }
    }
    assert!(seen > 60, "only {seen} codes were found");
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Every source file but the tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| match path.is_dir() {
        true if path.ends_with("tests") => Vec::new(),
        true => sources(&path),
        false => vec![path],
    });
    files.collect()
}

/// What is said of the problems of all endpoints.
fn told() -> String {
    let items = DOCUMENT["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    let responses = operations.flat_map(|operation| operation["responses"].as_object().unwrap());
    let problems = responses.filter(|(status, _)| status.as_str() >= "400");
    problems
        .map(|(_, response)| response["description"].as_str().unwrap())
        .collect()
}

/// The codes of the problems that a source file makes.
fn codes(source: &str) -> Vec<&str> {
    let makers = [
        "Problem::new(",
        "Problem::conflict(",
        "Problem::unprocessable(",
        "refused(",
    ];
    let made = makers.iter().flat_map(|maker| source.split(maker).skip(1));
    made.filter_map(first_literal).collect()
}

/// The first text in quotes, where it stands at once and is a code.
fn first_literal(rest: &str) -> Option<&str> {
    let (before, rest) = rest.split_once('"')?;
    let (text, _) = rest.split_once('"')?;
    let is_near = before.chars().count() < 60 && !before.contains(';') && !before.contains('{');
    let is_code = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    (is_near && is_code).then_some(text)
}

//! The project's files, read once. Rust files are parsed, and know which of their lines only tests see.

use std::{collections::BTreeMap, ops::RangeInclusive, path::Path};

use anyhow::Context as _;
use syn::spanned::Spanned as _;

/// Folders that hold nothing of ours.
const SKIPPED: &[&str] = &[
    ".git",
    "target",
    "node_modules",
    "data",
    "test-results",
    "screenshots",
    "playwright-report",
];

/// Endings of files that are read as text.
const TEXT: &[&str] = &[
    "rs", "toml", "md", "sql", "html", "txt", "ftl", "css", "js", "mjs", "ts", "sh", "yml", "yaml", "json", "svg",
    "csv",
];

/// A file that is no picture: its path from the root, and what it says.
#[derive(Debug)]
pub(crate) struct TextFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A Rust file with its syntax.
pub(crate) struct RustFile {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) syntax: syn::File,
    tests: Vec<RangeInclusive<usize>>,
    only_tests: bool,
}

/// A crate of the workspace.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) folder: String,
    pub(crate) manifest: toml::Table,
}

/// Everything the checks look at.
pub(crate) struct Tree {
    pub(crate) texts: Vec<TextFile>,
    pub(crate) rust: Vec<RustFile>,
    pub(crate) members: Vec<Member>,
    pub(crate) names: Vec<String>,
}

impl Tree {
    /// Reads the project below the root.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Self> {
        let mut names = Vec::new();
        walk(root, "", &mut names)?;
        names.sort();
        let mut files = BTreeMap::new();
        for name in names.iter().filter(|name| is_text(name)) {
            let bytes = std::fs::read(root.join(name)).with_context(|| format!("cannot read {name}"))?;
            if let Ok(text) = String::from_utf8(bytes) {
                files.insert(name.clone(), text);
            }
        }
        Self::from_files(names, files)
    }

    /// A tree of the given files, which need not exist.
    pub(crate) fn from_files(names: Vec<String>, files: BTreeMap<String, String>) -> anyhow::Result<Self> {
        let mut tree = Self {
            texts: Vec::new(),
            rust: Vec::new(),
            members: Vec::new(),
            names,
        };
        for (path, text) in files {
            if path.ends_with(".rs") {
                let syntax = syn::parse_file(&text).with_context(|| format!("cannot parse {path}"))?;
                let tests = syntax
                    .items
                    .iter()
                    .filter(|item| is_test_only(item))
                    .map(lines_of)
                    .collect();
                let only_tests = path.starts_with("tests/") || path.ends_with("/tests.rs") || path.contains("/tests/");
                tree.rust.push(RustFile {
                    path: path.clone(),
                    text: text.clone(),
                    syntax,
                    tests,
                    only_tests,
                });
            }
            if let Some(folder) = path.strip_suffix("/Cargo.toml") {
                let manifest: toml::Table = text.parse().with_context(|| format!("cannot parse {path}"))?;
                let package = manifest.get("package").and_then(toml::Value::as_table);
                if let Some(name) = package
                    .and_then(|package| package.get("name"))
                    .and_then(toml::Value::as_str)
                {
                    tree.members.push(Member {
                        name: name.to_owned(),
                        folder: folder.to_owned(),
                        manifest,
                    });
                }
            }
            tree.texts.push(TextFile { path, text });
        }
        Ok(tree)
    }
}

impl RustFile {
    /// Whether the line belongs to tests only.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.only_tests || self.tests.iter().any(|lines| lines.contains(&line))
    }

    /// How many lines the file has that are not tests.
    pub(crate) fn production_lines(&self) -> usize {
        (1..=self.text.lines().count())
            .filter(|line| !self.is_test(*line))
            .count()
    }
}

/// The first line of a piece of syntax.
pub(crate) fn line_of(piece: &impl syn::spanned::Spanned) -> usize {
    piece.span().start().line
}

fn lines_of(item: &syn::Item) -> RangeInclusive<usize> {
    let span = item.span();
    span.start().line..=span.end().line
}

/// Whether an item stands under `#[cfg(test)]`.
fn is_test_only(item: &syn::Item) -> bool {
    let attributes = match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Const(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .meta
                .require_list()
                .is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

fn is_text(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    match file.rsplit_once('.') {
        Some((_stem, ending)) => TEXT.contains(&ending) && file != "package-lock.json",
        None => matches!(file, "Makefile" | "run"),
    }
}

fn walk(root: &Path, below: &str, names: &mut Vec<String>) -> anyhow::Result<()> {
    let folder = root.join(below);
    for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() {
            name.clone()
        } else {
            format!("{below}/{name}")
        };
        let kind = entry.file_type()?;
        // A data folder is one that a running Souk made: at the root. Crates may keep tables in a folder of that name.
        let skipped = SKIPPED.contains(&name.as_str()) && (name != "data" || below.is_empty());
        if kind.is_dir() && !skipped {
            walk(root, &path, names)?;
        } else if kind.is_file() {
            names.push(path);
        }
    }
    Ok(())
}

/// A tree made of literal files, for the tests of the checks.
#[cfg(test)]
pub(crate) fn sample(files: &[(&str, &str)]) -> Tree {
    let names = files.iter().map(|(name, _text)| (*name).to_owned()).collect();
    let files = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    Tree::from_files(names, files).expect("the sample parses")
}

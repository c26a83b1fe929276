//! How long files, functions and argument lists may be. What was longer when the rule came stands in `ratchet.txt` with its
//! length, and may only get shorter.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use anyhow::Context as _;
use syn::{
    spanned::Spanned as _,
    visit::{self, Visit},
};

use crate::{
    Finding,
    tree::{RustFile, Tree, line_of},
};

const FILE: &str = "xtask/ratchet.txt";
const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 70;
const ARGUMENTS: usize = 6;

/// Something that is too long: its kind and place, where it begins, its length and the limit.
#[derive(Debug)]
struct Long {
    key: String,
    file: String,
    line: usize,
    length: usize,
    limit: usize,
}

/// Compares what is too long with the list.
pub(crate) fn check(tree: &Tree, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let mut allowed = read(tree)?;
    for long in measure(tree) {
        let (line, file) = (long.line, long.file.clone());
        let message = match allowed.remove(&long.key) {
            None => format!(
                "{} is {} long; {} is the limit: split it where a reader would",
                long.key, long.length, long.limit
            ),
            Some(length) if long.length > length => {
                format!(
                    "{} grew from {length} to {}; the limit is {}: make it shorter",
                    long.key, long.length, long.limit
                )
            }
            Some(length) if long.length < length => {
                format!(
                    "{} shrank from {length} to {}: run `cargo xtask tidy --shrink`",
                    long.key, long.length
                )
            }
            Some(_) => continue,
        };
        findings.push(Finding { file, line, message });
    }
    for key in allowed.into_keys() {
        let message = format!("{key} is within the limits by now: run `cargo xtask tidy --shrink`");
        findings.push(Finding {
            file: FILE.to_owned(),
            line: 0,
            message,
        });
    }
    Ok(())
}

/// Writes the list anew with lower numbers only.
pub(crate) fn shrink(tree: &Tree, root: &Path) -> anyhow::Result<()> {
    let allowed = read(tree)?;
    let text = tree
        .texts
        .iter()
        .find(|file| file.path == FILE)
        .map_or("", |file| file.text.as_str());
    let mut out: String = text
        .lines()
        .filter(|line| line.starts_with('#'))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut lengths: Vec<(String, usize)> = measure(tree).into_iter().map(|long| (long.key, long.length)).collect();
    lengths.sort();
    for (key, length) in lengths {
        if let Some(before) = allowed.get(&key) {
            writeln!(out, "{key} {}", length.min(*before))?;
        }
    }
    std::fs::write(root.join(FILE), out).with_context(|| format!("cannot write {FILE}"))
}

fn read(tree: &Tree) -> anyhow::Result<BTreeMap<String, usize>> {
    let text = tree
        .texts
        .iter()
        .find(|file| file.path == FILE)
        .map_or("", |file| file.text.as_str());
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let (key, number) = line
                .rsplit_once(' ')
                .with_context(|| format!("{FILE}: no number in {line:?}"))?;
            Ok((
                key.to_owned(),
                number
                    .parse()
                    .with_context(|| format!("{FILE}: no number in {line:?}"))?,
            ))
        })
        .collect()
}

fn measure(tree: &Tree) -> Vec<Long> {
    let mut all = Vec::new();
    for file in &tree.rust {
        let length = file.production_lines();
        if length > FILE_LINES {
            let key = format!("file {}", file.path);
            all.push(Long {
                key,
                file: file.path.clone(),
                line: 0,
                length,
                limit: FILE_LINES,
            });
        }
        let mut functions = Functions {
            file,
            all: &mut all,
            owner: String::new(),
        };
        functions.visit_file(&file.syntax);
    }
    all
}

struct Functions<'a> {
    file: &'a RustFile,
    all: &'a mut Vec<Long>,
    owner: String,
}

impl Functions<'_> {
    fn function(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let line = line_of(&signature.ident);
        if self.file.is_test(line) {
            return;
        }
        let place = format!("{} {}{}", self.file.path, self.owner, signature.ident);
        let span = body.span();
        for (kind, length, limit) in [
            (
                "function",
                span.end().line + 1 - signature.span().start().line,
                FUNCTION_LINES,
            ),
            ("arguments", signature.inputs.len(), ARGUMENTS),
        ] {
            if length > limit {
                self.all.push(Long {
                    key: format!("{kind} {place}"),
                    file: self.file.path.clone(),
                    line,
                    length,
                    limit,
                });
            }
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if let syn::Type::Path(path) = item.self_ty.as_ref()
            && let Some(segment) = path.path.segments.last()
        {
            self.owner = format!("{}::", segment.ident);
        }
        visit::visit_item_impl(self, item);
        self.owner.clear();
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::sample;

    fn findings(code: &str, list: &str) -> Vec<String> {
        let tree = sample(&[("app/src/a.rs", code), (FILE, list)]);
        let mut findings = Vec::new();
        check(&tree, &mut findings).expect("the list is read");
        findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn the_list_may_only_shrink() {
        let long = format!("struct A;\nimpl A {{\nfn a() {{\n{}}}\n}}\n", "b();\n".repeat(70));
        for (list, expected) in [
            ("", "function app/src/a.rs A::a is 72 long"),
            ("function app/src/a.rs A::a 72\n", ""),
            (
                "function app/src/a.rs A::a 71\n",
                "function app/src/a.rs A::a grew from 71 to 72",
            ),
            (
                "function app/src/a.rs A::a 90\n",
                "function app/src/a.rs A::a shrank from 90 to 72",
            ),
        ] {
            let found = findings(&long, list);
            assert!(
                found.join("\n").starts_with(expected) && found.is_empty() == expected.is_empty(),
                "{list}: {found:?}"
            );
        }
        assert_eq!(findings("fn a() {}", "file app/src/a.rs 500\n").len(), 1);
    }

    #[test]
    fn tests_do_not_count() {
        let code = format!(
            "fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}\n",
            "fn b() {}\n".repeat(500)
        );
        assert_eq!(findings(&code, ""), Vec::<String>::new());
        let code = "fn a() {}\n".repeat(401);
        assert_eq!(findings(&code, "").len(), 1);
    }

    #[test]
    fn arguments_are_counted() {
        assert_eq!(
            findings("fn a(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8) {}", "").len(),
            1
        );
        assert_eq!(
            findings("fn a(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) {}", ""),
            Vec::<String>::new()
        );
    }

    #[test]
    fn shrinking_writes_lower_numbers_and_drops_the_rest() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("xtask")).expect("a folder");
        let long = format!("fn a() {{\n{}}}\n", "b();\n".repeat(80));
        let list = "# why\nfile app/src/gone.rs 600\nfunction app/src/a.rs a 90\n";
        shrink(&sample(&[("app/src/a.rs", &long), (FILE, list)]), folder.path()).expect("the list is written");
        let written = std::fs::read_to_string(folder.path().join(FILE)).expect("a list");
        assert_eq!(written, "# why\nfunction app/src/a.rs a 82\n");
    }
}

#![doc = include_str!("../README.md")]

mod arrows;
mod code;
mod documents;
mod examples;
mod migrations;
mod ratchet;
mod sql;
mod tree;
mod words;

use std::{fmt, path::Path};

use crate::tree::Tree;

/// A rule that is broken somewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the root of the project.
    pub file: String,
    /// The line, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// What is wrong and what to do instead.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Checks the whole project and lists what breaks a rule, in the order of files and lines.
pub fn tidy(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let tree = Tree::read(root)?;
    let mut findings = Vec::new();
    arrows::check(&tree, &mut findings)?;
    documents::check(&tree, &mut findings)?;
    examples::check(&tree, &mut findings);
    migrations::check(&tree, &mut findings);
    words::check(&tree, &mut findings);
    code::check(&tree, &mut findings);
    sql::check(&tree, &mut findings);
    ratchet::check(&tree, &mut findings)?;
    findings.sort();
    findings.dedup();
    Ok(findings)
}

/// Lowers the numbers of `ratchet.txt` to what the code has by now, and drops what is within the limits.
pub fn shrink(root: &Path) -> anyhow::Result<()> {
    ratchet::shrink(&Tree::read(root)?, root)
}

/// The packages whose documentation holds examples, which are tests.
pub fn examples(root: &Path) -> anyhow::Result<Vec<String>> {
    Ok(examples::packages(&Tree::read(root)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let findings = tidy(&root).expect("the project can be read");
        let text: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(findings.is_empty(), "{} findings:\n{}", text.len(), text.join("\n"));
    }
}

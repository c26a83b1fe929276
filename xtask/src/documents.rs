//! Which documents there are, and what each crate's README says.

use crate::{Finding, tree::Tree};

/// Documents at the root. Everything else is a README, or a guide in `docs/guides`.
const ROOT: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "STYLE.md",
    "GLOSSARY.md",
    "CONTRIBUTING.md",
    "REVIEWING.md",
    "CHANGELOG.md",
    "SECURITY.md",
];

/// What a crate's README answers.
const HEADINGS: &[&str] = &[
    "**Owns.**",
    "**Invariants.**",
    "**Tables.**",
    "**Events out.**",
    "**Events in.**",
    "**Must not know.**",
];

/// Looks at every Markdown file and every crate.
pub(crate) fn check(tree: &Tree, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    for name in tree.names.iter().filter(|name| name.ends_with(".md")) {
        let expected =
            ROOT.contains(&name.as_str()) || name.ends_with("/README.md") || name.starts_with("docs/guides/");
        if !expected {
            let message =
                "no status, plan or summary files: tell it in ARCHITECTURE.md, in a README or in the commit".to_owned();
            findings.push(Finding {
                file: name.clone(),
                line: 0,
                message,
            });
        }
    }
    for member in &tree.members {
        let file = format!("{}/README.md", member.folder);
        let text = tree
            .texts
            .iter()
            .find(|text| text.path == file)
            .map_or("", |text| text.text.as_str());
        let missing: Vec<&str> = HEADINGS
            .iter()
            .copied()
            .filter(|heading| !text.contains(heading))
            .collect();
        if !missing.is_empty() {
            findings.push(Finding {
                file: file.clone(),
                line: 0,
                message: format!("the README lacks {}", missing.join(" ")),
            });
        }
        let roots = [
            format!("{}/src/lib.rs", member.folder),
            format!("{}/src/main.rs", member.folder),
        ];
        let mut sources = tree.texts.iter().filter(|text| roots.contains(&text.path));
        if !sources.any(|source| source.text.starts_with("#![doc = include_str!(\"../README.md\")]")) {
            let message =
                "the crate's documentation is its README: begin with `#![doc = include_str!(\"../README.md\")]`"
                    .to_owned();
            findings.push(Finding {
                file: format!("{}/src/lib.rs", member.folder),
                line: 1,
                message,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::sample;

    #[test]
    fn stray_documents_and_bare_crates_are_found() {
        let manifest = "[package]\nname = \"souk\"\n";
        let documented = HEADINGS.join(" None. ");
        for (files, expected) in [
            (vec![("PLAN.md", "")], 1),
            (
                vec![
                    ("docs/guides/adding-a-gateway.md", ""),
                    ("README.md", ""),
                    ("deploy/README.md", ""),
                ],
                0,
            ),
            (
                vec![("app/Cargo.toml", manifest), ("app/src/main.rs", "fn main() {}")],
                2,
            ),
            (
                vec![
                    ("app/Cargo.toml", manifest),
                    ("app/README.md", documented.as_str()),
                    (
                        "app/src/main.rs",
                        "#![doc = include_str!(\"../README.md\")]\nfn main() {}",
                    ),
                ],
                0,
            ),
        ] {
            let mut findings = Vec::new();
            check(&sample(&files), &mut findings).expect("documents are read");
            assert_eq!(findings.len(), expected, "{files:?}: {findings:?}");
        }
    }
}

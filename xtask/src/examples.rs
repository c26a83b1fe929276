//! Which crates have examples in their documentation. Cargo runs rustdoc over every crate to look for them, a second or two
//! each, so a crate without any says `doctest = false`; one with some must not, or nobody would run them.

use crate::{
    Finding,
    tree::{Member, Tree},
};

/// The packages that have some. `cargo test --doc` would look into every other too, whatever it says.
pub(crate) fn packages(tree: &Tree) -> Vec<String> {
    let with_examples = libraries(tree).filter(|member| runs_examples(member));
    with_examples.map(|member| member.name.clone()).collect()
}

/// Compares each library's `doctest` with what its documentation holds.
pub(crate) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for member in libraries(tree) {
        let file = format!("{}/Cargo.toml", member.folder);
        let message = match (has_examples(tree, member), runs_examples(member)) {
            (true, false) => "its documentation has examples, which nothing runs: remove `doctest = false`",
            (false, true) => {
                "its documentation has no examples: `doctest = false` below `[lib]` saves a run of rustdoc"
            }
            _ => continue,
        };
        findings.push(Finding {
            file,
            line: 0,
            message: message.to_owned(),
        });
    }
}

fn libraries(tree: &Tree) -> impl Iterator<Item = &Member> {
    let is_library = |member: &&Member| tree.names.contains(&format!("{}/src/lib.rs", member.folder));
    tree.members.iter().filter(is_library)
}

fn runs_examples(member: &Member) -> bool {
    let library = member.manifest.get("lib").and_then(toml::Value::as_table);
    let doctest = library.and_then(|library| library.get("doctest"));
    doctest.and_then(toml::Value::as_bool).unwrap_or(true)
}

fn has_examples(tree: &Tree, member: &Member) -> bool {
    let readme = format!("{}/README.md", member.folder);
    let sources = format!("{}/src/", member.folder);
    let in_sources = |line: &str| {
        line.trim_start()
            .strip_prefix("///")
            .or(line.trim_start().strip_prefix("//!"))
            .map(str::to_owned)
    };
    tree.texts.iter().any(|text| {
        if text.path == readme {
            return has_example(text.text.lines());
        }
        let documented: Vec<String> = match text.path.starts_with(&sources) && text.path.ends_with(".rs") {
            true => text.text.lines().filter_map(in_sources).collect(),
            false => Vec::new(),
        };
        has_example(documented.iter().map(String::as_str))
    })
}

/// Whether a fenced block among the lines is Rust to rustdoc, which it is unless it names another language.
fn has_example<'a>(lines: impl Iterator<Item = &'a str>) -> bool {
    let fences = lines.filter_map(|line| line.trim_start().strip_prefix("```"));
    fences
        .step_by(2)
        .filter_map(|fence| fence.split(',').next())
        .any(|language| {
            matches!(
                language.trim(),
                "" | "rust" | "no_run" | "should_panic" | "compile_fail"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::sample;

    #[test]
    fn examples_are_run_where_there_are_any() {
        let silent = "[package]\nname = \"cart\"\n[lib]\ndoctest = false\n";
        let running = "[package]\nname = \"cart\"\n";
        let example = "/// Adds.\n///\n/// ```\n/// assert_eq!(1 + 1, 2);\n/// ```\nfn add() {}";
        let shell = "/// Call it so:\n///\n/// ```sh\n/// souk serve\n/// ```\nfn serve() {}";
        for (manifest, source, expected) in [
            (silent, example, Some("remove `doctest = false`")),
            (running, example, None),
            (silent, shell, None),
            (running, shell, Some("saves a run of rustdoc")),
        ] {
            let mut findings = Vec::new();
            let files = [("cart/Cargo.toml", manifest), ("cart/src/lib.rs", source)];
            let tree = sample(&files);
            check(&tree, &mut findings);
            assert_eq!(packages(&tree).is_empty(), manifest == silent);
            let found = findings.first().map(|finding| finding.message.as_str());
            assert_eq!(found.is_some(), expected.is_some(), "{source}: {found:?}");
            assert!(
                found.unwrap_or_default().contains(expected.unwrap_or_default()),
                "{source}: {found:?}"
            );
        }
    }
}

//! Which crate may depend on which. The dependency graph is the architecture, so a wrong arrow is refused here.

use crate::{
    Finding,
    tree::{Member, Tree},
};

/// Domains by row: a domain may use those of lower rows.
const ROWS: &[(u32, &[&str])] = &[
    (
        1,
        &[
            "identity",
            "customers",
            "catalog",
            "media",
            "tax",
            "ledger",
            "redirects",
            "views",
        ],
    ),
    (2, &["pricing", "inventory", "shipping", "payments", "queue"]),
    (3, &["cart", "orders"]),
    (4, &["checkout", "feeds"]),
    (
        5,
        &["returns", "subscriptions", "marketplace", "b2b", "reviews", "invoices"],
    ),
    (6, &["search", "analytics", "notifications", "webhooks", "content"]),
    (7, &["imports", "exports"]),
    (8, &["erasure"]),
];

/// Each adapter with the domains whose port it fills, and what adapters share.
const ADAPTERS: &[(&str, &[&str])] = &[
    ("payment-adapters", &["payments"]),
    ("email-adapters", &["notifications", "http-client"]),
    ("text-adapters", &["notifications", "http-client"]),
    ("push-adapters", &["notifications", "http-client"]),
    ("picture-adapters", &["media"]),
    ("storage-adapters", &["media", "imports", "http-client"]),
    ("search-adapters", &["search"]),
    ("sign-in-adapters", &["identity", "http-client"]),
    ("http-client", &[]),
];

/// Libraries that belong to one layer: the crates that may name them start with one of these folders.
const LAYERED: &[(&str, &[&str])] = &[
    ("axum", &["foundation/web", "surfaces/", "app", "tests", "bench"]),
    ("axum-extra", &["foundation/web", "surfaces/"]),
    ("hyper", &["foundation/web", "app", "bench"]),
    ("image", &["adapters/"]),
    ("lettre", &["adapters/email"]),
    ("minijinja", &["foundation/web", "surfaces/", "app"]),
    ("redis", &["app"]),
    ("reqwest", &["adapters/", "app", "tests"]),
    ("tower-http", &["foundation/web", "surfaces/", "app"]),
    ("utoipa", &["foundation/web", "surfaces/rest", "app", "tests"]),
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Layer {
    Kernel,
    Database,
    Web,
    Domain(u32),
    Adapter,
    Surface,
    Demo,
    App,
    Tests,
    Bench,
    Tool,
    /// Not in the tables above.
    Unknown,
}

/// Reads every manifest of the workspace.
pub(crate) fn check(tree: &Tree, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    for member in &tree.members {
        let file = format!("{}/Cargo.toml", member.folder);
        let text = tree
            .texts
            .iter()
            .find(|text| text.path == file)
            .map_or("", |text| text.text.as_str());
        let mut report = |line, message| {
            findings.push(Finding {
                file: file.clone(),
                line,
                message,
            })
        };
        let from = layer(member);
        if from == Layer::Unknown {
            report(0, format!("say in xtask/src/arrows.rs where `{}` belongs", member.name));
            continue;
        }
        if !inherits_lints(member) {
            report(
                0,
                "every crate takes the lints of the workspace: add `[lints]` with `workspace = true`".to_owned(),
            );
        }
        for (section, name) in dependencies(member) {
            let line = line_with(text, &name);
            if section == "dependencies"
                && let Some((_library, folders)) = LAYERED.iter().find(|(library, _folders)| *library == name)
                && !folders.iter().any(|folder| member.folder.starts_with(folder))
            {
                report(line, format!("`{name}` belongs to {}", folders.join(", ")));
            }
            let Some(target) = tree.members.iter().find(|target| target.name == name) else {
                continue;
            };
            let to = layer(target);
            // A test may set up what its tables point at in a domain beside it, and use a sandbox as its outside world.
            let is_for_tests = section == "dev-dependencies"
                && match from {
                    Layer::Domain(_) => from == to,
                    Layer::Surface => to == Layer::Adapter,
                    _ => false,
                };
            if !is_for_tests && !may_use(member, &from, target, &to) {
                report(
                    line,
                    format!(
                        "`{}` may not depend on `{name}`: see the arrows in ARCHITECTURE.md",
                        member.name
                    ),
                );
            }
        }
    }
    Ok(())
}

fn layer(member: &Member) -> Layer {
    match member.folder.as_str() {
        "foundation/kernel" => Layer::Kernel,
        "foundation/database" => Layer::Database,
        "foundation/web" => Layer::Web,
        "demo" => Layer::Demo,
        "app" => Layer::App,
        "tests" => Layer::Tests,
        "bench" => Layer::Bench,
        "xtask" => Layer::Tool,
        folder if folder.starts_with("domains/") => {
            let row = ROWS.iter().find(|(_row, names)| names.contains(&member.name.as_str()));
            row.map_or(Layer::Unknown, |(row, _names)| Layer::Domain(*row))
        }
        folder if folder.starts_with("adapters/") && ADAPTERS.iter().any(|(name, _ports)| *name == member.name) => {
            Layer::Adapter
        }
        folder if folder.starts_with("surfaces/") => Layer::Surface,
        _ => Layer::Unknown,
    }
}

fn may_use(member: &Member, from: &Layer, target: &Member, to: &Layer) -> bool {
    match from {
        Layer::Kernel | Layer::Tool | Layer::Unknown => false,
        Layer::Database => *to == Layer::Kernel,
        Layer::Web => matches!(to, Layer::Kernel | Layer::Database),
        Layer::Domain(row) => match to {
            Layer::Kernel | Layer::Database => true,
            Layer::Domain(other) => other < row,
            _ => false,
        },
        Layer::Adapter => {
            let ports = ADAPTERS
                .iter()
                .find(|(name, _ports)| *name == member.name)
                .map_or(&[][..], |(_name, ports)| ports);
            *to == Layer::Kernel || ports.contains(&target.name.as_str())
        }
        Layer::Bench => matches!(to, Layer::Kernel | Layer::Database | Layer::Domain(_)),
        Layer::Surface | Layer::Demo => {
            matches!(to, Layer::Kernel | Layer::Database | Layer::Web | Layer::Domain(_))
        }
        Layer::App => !matches!(to, Layer::Tests | Layer::Bench | Layer::Tool | Layer::App),
        Layer::Tests => !matches!(to, Layer::Bench | Layer::Tool),
    }
}

fn inherits_lints(member: &Member) -> bool {
    let lints = member.manifest.get("lints").and_then(toml::Value::as_table);
    lints
        .and_then(|lints| lints.get("workspace"))
        .and_then(toml::Value::as_bool)
        == Some(true)
}

/// Every section with every name in it.
fn dependencies(member: &Member) -> Vec<(&'static str, String)> {
    ["dependencies", "dev-dependencies", "build-dependencies"]
        .into_iter()
        .filter_map(|section| Some((section, member.manifest.get(section)?.as_table()?)))
        .flat_map(|(section, table)| table.keys().map(move |name| (section, name.clone())))
        .collect()
}

fn line_with(text: &str, name: &str) -> usize {
    text.lines()
        .position(|line| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
        })
        .map_or(0, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::sample;

    fn manifest(name: &str, dependencies: &[&str]) -> String {
        let lines: Vec<String> = dependencies
            .iter()
            .map(|name| format!("{name}.workspace = true"))
            .collect();
        format!(
            "[package]\nname = \"{name}\"\n[lints]\nworkspace = true\n[dependencies]\n{}\n",
            lines.join("\n")
        )
    }

    #[test]
    fn arrows_point_down() {
        for (folder, name, dependency, allowed) in [
            ("domains/checkout", "checkout", "orders", true),
            ("domains/orders", "orders", "checkout", false),
            ("domains/orders", "orders", "cart", false),
            ("domains/orders", "orders", "web", false),
            ("domains/orders", "orders", "axum", false),
            ("adapters/payments", "payment-adapters", "payments", true),
            ("adapters/payments", "payment-adapters", "database", false),
            ("adapters/payments", "payment-adapters", "orders", false),
            ("surfaces/rest", "rest", "checkout", true),
            ("surfaces/rest", "rest", "payment-adapters", false),
            ("surfaces/rest", "rest", "admin", false),
            ("app", "souk", "payment-adapters", true),
        ] {
            let mut files: Vec<(String, String)> = [
                ("domains/payments", "payments"),
                ("domains/orders", "orders"),
                ("domains/cart", "cart"),
                ("domains/checkout", "checkout"),
                ("foundation/web", "web"),
                ("foundation/database", "database"),
                ("adapters/payments", "payment-adapters"),
                ("surfaces/admin", "admin"),
                ("surfaces/rest", "rest"),
                ("app", "souk"),
            ]
            .iter()
            .filter(|(other, _name)| *other != folder)
            .map(|(folder, name)| (format!("{folder}/Cargo.toml"), manifest(name, &[])))
            .collect();
            files.push((format!("{folder}/Cargo.toml"), manifest(name, &[dependency])));
            let files: Vec<(&str, &str)> = files
                .iter()
                .map(|(path, text)| (path.as_str(), text.as_str()))
                .collect();
            let mut findings = Vec::new();
            check(&sample(&files), &mut findings).expect("manifests are read");
            assert_eq!(findings.is_empty(), allowed, "{name} -> {dependency}: {findings:?}");
            assert!(findings.iter().all(|finding| finding.line == 6), "{findings:?}");
        }
    }

    #[test]
    fn a_crate_without_the_workspace_lints_is_found() {
        let mut findings = Vec::new();
        check(
            &sample(&[("app/Cargo.toml", "[package]\nname = \"souk\"\n")]),
            &mut findings,
        )
        .expect("a manifest");
        assert_eq!(findings.len(), 1);
    }
}

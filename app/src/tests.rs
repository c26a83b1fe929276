//! What `deploy/` says must be so: every command line, setting, address and metric in it is compared with the program.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use axum::{body::Body, extract::ConnectInfo, http::Request};
use clap::Parser as _;
use database::testing::TestDatabase;
use tower::ServiceExt as _;

use crate::{
    cli::{Cli, Role},
    config::Config,
    http,
    measure::{CART_OPERATIONS, METRICS},
    program::Program,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Files below a folder of the project, with their texts.
fn texts(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                texts.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    texts.sort();
    texts
}

fn deploy() -> Vec<(String, String)> {
    let texts = texts(
        "deploy",
        &["Containerfile", ".yaml", ".tpl", ".service", ".md", ".json"],
    );
    assert!(
        texts.len() > 10,
        "{:?}",
        texts.iter().map(|(name, _text)| name).collect::<Vec<_>>()
    );
    texts
}

/// Words of a command line; quotes keep words together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The arguments that a line gives to `souk`, if it does.
fn arguments(file: &str, line: &str) -> Option<Vec<String>> {
    let trimmed = line.trim();
    for key in ["CMD ", "command: ", "args: "] {
        if let Some(list) = trimmed.strip_prefix(key) {
            return Some(serde_json::from_str(list).unwrap_or_else(|error| panic!("{file}: {line}: {error}")));
        }
    }
    if let Some(command) = trimmed.strip_prefix("ExecStart=/usr/local/bin/souk ") {
        return Some(words(command));
    }
    None
}

/// The arguments of each `souk …` in a page of Markdown: inline, or as a line of its own.
fn told(text: &str) -> Vec<Vec<String>> {
    let inline = text.split('`').skip(1).step_by(2);
    let blocks = text.lines().filter(|line| line.starts_with("    "));
    inline
        .chain(blocks)
        .filter_map(|line| {
            let words = words(line.trim());
            let ours = ["souk", "sudo"].contains(&words.first()?.as_str());
            let at = words.iter().rposition(|word| word == "souk")?;
            (ours && at + 1 < words.len()).then(|| words[at + 1..].to_vec())
        })
        .collect()
}

#[test]
fn every_command_line_is_one_the_program_takes() {
    let mut count = 0;
    for (file, text) in deploy() {
        let given = text.lines().filter_map(|line| arguments(&file, line));
        let told = if file.ends_with(".md") { told(&text) } else { Vec::new() };
        for arguments in given.chain(told) {
            let line = std::iter::once("souk".to_owned()).chain(arguments.clone());
            if let Err(error) = Cli::try_parse_from(line) {
                panic!("{file}: {arguments:?}: {error}");
            }
            count += 1;
        }
    }
    assert!(count >= 20, "only {count} were found");
}

#[test]
fn the_commands_of_the_front_page_are_ones_the_program_takes() {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let told = told(&text);
    assert!(told.len() >= 8, "{told:?}");
    for arguments in told {
        let line = std::iter::once("souk".to_owned()).chain(arguments.clone());
        match Cli::try_parse_from(line) {
            Ok(_) => {}
            Err(error) => assert_eq!(
                error.kind(),
                clap::error::ErrorKind::DisplayHelp,
                "{arguments:?}: {error}"
            ),
        }
    }
}

#[test]
fn every_setting_is_one_the_program_knows() {
    let config = serde_json::to_value(Config::default()).unwrap();
    let known: BTreeSet<String> = config
        .as_object()
        .unwrap()
        .keys()
        .map(|key| format!("SOUK_{}", key.to_uppercase()))
        .collect();
    let mut used = BTreeSet::new();
    for (file, text) in deploy() {
        let names = text.split(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_');
        for name in names.filter(|name| name.starts_with("SOUK_")) {
            assert!(known.contains(name), "{file}: {name} is none of {known:?}");
            used.insert(name.to_owned());
        }
    }
    assert!(used.len() >= 8, "{used:?}");
}

#[tokio::test]
async fn every_probe_is_answered_on_the_port_that_is_published() {
    let mut probes = BTreeSet::new();
    for (file, text) in deploy() {
        for probe in ["/healthz", "/readyz", "/metrics"] {
            if text.contains(probe) {
                probes.insert(probe);
            }
        }
        let listens = ["SOUK_LISTEN", "SOUK_METRICS_LISTEN:"].map(|name| (name, text.split(name).skip(1)));
        for (name, after) in listens
            .into_iter()
            .flat_map(|(name, all)| all.map(move |after| (name, after)))
        {
            let address: String = after
                .chars()
                .skip(1)
                .take_while(|c| !c.is_whitespace() || *c == ' ')
                .collect();
            let address = address.split_whitespace().next().unwrap();
            let expected = if name == "SOUK_LISTEN" {
                "0.0.0.0:3000"
            } else {
                "0.0.0.0:9100"
            };
            assert_eq!(address, expected, "{file}");
        }
        for (port, known) in [("EXPOSE ", &["3000\n"][..]), ("containerPort: ", &["3000\n", "9100\n"])] {
            for after in text.split(port).skip(1) {
                assert!(known.iter().any(|known| after.starts_with(known)), "{file}: {port}");
            }
        }
    }
    assert_eq!(probes.len(), 3);
    let (db, data) = (TestDatabase::new().await, tempfile::tempdir().unwrap());
    let config = Config {
        data: data.path().to_owned(),
        ..Config::default()
    };
    let program = Program::new(&config, db.database(), false).await.unwrap();
    for probe in probes {
        let request = Request::get(probe).header("host", "10.0.0.2:3000");
        let worker = http::router_of(&program, &[Role::Worker]);
        let answer = worker.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 200, "{probe}");
    }
    for (peer, passed_on, status) in [
        ("127.0.0.1:40000", false, 200),
        ("[::1]:40000", false, 200),
        ("127.0.0.1:40000", true, 404),
        ("10.0.0.9:40000", false, 404),
    ] {
        let mut request = Request::get("/metrics").header("host", "10.0.0.2:3000");
        if passed_on {
            request = request.header("x-forwarded-for", "203.0.113.7");
        }
        let mut request = request.body(Body::empty()).unwrap();
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let worker = http::router_of(&program, &[Role::Worker]);
        assert_eq!(
            worker.oneshot(request).await.unwrap().status(),
            status,
            "{peer} {passed_on}"
        );
    }
}

#[test]
fn the_image_and_the_chart_name_the_same_user() {
    let read = |path: &str| std::fs::read_to_string(root().join("deploy").join(path)).unwrap();
    assert!(read("Containerfile").contains("--uid 10001") && read("Containerfile").contains("USER 10001"));
    assert!(read("helm/souk/templates/_helpers.tpl").contains("runAsUser: 10001"));
    let chart = read("helm/souk/Chart.yaml");
    let version = chart
        .lines()
        .find_map(|line| line.strip_prefix("appVersion: "))
        .unwrap();
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains(&format!("version = \"{version}\"")), "{version}");
}

/// Names of series in a text: what stands before a brace.
fn series(text: &str) -> BTreeSet<String> {
    text.split('{')
        .filter_map(|before| {
            let name = before.rsplit(|c: char| !c.is_ascii_lowercase() && c != '_').next()?;
            let name = ["_bucket", "_count", "_sum"]
                .iter()
                .find_map(|ending| name.strip_suffix(ending))
                .unwrap_or(name);
            (!name.is_empty()).then(|| name.to_owned())
        })
        .collect()
}

#[test]
fn the_dashboard_shows_everything_that_is_measured_and_nothing_else() {
    let text = std::fs::read_to_string(root().join("deploy/grafana-dashboard.json")).unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut shown = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().unwrap() {
            shown.extend(series(target["expr"].as_str().unwrap()));
        }
    }
    let measured: BTreeSet<String> = METRICS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(shown, measured);
}

#[test]
fn everything_the_program_measures_is_described() {
    let mut measured = BTreeSet::new();
    for folder in ["app/src", "domains", "foundation", "surfaces", "adapters"] {
        for (_file, text) in texts(folder, &[".rs"]) {
            for kind in ["counter!(", "gauge!(", "histogram!("] {
                for after in text.split(kind).skip(1) {
                    if let Some((name, _rest)) = after
                        .trim_start()
                        .strip_prefix('"')
                        .and_then(|after| after.split_once('"'))
                    {
                        measured.insert(name.to_owned());
                    }
                }
            }
        }
    }
    measured.retain(|name: &String| name.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !name.is_empty());
    let described: BTreeSet<String> = METRICS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(measured, described);
}

#[test]
fn every_change_of_a_cart_is_counted_from_the_start() {
    let mut counted = BTreeSet::new();
    for (_file, text) in texts("domains/cart/src", &[".rs"]) {
        for after in text.split("\"operation\" => \"").skip(1) {
            counted.extend(after.split_once('"').map(|(name, _rest)| name.to_owned()));
        }
    }
    let known: BTreeSet<String> = CART_OPERATIONS.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(counted, known);
}

//! `souk doctor`: looks for everything that is wrong or missing.

use std::process::ExitCode;

use super::say;
use crate::{
    config::Config,
    doctor::{self, Finding, Verdict},
};

/// Settings that cannot be read are the first finding, and then the only one.
pub(crate) async fn run(config: anyhow::Result<Config>, json: bool) -> anyhow::Result<ExitCode> {
    let findings = match config {
        Ok(config) => doctor::examine(&config).await,
        Err(error) => {
            let remedy = "correct it in souk.toml or in the environment; `souk --help` and README.md name the settings";
            vec![Finding::fail("settings", format!("{error:#}"), remedy)]
        }
    };
    if json {
        say(&serde_json::to_string_pretty(&findings)?);
    } else {
        say(&doctor::as_text(&findings));
    }
    let bad = findings.iter().any(|finding| finding.verdict == Verdict::Fail);
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

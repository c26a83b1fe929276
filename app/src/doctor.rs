//! What `souk doctor` looks at, and what it thinks of it. The facts are gathered in one place and judged in another, so
//! that every judgement can be tested without an ailing server.

mod installation;
mod server;
mod stores;

use serde::Serialize;

pub use installation::examine;
pub use server::{judge_backlog, judge_database_room, judge_migrations, judge_server};
pub use stores::{StoreFacts, judge_store};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works; somebody should look at it.
    Warn,
    /// Something does not work, or may be lost.
    Fail,
}

impl Verdict {
    /// The word at the beginning of a line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// What one look came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, such as `disk`.
    pub check: &'static str,
    /// The store it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// How bad it is.
    pub verdict: Verdict,
    /// What was found.
    pub reason: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl Finding {
    /// As it should be.
    pub fn ok(check: &'static str, reason: impl Into<String>) -> Self {
        Self {
            check,
            store: None,
            verdict: Verdict::Ok,
            reason: reason.into(),
            remedy: None,
        }
    }

    /// It works; somebody should look at it.
    pub fn warn(check: &'static str, reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Warn,
            remedy: Some(remedy.into()),
            ..Self::ok(check, reason)
        }
    }

    /// Something does not work, or may be lost.
    pub fn fail(check: &'static str, reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Fail,
            ..Self::warn(check, reason, remedy)
        }
    }

    /// The same about one store.
    pub fn of_store(self, slug: &str) -> Self {
        Self {
            store: Some(slug.to_owned()),
            ..self
        }
    }
}

/// Findings as a person reads them: the worst last, where the eye is when the command ends.
pub fn as_text(findings: &[Finding]) -> String {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| finding.verdict);
    let mut text = String::new();
    for finding in sorted {
        let store = finding
            .store
            .as_ref()
            .map(|store| format!("{store}: "))
            .unwrap_or_default();
        text.push_str(&format!(
            "{:<5} {:<14} {store}{}\n",
            finding.verdict.as_str(),
            finding.check,
            finding.reason
        ));
        if let Some(remedy) = &finding.remedy {
            text.push_str(&format!("{:<20} → {remedy}\n", ""));
        }
    }
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    text.push_str(&format!(
        "{} checks: {} ok, {} to look at, {} to mend.",
        findings.len(),
        count(Verdict::Ok),
        count(Verdict::Warn),
        count(Verdict::Fail)
    ));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_stands_last_with_its_remedy() {
        let text = as_text(&[
            Finding::fail("disk", "it is full", "make room"),
            Finding::warn("shipping", "nothing is shipped anywhere", "add a zone").of_store("toko"),
            Finding::ok("mail", "it answers"),
        ]);
        assert_eq!(
            text,
            "ok    mail           it answers\n\
             warn  shipping       toko: nothing is shipped anywhere\n                     → add a zone\n\
             fail  disk           it is full\n                     → make room\n\
             3 checks: 1 ok, 1 to look at, 1 to mend."
        );
    }
}

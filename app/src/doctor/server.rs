//! Judges the database server, the schema and the work that waits.

use database::{
    cluster::OLDEST,
    inspect::{Backlog, MigrationState, ServerFacts},
};
use kernel::Time;

use super::Finding;

/// How far two clocks may be apart, in seconds, before somebody should look and before orders get wrong times.
const SKEW: (i64, i64) = (2, 60);
/// How long an event may wait, in seconds, before somebody should look and before nobody seems to work.
const LAG: (i64, i64) = (60, 900);

/// Settings of the server that Souk relies on. `wanted` connections are those of this process.
pub fn judge_server(facts: &ServerFacts, wanted: u32, now: Time) -> Vec<Finding> {
    let mut findings = vec![
        judge_version(facts),
        judge_durability(facts),
        judge_connections(facts, wanted),
    ];
    findings.push(if facts.encoding == "UTF8" {
        Finding::ok("encoding", "the database is UTF-8")
    } else {
        Finding::fail(
            "encoding",
            format!(
                "the database is {}: names in other scripts cannot be stored",
                facts.encoding
            ),
            "make a database with ENCODING 'UTF8' and restore a backup into it",
        )
    });
    findings.push(if facts.collation_changed {
        Finding::fail(
            "collation",
            format!(
                "the rules of {} changed since the indices were built: searches may miss rows",
                facts.collation
            ),
            "run REINDEX DATABASE, then ALTER DATABASE … REFRESH COLLATION VERSION",
        )
    } else {
        Finding::ok("collation", format!("texts are sorted by {}", facts.collation))
    });
    findings.push(Finding::ok(
        "time-zone",
        format!("{}; times are stored with their offset, so any will do", facts.timezone),
    ));
    findings.push(judge_clock(facts, now));
    findings
}

/// Whether something was written for a moment to the disk of the database.
pub fn judge_database_room(has_room: bool) -> Finding {
    if has_room {
        return Finding::ok("database-disk", "the disk of the database has room");
    }
    Finding::fail(
        "database-disk",
        "the disk of the database is full: pages are shown, and nothing is written",
        "make room on it; Souk goes on by itself",
    )
}

fn judge_version(facts: &ServerFacts) -> Finding {
    if facts.major_version >= i32::try_from(OLDEST).unwrap_or(i32::MAX) {
        let megabytes = facts.bytes.unsigned_abs().div_ceil(1_000_000);
        return Finding::ok("postgresql", format!("PostgreSQL {}, {megabytes} MB", facts.version));
    }
    Finding::fail(
        "postgresql",
        format!("the server is PostgreSQL {}", facts.version),
        format!("use PostgreSQL {OLDEST} or newer"),
    )
}

fn judge_durability(facts: &ServerFacts) -> Finding {
    if !facts.fsync || !facts.full_page_writes {
        let name = if facts.fsync { "full_page_writes" } else { "fsync" };
        return Finding::fail(
            "durability",
            format!("{name} is off: a power cut may destroy the database"),
            format!("set {name} = on in postgresql.conf and reload"),
        );
    }
    if facts.synchronous_commit == "off" {
        return Finding::fail(
            "durability",
            "synchronous_commit is off: orders of the last moments may be lost in a power cut, after their cards were charged",
            "set synchronous_commit = on in postgresql.conf and reload",
        );
    }
    Finding::ok("durability", "what was committed survives a power cut")
}

fn judge_connections(facts: &ServerFacts, wanted: u32) -> Finding {
    let allowed = i64::from(facts.connections_allowed);
    let free = allowed - facts.connections_open;
    let told = format!(
        "{} of {allowed} are open; a process of Souk takes up to {wanted}",
        facts.connections_open
    );
    if free < i64::from(wanted) {
        return Finding::warn(
            "connections",
            told,
            "raise max_connections, lower SOUK_DATABASE_CONNECTIONS, or put PgBouncer in session mode before the server",
        );
    }
    Finding::ok("connections", told)
}

fn judge_clock(facts: &ServerFacts, now: Time) -> Finding {
    let skew = (facts.now - now).num_seconds().abs();
    let remedy = "let a time service such as chrony set both clocks";
    match skew {
        _ if skew >= SKEW.1 => Finding::fail("clock", format!("the server's clock is {skew} seconds off"), remedy),
        _ if skew >= SKEW.0 => Finding::warn("clock", format!("the server's clock is {skew} seconds off"), remedy),
        _ => Finding::ok("clock", "the server's clock agrees with this machine's"),
    }
}

/// Whether the schema is this program's.
pub fn judge_migrations(state: &MigrationState) -> Finding {
    if let Some(version) = state.unknown.first() {
        return Finding::fail(
            "migrations",
            format!("the database has migration {version}, which this program does not know"),
            "a newer Souk was here: run that one; migrations do not go back",
        );
    }
    if let Some(version) = state.changed.first() {
        return Finding::fail(
            "migrations",
            format!("migration {version} was applied with another text"),
            "the database belongs to another build of Souk: run that one, or restore a backup",
        );
    }
    match state.pending.len() {
        0 => Finding::ok("migrations", "the schema is this program's"),
        count => Finding::warn(
            "migrations",
            format!("{count} migrations are not applied yet"),
            "run `souk migrate`; starting a server does it too",
        ),
    }
}

/// Whether somebody does the work that waits.
pub fn judge_backlog(backlog: &Backlog) -> Vec<Finding> {
    let parked = match backlog.parked {
        0 => Finding::ok("parked-work", "no job and no event is parked"),
        count => Finding::warn(
            "parked-work",
            format!("{count} jobs or events were tried to the limit"),
            "see why in the desk under Jobs, mend it, and start them again there",
        ),
    };
    let lag = seconds(backlog.outbox_lag_seconds);
    let told = format!(
        "the oldest event waits for {lag} seconds, and {} jobs are due",
        backlog.due_jobs
    );
    let remedy = "see that a worker runs: `souk serve` has one, `souk worker` is one; its log says what it does";
    let outbox = match lag {
        _ if lag >= LAG.1 => Finding::fail("outbox", told, remedy),
        _ if lag >= LAG.0 => Finding::warn("outbox", told, remedy),
        _ => Finding::ok("outbox", told),
    };
    let overdue = match backlog.overdue {
        0 => Finding::ok("overdue-work", "no job and no event has been due for an hour"),
        count => Finding::warn(
            "overdue-work",
            format!("{count} jobs or events have been due for more than an hour, and no worker takes them"),
            "see that a worker of this version runs: an older one leaves what it does not know to it",
        ),
    };
    vec![parked, overdue, outbox]
}

/// Whole seconds of a measurement.
fn seconds(measured: f64) -> i64 {
    std::time::Duration::try_from_secs_f64(measured).map_or(0, |lag| i64::try_from(lag.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::doctor::Verdict;

    fn healthy() -> ServerFacts {
        ServerFacts {
            version: "17.2".to_owned(),
            major_version: 17,
            fsync: true,
            full_page_writes: true,
            synchronous_commit: "on".to_owned(),
            connections_allowed: 97,
            connections_open: 3,
            encoding: "UTF8".to_owned(),
            collation: "C.UTF-8".to_owned(),
            collation_changed: false,
            timezone: "UTC".to_owned(),
            bytes: 10_000_000,
            now: Time::UNIX_EPOCH,
        }
    }

    fn worst(findings: &[Finding]) -> (&'static str, Verdict) {
        let worst = findings.iter().max_by_key(|finding| finding.verdict).unwrap();
        assert_eq!(worst.remedy.is_some(), worst.verdict != Verdict::Ok, "{worst:?}");
        (worst.check, worst.verdict)
    }

    #[test]
    fn a_healthy_server_is_left_in_peace() {
        let findings = judge_server(&healthy(), 16, Time::UNIX_EPOCH);
        assert!(
            findings.iter().all(|finding| finding.verdict == Verdict::Ok),
            "{findings:?}"
        );
    }

    #[test]
    fn each_ailment_is_named() {
        type Ail = fn(&mut ServerFacts);
        let ailments: [(Ail, &str, Verdict); 9] = [
            (|facts| facts.major_version = 14, "postgresql", Verdict::Fail),
            (|facts| facts.fsync = false, "durability", Verdict::Fail),
            (|facts| facts.full_page_writes = false, "durability", Verdict::Fail),
            (
                |facts| facts.synchronous_commit = "off".to_owned(),
                "durability",
                Verdict::Fail,
            ),
            (|facts| facts.connections_open = 90, "connections", Verdict::Warn),
            (
                |facts| facts.encoding = "SQL_ASCII".to_owned(),
                "encoding",
                Verdict::Fail,
            ),
            (|facts| facts.collation_changed = true, "collation", Verdict::Fail),
            (|facts| facts.now -= TimeDelta::seconds(5), "clock", Verdict::Warn),
            (|facts| facts.now += TimeDelta::seconds(90), "clock", Verdict::Fail),
        ];
        for (ail, check, verdict) in ailments {
            let mut facts = healthy();
            ail(&mut facts);
            assert_eq!(worst(&judge_server(&facts, 16, Time::UNIX_EPOCH)), (check, verdict));
        }
    }

    #[test]
    fn a_schema_that_is_not_this_programs_is_told() {
        let state = |pending: &[i64], unknown: &[i64], changed: &[i64]| MigrationState {
            pending: pending.to_vec(),
            unknown: unknown.to_vec(),
            changed: changed.to_vec(),
        };
        for (state, verdict) in [
            (state(&[], &[], &[]), Verdict::Ok),
            (state(&[3], &[], &[]), Verdict::Warn),
            (state(&[3], &[99], &[]), Verdict::Fail),
            (state(&[], &[], &[2]), Verdict::Fail),
        ] {
            assert_eq!(worst(&[judge_migrations(&state)]), ("migrations", verdict));
        }
    }

    #[test]
    fn work_that_nobody_does_is_told() {
        for (parked, overdue, lag, check, verdict) in [
            (0, 0, 1.5, "outbox", Verdict::Ok),
            (2, 0, 0.0, "parked-work", Verdict::Warn),
            (0, 1, 0.0, "overdue-work", Verdict::Warn),
            (0, 0, 61.0, "outbox", Verdict::Warn),
            (2, 0, 4000.0, "outbox", Verdict::Fail),
        ] {
            let findings = judge_backlog(&Backlog {
                parked,
                overdue,
                due_jobs: 0,
                outbox_lag_seconds: lag,
                search_lag_seconds: 0.0,
            });
            assert_eq!(worst(&findings), (check, verdict));
        }
    }
}

//! What Linux tells of a process in `/proc`: processor time and memory.

use std::time::Duration;

/// `/proc` counts processor time in hundredths of a second, on every architecture.
const TICK: Duration = Duration::from_millis(10);

/// The processor time a process has taken, with its threads.
pub(crate) fn processor_time(id: u32) -> Duration {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    Stat::parse(&text).map_or(Duration::ZERO, |stat| stat.time)
}

/// The processor time of a process and of its children, those that ended included: PostgreSQL's postmaster with its backends.
pub(crate) fn family_time(id: u32) -> Duration {
    let stats = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| std::fs::read_to_string(entry.ok()?.path().join("stat")).ok())
        .filter_map(|text| Stat::parse(&text));
    stats
        .map(|stat| {
            if stat.id == id {
                stat.time + stat.of_ended
            } else if stat.parent == id {
                stat.time
            } else {
                Duration::ZERO
            }
        })
        .sum()
}

/// A figure of `/proc/ID/status` in kilobytes, such as `VmHWM`, the most memory it ever had.
pub(crate) fn kilobytes(id: u32, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

#[derive(Debug, PartialEq, Eq)]
struct Stat {
    id: u32,
    parent: u32,
    time: Duration,
    /// Of its children that ended.
    of_ended: Duration,
}

impl Stat {
    /// Reads `1234 (a name) S 1 …`; the name may hold spaces and parentheses.
    fn parse(text: &str) -> Option<Self> {
        let (start, rest) = text.rsplit_once(')')?;
        let id = start.split_whitespace().next()?.parse().ok()?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |index: usize| fields.get(index)?.parse::<u32>().ok();
        Some(Self {
            id,
            parent: fields.get(1)?.parse().ok()?,
            time: TICK.saturating_mul(ticks(11)?.saturating_add(ticks(12)?)),
            of_ended: TICK.saturating_mul(ticks(13)?.saturating_add(ticks(14)?)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_behind_a_name_with_parentheses() {
        let text = "42 (a) b (c)) S 7 42 42 0 -1 4194560 100 200 0 0 150 50 30 20 20 0 4 0 100 1 1";
        let stat = Stat::parse(text).unwrap();
        let expected = Stat {
            id: 42,
            parent: 7,
            time: Duration::from_secs(2),
            of_ended: Duration::from_millis(500),
        };
        assert_eq!(stat, expected);
        assert_eq!(Stat::parse("42 (cut off"), None);
    }

    #[test]
    fn this_process_has_memory_and_nobody_has_none() {
        assert!(kilobytes(std::process::id(), "VmHWM").is_some_and(|peak| peak > 100));
        assert_eq!(kilobytes(std::process::id(), "VmNothing"), None);
        assert_eq!(processor_time(0), Duration::ZERO);
    }
}

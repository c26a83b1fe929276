//! The table that a run prints: a row for each thing measured, and whether its goals were reached.

use std::fmt;

use crate::figures::{Milli, megabytes, milliseconds};

/// What was measured of one thing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    /// What was done.
    pub(crate) what: String,
    /// How many did it at once.
    pub(crate) clients: usize,
    /// How often it was done in a second.
    pub(crate) per_second: Option<Milli>,
    /// Half took at most so many microseconds.
    pub(crate) p50_us: Option<u64>,
    /// All but one in a hundred took at most so many microseconds.
    pub(crate) p99_us: Option<u64>,
    /// How often it failed.
    pub(crate) errors: u64,
    /// What one operation costs.
    pub(crate) costs: Costs,
    /// The most memory the server took so far, in kilobytes.
    pub(crate) peak_kb: Option<u64>,
    /// What was wanted of it.
    pub(crate) goals: Vec<Goal>,
}

/// What one operation costs.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Costs {
    /// HTTP requests.
    pub(crate) requests: Option<Milli>,
    /// SQL statements without those that begin and end transactions.
    pub(crate) statements: Option<Milli>,
    /// Transactions.
    pub(crate) transactions: Option<Milli>,
    /// Microseconds of the server's processor time, in thousandths.
    pub(crate) server_us: Option<Milli>,
    /// Microseconds of PostgreSQL's processor time, in thousandths.
    pub(crate) postgres_us: Option<Milli>,
}

/// A goal, beside what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Goal {
    /// What was found.
    found: String,
    /// What was wanted.
    wanted: String,
    /// Whether it was reached.
    reached: bool,
}

impl Goal {
    /// So many times the other figure, or more.
    pub(crate) fn at_least(label: &str, figure: Option<u64>, other: Option<u64>, times: Milli) -> Self {
        Self::of_ratio(label, "≥", figure, other, times, |found| found >= times)
    }

    /// So many times the other figure, or less.
    pub(crate) fn at_most(label: &str, figure: Option<u64>, other: Option<u64>, times: Milli) -> Self {
        Self::of_ratio(label, "≤", figure, other, times, |found| found <= times)
    }

    fn of_ratio(
        label: &str,
        sign: &str,
        figure: Option<u64>,
        other: Option<u64>,
        times: Milli,
        is_reached: impl Fn(Milli) -> bool,
    ) -> Self {
        let found = figure
            .zip(other)
            .and_then(|(figure, other)| Milli::ratio(figure, other));
        Self {
            found: found.map_or("–".to_owned(), |found| format!("{label} {}×", found.with_digits(2))),
            wanted: format!("{sign} {}×", times.with_digits(2)),
            reached: found.is_some_and(is_reached),
        }
    }

    /// Fewer than a bound, both already written with their unit.
    pub(crate) fn below(found: String, bound: &str, reached: bool) -> Self {
        Self {
            found,
            wanted: bound.to_owned(),
            reached,
        }
    }

    /// Whether it was reached.
    pub(crate) fn is_reached(&self) -> bool {
        self.reached
    }
}

/// Every row of a run.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// The rows, in the order they were measured.
    pub(crate) rows: Vec<Row>,
}

const HEADINGS: [&str; 15] = [
    "what", "at once", "ops/s", "p50 ms", "p99 ms", "errors", "requests", "SQL", "txns", "souk ms", "pg ms", "peak MB",
    "found", "goal", "reached",
];

impl Table {
    /// How many goals were reached, of how many.
    pub(crate) fn score(&self) -> (usize, usize) {
        let goals = || self.rows.iter().flat_map(|row| &row.goals);
        (goals().filter(|goal| goal.is_reached()).count(), goals().count())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells: Vec<[String; 15]> = self.rows.iter().flat_map(lines).collect();
        let widths: Vec<usize> = HEADINGS
            .iter()
            .enumerate()
            .map(|(column, heading)| {
                let of_cells = cells.iter().filter_map(|line| line.get(column));
                let longest = of_cells.map(|cell| cell.chars().count()).max().unwrap_or_default();
                longest.max(heading.chars().count())
            })
            .collect();
        write_line(f, &HEADINGS.map(str::to_owned), &widths)?;
        let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        write_line(f, &rules, &widths)?;
        for line in &cells {
            write_line(f, line, &widths)?;
        }
        let (reached, of) = self.score();
        writeln!(f, "\n{reached} of {of} goals reached.")
    }
}

/// The line of a row, and one below it for each goal but the first.
fn lines(row: &Row) -> Vec<[String; 15]> {
    let number = |number: Option<Milli>, digits| number.map_or("–".to_owned(), |number| number.with_digits(digits));
    let time = |micros: Option<u64>| micros.map_or("–".to_owned(), milliseconds);
    let goal = |index: usize| match row.goals.get(index) {
        Some(goal) => [
            goal.found.clone(),
            goal.wanted.clone(),
            if goal.reached { "yes" } else { "no" }.to_owned(),
        ],
        None => [String::new(), String::new(), String::new()],
    };
    let of_thousands = |micros: Option<Milli>| time(micros.map(|micros| micros.0 / 1000));
    let [found, wanted, reached] = goal(0);
    let first = [
        row.what.clone(),
        row.clients.to_string(),
        number(row.per_second, 0),
        time(row.p50_us),
        time(row.p99_us),
        row.errors.to_string(),
        number(row.costs.requests, 1),
        number(row.costs.statements, 1),
        number(row.costs.transactions, 1),
        of_thousands(row.costs.server_us),
        of_thousands(row.costs.postgres_us),
        row.peak_kb.map_or("–".to_owned(), |peak| megabytes(peak).to_string()),
        found,
        wanted,
        reached,
    ];
    let others = (1..row.goals.len()).map(|index| {
        let [found, wanted, reached] = goal(index);
        let mut line: [String; 15] = std::array::from_fn(|_column| String::new());
        let [.., a, b, c] = &mut line;
        (*a, *b, *c) = (found, wanted, reached);
        line
    });
    std::iter::once(first).chain(others).collect()
}

/// Texts stand left, numbers right.
fn write_line(f: &mut fmt::Formatter<'_>, cells: &[String], widths: &[usize]) -> fmt::Result {
    let last = cells.len().saturating_sub(1);
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let is_text = column == 0 || column >= HEADINGS.len() - 3;
        let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
        match (is_text, column == last) {
            (true, true) => write!(f, "{cell}")?,
            (true, false) => write!(f, "{cell}{padding}  ")?,
            (false, _) => write!(f, "{padding}{cell}  ")?,
        }
    }
    writeln!(f)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(what: &str, goals: Vec<Goal>) -> Row {
        Row {
            what: what.to_owned(),
            clients: 64,
            per_second: Some(Milli(1_234_500)),
            p50_us: Some(1_500),
            p99_us: Some(20_000),
            peak_kb: Some(102_400),
            costs: Costs {
                statements: Some(Milli(3_000)),
                server_us: Some(Milli(812_000)),
                ..Costs::default()
            },
            goals,
            ..Row::default()
        }
    }

    #[test]
    fn a_goal_is_judged_by_the_ratio_and_fails_without_figures() {
        let half = Milli(500);
        assert!(Goal::at_least("", Some(50), Some(100), half).is_reached());
        assert!(!Goal::at_least("", Some(49), Some(100), half).is_reached());
        assert!(Goal::at_most("", Some(50), Some(100), half).is_reached());
        assert!(!Goal::at_most("", Some(51), Some(100), half).is_reached());
        assert!(!Goal::at_least("", None, Some(100), half).is_reached());
        assert!(!Goal::at_most("", Some(1), None, half).is_reached());
    }

    #[test]
    fn columns_line_up_and_each_further_goal_has_a_line() {
        let goals = vec![
            Goal::at_least("floor", Some(120), Some(100), Milli(1_000)),
            Goal::below("p99 20.00 ms".to_owned(), "< 10 ms", false),
        ];
        let table = Table {
            rows: vec![row("purchases", goals), row("pages", vec![])],
        };
        let text = table.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 7, "{text}");
        assert!(
            lines[2].contains("1234") && lines[2].contains("floor 1.20×") && lines[2].ends_with("yes"),
            "{text}"
        );
        assert!(
            lines[3].trim().starts_with("p99 20.00 ms") && lines[3].ends_with("no"),
            "{text}"
        );
        let column = |line: &str, text: &str| line.split(text).next().map(|before| before.chars().count());
        assert_eq!(column(lines[2], "1234"), column(lines[4], "1234"), "{text}");
        assert_eq!(lines[6], "1 of 2 goals reached.");
    }
}

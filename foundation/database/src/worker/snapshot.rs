//! Which transactions somebody has seen, as PostgreSQL writes it down: `lowest:next:open,open,…`.

use crate::Error;

/// The transactions before `next` without the open ones have been seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snapshot {
    next: u64,
    /// In order, each before `next`.
    open: Vec<u64>,
}

impl Snapshot {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let corrupt = || Error::corrupt("pg_snapshot", text);
        let number = |digits: &str| digits.parse::<u64>().map_err(|_e| corrupt());
        let (_lowest, rest) = text.split_once(':').ok_or_else(corrupt)?;
        let (next, open) = rest.split_once(':').ok_or_else(corrupt)?;
        let open = open.split(',').filter(|one| !one.is_empty()).map(number);
        Ok(Self {
            next: number(next)?,
            open: open.collect::<Result<_, _>>()?,
        })
    }

    /// Everything before it has been seen.
    pub(super) fn lowest(&self) -> u64 {
        self.open.first().copied().unwrap_or(self.next)
    }

    /// It and what came after it have not been seen.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// What has been seen when, of all that can be seen `now`, everything before that transaction was seen as well.
    pub(super) fn before(&self, transaction: u64, now: &Self) -> Self {
        let before = now.open.iter().filter(|one| **one < transaction);
        let after = self.open.iter().filter(|one| **one >= transaction);
        Self {
            next: self.next.max(transaction),
            open: before.chain(after).copied().collect(),
        }
    }

    /// The same with this transaction, which is open or the next.
    pub(super) fn with(mut self, transaction: u64) -> Self {
        if transaction == self.next {
            self.next = self.next.saturating_add(1);
        }
        self.open.retain(|one| *one != transaction);
        self
    }
}

impl std::fmt::Display for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let open: Vec<String> = self.open.iter().map(u64::to_string).collect();
        write!(f, "{}:{}:{}", self.lowest(), self.next, open.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Snapshot {
        fn sees(&self, transaction: u64) -> bool {
            transaction < self.next && !self.open.contains(&transaction)
        }
    }

    /// A snapshot in which of the first nine transactions those are seen whose bit is set; any two of which the later shows all
    /// that the earlier did may follow each other.
    fn of(bits: u64) -> Snapshot {
        let next = u64::from(u64::BITS - bits.leading_zeros());
        let open = (0..next).filter(|one| bits >> one & 1 == 0).collect();
        Snapshot { next, open }
    }

    #[test]
    fn it_is_read_and_written_as_postgresql_does() {
        for text in ["3:3:", "10:20:10,14,15", "818:819:818"] {
            assert_eq!(Snapshot::parse(text).unwrap().to_string(), text);
        }
        for broken in ["", "3", "3:3", "a:b:", "10:20:x"] {
            assert!(Snapshot::parse(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn what_is_seen_step_by_step_is_never_lost_and_never_seen_twice() {
        for earlier in 0..512_u64 {
            for later in (0..512_u64).filter(|later| later & earlier == earlier) {
                for transaction in (0..9).filter(|one| later >> one & 1 == 1 && earlier >> one & 1 == 0) {
                    let before = of(earlier).before(transaction, &of(later));
                    let with = before.clone().with(transaction);
                    for one in 0..9 {
                        let was_seen = earlier >> one & 1 == 1 || later >> one & 1 == 1 && one < transaction;
                        assert_eq!(before.sees(one), was_seen, "{earlier:b} {later:b} {transaction} {one}");
                        assert_eq!(
                            with.sees(one),
                            was_seen || one == transaction,
                            "{earlier:b} {later:b} {transaction} {one}"
                        );
                    }
                    for seen in [before, with] {
                        assert!(seen.open.is_sorted() && seen.lowest() <= seen.next, "{seen}");
                    }
                }
            }
        }
    }
}

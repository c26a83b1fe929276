//! Shares of tax by rate, by running totals.

/// Shares what went back so far, `before` and `now`, over the taxes of a whole; the answer is what `now` adds to each. The
/// shares sum to `now - before`, and those of all steps up to the whole are the taxes themselves.
pub(crate) fn step(taxes: &[i64], before: i64, now: i64) -> Vec<i64> {
    let (first, last) = (share(taxes, before), share(taxes, now));
    first.into_iter().zip(last).map(|(first, last)| last - first).collect()
}

/// Each share ends where the running total of the taxes, scaled down to `part`, is cut.
fn share(taxes: &[i64], part: i64) -> Vec<i64> {
    let whole: i64 = taxes.iter().sum();
    let (mut running, mut given) = (0_i64, 0_i64);
    let mut one = |tax: &i64| {
        running += tax;
        let end = scaled(running, part, whole);
        let own = end - given;
        given = end;
        own
    };
    taxes.iter().map(&mut one).collect()
}

/// `running × part ÷ whole`, rounded down; a tax of nothing has no shares.
pub(crate) fn scaled(running: i64, part: i64, whole: i64) -> i64 {
    let exact = (i128::from(running) * i128::from(part)).checked_div(i128::from(whole));
    exact.and_then(|exact| i64::try_from(exact).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_tax_of_nothing_has_no_shares() {
        assert_eq!(step(&[], 0, 0), Vec::<i64>::new());
        assert_eq!(step(&[0, 0], 0, 0), [0, 0]);
    }

    proptest! {
        #[test]
        fn steps_sum_to_the_whole(taxes in prop::collection::vec(0_i64..1_000_000, 1..5), cuts in prop::collection::vec(0_u8..=100, 0..5)) {
            let whole: i64 = taxes.iter().sum();
            let mut ends: Vec<i64> = cuts.iter().map(|cut| whole * i64::from(*cut) / 100).collect();
            ends.sort_unstable();
            ends.push(whole);
            let (mut before, mut sums) = (0, vec![0; taxes.len()]);
            for end in ends {
                let step = step(&taxes, before, end);
                prop_assert_eq!(step.iter().sum::<i64>(), end - before);
                for (sum, one) in sums.iter_mut().zip(&step) {
                    *sum += one;
                }
                before = end;
            }
            prop_assert_eq!(sums, taxes);
        }
    }
}

//! Tax of amounts that are already discounted: each rate rounded on each line, or once for the order and spread.

use std::collections::BTreeMap;

use kernel::{Money, MoneyError, Rounding, TaxRounding};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use tax::Rate;

/// An amount and the rates it is taxed at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taxable<'a> {
    pub(crate) amount: Money,
    pub(crate) rates: &'a [Rate],
}

/// The tax of every amount by its rates, in the same order as `taxables` and their `rates`.
///
/// Taxes are never negative, and an amount that includes its tax is never less than it.
pub(crate) fn taxes_of(
    taxables: &[Taxable<'_>],
    included: bool,
    rounding: TaxRounding,
) -> Result<Vec<Vec<Money>>, MoneyError> {
    let mut taxes: Vec<Vec<Money>> = taxables.iter().map(|_| Vec::new()).collect();
    let positions = taxables.iter().map(|taxable| taxable.rates.len()).max().unwrap_or(0);
    for position in 0..positions {
        // Amounts that owe the same part of themselves to the same rate are rounded together.
        let mut groups: BTreeMap<(&Rate, Share), Vec<usize>> = BTreeMap::new();
        for (index, taxable) in taxables.iter().enumerate() {
            if let Some(rate) = taxable.rates.get(position) {
                let share = Share::of(taxable.rates, position, included)?;
                groups.entry((rate, share)).or_default().push(index);
            }
        }
        for ((_, share), members) in groups {
            let room: Vec<(usize, Money, Money)> = members
                .into_iter()
                .filter_map(|index| Some((index, taxables.get(index)?, taxes.get(index)?)))
                .map(|(index, taxable, before)| {
                    let left = if included {
                        left_of(taxable.amount, before)?
                    } else {
                        Money::new(i64::MAX, taxable.amount.currency())
                    };
                    Ok((index, taxable.amount, left))
                })
                .collect::<Result<_, MoneyError>>()?;
            for (index, tax) in share.round(&room, rounding)? {
                if let Some(line) = taxes.get_mut(index) {
                    line.push(tax);
                }
            }
        }
    }
    Ok(taxes)
}

/// A price without the taxes that it contains, for a buyer who need not pay them.
pub(crate) fn without_tax(price: Money, rates: &[Rate]) -> Result<Money, MoneyError> {
    let taxable = Taxable { amount: price, rates };
    let taxes = taxes_of(&[taxable], true, TaxRounding::Line)?;
    left_of(price, &taxes.concat())
}

/// What is left of an amount after the taxes found so far.
fn left_of(amount: Money, taxes: &[Money]) -> Result<Money, MoneyError> {
    taxes.iter().try_fold(amount, |left, tax| left.minus(*tax))
}

/// The part of an amount that one of its rates takes: `numerator / denominator`, kept apart so that nothing is rounded
/// before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Share {
    numerator: Decimal,
    denominator: Decimal,
}

impl Share {
    /// A rate takes its fraction of the net amount; a compound one of the net amount and the taxes before it. Of a
    /// gross amount it takes that divided by one and all the fractions.
    fn of(rates: &[Rate], position: usize, included: bool) -> Result<Self, MoneyError> {
        let mut sum = Decimal::ZERO;
        let mut numerator = Decimal::ZERO;
        for (index, rate) in rates.iter().enumerate() {
            let base = if rate.compound {
                Decimal::ONE + sum
            } else {
                Decimal::ONE
            };
            let part = base.checked_mul(rate.rate).ok_or(MoneyError::Overflow)?;
            if index == position {
                numerator = part;
            }
            sum = sum.checked_add(part).ok_or(MoneyError::Overflow)?;
        }
        Ok(Self {
            numerator,
            denominator: if included { Decimal::ONE + sum } else { Decimal::ONE },
        })
    }

    fn take(self, amount: Money) -> Result<Money, MoneyError> {
        let exact = Decimal::from(amount.minor())
            .checked_mul(self.numerator)
            .and_then(|product| product.checked_div(self.denominator))
            .ok_or(MoneyError::Overflow)?;
        Money::new(1, amount.currency()).at_rate_in_practice(exact, Rounding::HalfUp)
    }

    /// The tax of each of `(index, amount, most it can be)`.
    fn round(self, room: &[(usize, Money, Money)], rounding: TaxRounding) -> Result<Vec<(usize, Money)>, MoneyError> {
        match rounding {
            TaxRounding::Line => room
                .iter()
                .map(|(index, amount, most)| Ok((*index, self.take(*amount)?.min(*most)?)))
                .collect(),
            TaxRounding::Order => {
                let Some((_, first, _)) = room.first() else {
                    return Ok(Vec::new());
                };
                let whole = Money::sum(first.currency(), room.iter().map(|(_, amount, _)| *amount))?;
                let weights: Vec<u64> = room
                    .iter()
                    .map(|(_, amount, _)| amount.minor().to_u64().unwrap_or_default())
                    .collect();
                let parts = self.take(whole)?.allocate(&weights);
                let most: Vec<Money> = room.iter().map(|(_, _, most)| *most).collect();
                let parts = within(parts, &most)?;
                Ok(room.iter().map(|(index, _, _)| *index).zip(parts).collect())
            }
        }
    }
}

/// Moves what exceeds the most that a part can be to the first parts that have room for it. It takes several rates in
/// the price of a line of one or two minor units to come to that.
fn within(mut parts: Vec<Money>, most: &[Money]) -> Result<Vec<Money>, MoneyError> {
    let Some(first) = parts.first() else { return Ok(parts) };
    let mut surplus = Money::zero(first.currency());
    for (part, most) in parts.iter_mut().zip(most) {
        let kept = part.min(*most)?;
        surplus = surplus.plus(part.minus(kept)?)?;
        *part = kept;
    }
    for (part, most) in parts.iter_mut().zip(most) {
        let moved = surplus.min(most.minus(*part)?)?;
        *part = part.plus(moved)?;
        surplus = surplus.minus(moved)?;
    }
    Ok(parts)
}

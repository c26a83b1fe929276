//! Which coupons apply and what they take off: the conditions, then the best coupon of each lane.

use std::cmp::Reverse;

use kernel::{Money, MoneyError, Rounding, Time};
use rust_decimal::prelude::ToPrimitive;

use crate::{
    Coupon, CouponFacts, CouponKind, CouponOutcome, CouponReason, CouponResult, Discount, Lane, LineFacts, QuoteFacts,
};

/// The codes of a quote, once each, and what is known of them so far.
#[derive(Debug)]
pub(crate) struct Judged<'a> {
    codes: Vec<(&'a str, Verdict<'a>)>,
}

#[derive(Debug, Clone, Copy)]
enum Verdict<'a> {
    Qualified(&'a Coupon),
    Decided(CouponResult),
}

/// What one coupon takes off each of the amounts it was offered.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) discounts: Vec<Discount>,
}

impl<'a> Judged<'a> {
    /// Judges every code by the conditions that do not depend on other coupons.
    pub(crate) fn new(facts: &'a QuoteFacts, items: Money) -> Self {
        let mut codes: Vec<(&str, Verdict<'_>)> = Vec::new();
        for entered in &facts.coupons {
            if codes.iter().all(|(code, _)| *code != entered.code) {
                let verdict = match (&entered.coupon, refusal(entered, facts, items)) {
                    (Some(coupon), None) => Verdict::Qualified(coupon),
                    (_, reason) => {
                        Verdict::Decided(CouponResult::Refused(reason.unwrap_or(CouponReason::NotFound)))
                    }
                };
                codes.push((&entered.code, verdict));
            }
        }
        Self { codes }
    }

    /// Grants the best coupon of a lane and refuses the lane's others. `amounts` are what it can be taken off: one for
    /// each of `lines`, or the delivery alone with no lines. Coupons that take off the same rank by their code.
    pub(crate) fn grant(
        &mut self,
        lane: Lane,
        amounts: &[Money],
        lines: &[&LineFacts],
    ) -> Result<Option<Grant>, MoneyError> {
        let mut offers = Vec::new();
        for (index, (code, verdict)) in self.codes.iter().enumerate() {
            if let Verdict::Qualified(coupon) = verdict
                && lane_of(coupon) == lane
            {
                let parts = parts(coupon, amounts, lines)?;
                let whole = parts.iter().try_fold(0_i64, |sum, part| sum.checked_add(part.minor()));
                offers.push((Reverse(whole.ok_or(MoneyError::Overflow)?), *code, index, *coupon, parts));
            }
        }
        offers.sort_by(|one, other| (one.0, one.1).cmp(&(other.0, other.1)));
        let mut granted = None;
        for (Reverse(whole), code, index, coupon, parts) in offers {
            let result = if granted.is_none() {
                let discount = |amount| Discount { coupon: coupon.id, code: code.to_owned(), amount };
                let currency = amounts.first().map(|amount| amount.currency());
                granted = Some(Grant { discounts: parts.into_iter().map(discount).collect() });
                match currency {
                    Some(currency) => {
                        CouponResult::Applied { coupon: coupon.id, lane, amount: Money::new(whole, currency) }
                    }
                    None => CouponResult::Refused(CouponReason::NoMatchingProducts),
                }
            } else {
                CouponResult::Refused(CouponReason::NotCombinable)
            };
            if let Some((_, verdict)) = self.codes.get_mut(index) {
                *verdict = Verdict::Decided(result);
            }
        }
        Ok(granted)
    }

    /// What became of each code.
    pub(crate) fn outcomes(self) -> Vec<CouponOutcome> {
        self.codes
            .into_iter()
            .map(|(code, verdict)| CouponOutcome {
                code: code.to_owned(),
                result: match verdict {
                    Verdict::Decided(result) => result,
                    Verdict::Qualified(_) => CouponResult::Refused(CouponReason::NotCombinable),
                },
            })
            .collect()
    }
}

fn lane_of(coupon: &Coupon) -> Lane {
    match coupon.terms.kind {
        CouponKind::FreeShipping => Lane::Shipping,
        CouponKind::Percentage(_) | CouponKind::FixedAmount(_) if coupon.terms.is_restricted() => Lane::Lines,
        CouponKind::Percentage(_) | CouponKind::FixedAmount(_) => Lane::Order,
    }
}

fn refusal(entered: &CouponFacts, facts: &QuoteFacts, items: Money) -> Option<CouponReason> {
    let Some(coupon) = &entered.coupon else { return Some(CouponReason::NotFound) };
    let terms = &coupon.terms;
    let reached = |limit: Option<i64>, count: i64| limit.is_some_and(|limit| count >= limit);
    let matches = |line: &LineFacts| terms.is_for(line.product, &line.collections);
    let before = |moment: Option<Time>| moment.is_some_and(|moment| facts.now < moment);
    if !terms.active {
        Some(CouponReason::Inactive)
    } else if before(terms.starts_at) {
        Some(CouponReason::NotStarted)
    } else if terms.ends_at.is_some() && !before(terms.ends_at) {
        Some(CouponReason::Expired)
    } else if reached(terms.total_limit, coupon.used_count) {
        Some(CouponReason::UsageLimitReached)
    } else if reached(terms.customer_limit, entered.customer_uses) {
        Some(CouponReason::CustomerLimitReached)
    } else if terms.minimum.is_some_and(|minimum| items.minor() < minimum.minor()) {
        Some(CouponReason::MinimumNotReached)
    } else if !facts.lines.iter().any(matches) {
        Some(CouponReason::NoMatchingProducts)
    } else {
        None
    }
}

/// What a coupon takes off each amount: worked out and rounded on their sum, then spread by largest remainder.
fn parts(coupon: &Coupon, amounts: &[Money], lines: &[&LineFacts]) -> Result<Vec<Money>, MoneyError> {
    let Some(currency) = amounts.first().map(|amount| amount.currency()) else { return Ok(Vec::new()) };
    let terms = &coupon.terms;
    let counts = |index: usize| lines.get(index).is_none_or(|line| terms.is_for(line.product, &line.collections));
    let zero = Money::zero(currency);
    let bases: Vec<Money> =
        amounts.iter().enumerate().map(|(index, amount)| if counts(index) { *amount } else { zero }).collect();
    let base = Money::sum(currency, bases.iter().copied())?;
    let wanted = match terms.kind {
        CouponKind::Percentage(fraction) => base.at_rate(fraction, Rounding::HalfUp)?,
        CouponKind::FixedAmount(amount) => amount,
        CouponKind::FreeShipping => base,
    };
    let whole = wanted.min(terms.cap.unwrap_or(wanted))?.min(base)?;
    if whole.is_zero() {
        return Ok(bases.iter().map(|_| zero).collect());
    }
    let weights: Vec<u64> = bases.iter().map(|base| base.minor().to_u64().unwrap_or_default()).collect();
    Ok(whole.allocate(&weights))
}

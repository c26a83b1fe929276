//! Which coupons apply and what they take off: the conditions, then the best coupon of each lane.

use kernel::{Currency, Money, MoneyError, Rounding, Time};
use rust_decimal::prelude::ToPrimitive;

use crate::{
    Coupon, CouponFacts, CouponKind, CouponOutcome, CouponReason, CouponResult, Discount, Lane, LineFacts, QuoteFacts,
};

/// The codes of a quote, once each, with what became of each so far.
#[derive(Debug)]
pub(crate) struct Judged<'a> {
    currency: Currency,
    codes: Vec<Code<'a>>,
}

#[derive(Debug)]
struct Code<'a> {
    code: &'a str,
    /// The coupon, when nothing speaks against it but a better coupon in its lane.
    qualified: Option<&'a Coupon>,
    result: CouponResult,
}

impl<'a> Judged<'a> {
    /// Judges every code by the conditions that do not depend on other coupons.
    pub(crate) fn new(facts: &'a QuoteFacts, items: Money) -> Self {
        let mut codes: Vec<Code<'_>> = Vec::new();
        for entered in &facts.coupons {
            if codes.iter().all(|code| code.code != entered.code) {
                let refused = refusal(entered, facts, items);
                codes.push(Code {
                    code: &entered.code,
                    qualified: entered.coupon.as_ref().filter(|_| refused.is_none()),
                    result: CouponResult::Refused(refused.unwrap_or(CouponReason::NotCombinable)),
                });
            }
        }
        Self {
            currency: facts.currency,
            codes,
        }
    }

    /// Applies the best coupon of a lane; the lane's others stay refused. `amounts` are what it can be taken off: one
    /// for each of `lines`, or the delivery with no lines. Coupons that take off the same rank by their code. The
    /// answer has one discount for each amount, or none when no coupon applies.
    pub(crate) fn apply_best(
        &mut self,
        lane: Lane,
        amounts: &[Money],
        lines: &[&LineFacts],
    ) -> Result<Vec<Discount>, MoneyError> {
        let currency = self.currency;
        let mut best: Option<(Money, &mut Code<'a>, &Coupon, Vec<Money>)> = None;
        for code in &mut self.codes {
            let Some(coupon) = code.qualified.filter(|coupon| lane_of(coupon) == lane) else {
                continue;
            };
            let parts = parts(coupon, currency, amounts, lines)?;
            let whole = Money::sum(currency, parts.iter().copied())?;
            let better = best.as_ref().is_none_or(|(most, other, _, _)| {
                whole.minor() > most.minor() || (whole == *most && code.code < other.code)
            });
            if better {
                best = Some((whole, code, coupon, parts));
            }
        }
        let Some((amount, code, coupon, parts)) = best else {
            return Ok(Vec::new());
        };
        code.result = CouponResult::Applied {
            coupon_id: coupon.id,
            lane,
            amount,
        };
        let discount = |amount| Discount {
            coupon_id: coupon.id,
            code: code.code.to_owned(),
            amount,
        };
        Ok(parts.into_iter().map(discount).collect())
    }

    /// What became of each code.
    pub(crate) fn outcomes(self) -> Vec<CouponOutcome> {
        let outcome = |code: Code<'_>| CouponOutcome {
            code: code.code.to_owned(),
            result: code.result,
        };
        self.codes.into_iter().map(outcome).collect()
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
    let Some(coupon) = &entered.coupon else {
        return Some(CouponReason::NotFound);
    };
    let terms = &coupon.terms;
    let reached = |limit: Option<i64>, count: i64| limit.is_some_and(|limit| count >= limit);
    let matches = |line: &LineFacts| terms.is_for(line.product_id, &line.collection_ids);
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
fn parts(
    coupon: &Coupon,
    currency: Currency,
    amounts: &[Money],
    lines: &[&LineFacts],
) -> Result<Vec<Money>, MoneyError> {
    let terms = &coupon.terms;
    let counts = |index: usize| {
        lines
            .get(index)
            .is_none_or(|line| terms.is_for(line.product_id, &line.collection_ids))
    };
    let zero = Money::zero(currency);
    let bases: Vec<Money> = amounts
        .iter()
        .enumerate()
        .map(|(index, amount)| if counts(index) { *amount } else { zero })
        .collect();
    let base = Money::sum(currency, bases.iter().copied())?;
    let wanted = match terms.kind {
        CouponKind::Percentage(fraction) => base.at_rate_in_practice(fraction, Rounding::HalfUp)?,
        CouponKind::FixedAmount(amount) => amount,
        CouponKind::FreeShipping => base,
    };
    let whole = wanted.min(terms.cap.unwrap_or(wanted))?.min(base)?;
    if whole.is_zero() {
        return Ok(bases.iter().map(|_| zero).collect());
    }
    let weights: Vec<u64> = bases
        .iter()
        .map(|base| base.minor().to_u64().unwrap_or_default())
        .collect();
    Ok(whole.allocate(&weights))
}

//! What orders take while they are placed: stock, what is left of their customers' quotas, and the uses of their coupons.
//! Decided for one after the other, in the order they came, and written for all at once.

use std::collections::HashSet;

use database::Ctx;
use inventory::{Demand, Holder, QuotaDemand, QuotaError, Stock, TakeQuota};
use kernel::{CouponId, EmailAddress};
use pricing::{Redeem, RedeemError, Uses};

use crate::{PlaceOrderError, open::Candidate, place_order_flow::payment_window};

/// Candidates that do not get what they need, and why.
pub(crate) type Refused<'a> = Vec<(Candidate<'a>, PlaceOrderError)>;

/// Takes everything for those for whom there is enough. Whoever is refused takes nothing.
pub(crate) async fn claim<'a>(
    ctx: &mut Ctx,
    candidates: Vec<Candidate<'a>>,
) -> Result<(Vec<Candidate<'a>>, Refused<'a>), PlaceOrderError> {
    if candidates.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let demands: Vec<Demand> = candidates.iter().flat_map(demands_of).collect();
    let carts: Vec<Holder> = candidates.iter().map(cart_of).collect();
    let mut taking = Taking {
        stock: Stock::lock(ctx, &demands, &carts).await?,
        customers: HashSet::new(),
        uses: Uses::default(),
    };
    let (mut claimed, mut refused) = (Vec::new(), Vec::new());
    for candidate in candidates {
        match taking.decide(&candidate) {
            Ok(()) => claimed.push(candidate),
            Err(why) => refused.push((candidate, why)),
        }
    }
    let until = ctx.now() + payment_window(ctx.store());
    taking.stock.write(ctx, until).await?;
    take_quotas(ctx, &claimed).await?;
    redeem(ctx, &claimed).await?;
    Ok((claimed, refused))
}

struct Taking {
    stock: Stock,
    /// Customers who took of a quota in this batch.
    customers: HashSet<EmailAddress>,
    uses: Uses,
}

impl Taking {
    fn decide(&mut self, candidate: &Candidate<'_>) -> Result<(), PlaceOrderError> {
        let view = &candidate.view;
        let limited = view.customer_key.as_ref().filter(|_| !view.quota_demands().is_empty());
        if limited.is_some_and(|customer| self.customers.contains(customer)) {
            // What is left of the quota is known again when the first order stands.
            return Err(database::Error::apart().into());
        }
        let coupons = view.quote.applied_coupons();
        let redemption = redemption_of(candidate, &coupons);
        self.uses.check(&view.coupons, redemption).map_err(used_up)?;
        let demands: Vec<Demand> = demands_of(candidate).collect();
        self.stock
            .reserve(candidate.order_id.into(), &[cart_of(candidate)], &demands)
            .map_err(PlaceOrderError::OutOfStock)?;
        self.uses.note(redemption);
        self.customers.extend(limited.cloned());
        Ok(())
    }
}

fn cart_of(candidate: &Candidate<'_>) -> Holder {
    Holder::Cart(candidate.view.cart.id)
}

fn demands_of(candidate: &Candidate<'_>) -> impl Iterator<Item = Demand> {
    candidate.view.lines.iter().map(|line| Demand {
        variant_id: line.line.variant_id,
        quantity: line.line.quantity.get(),
    })
}

fn redemption_of<'a>(candidate: &'a Candidate<'_>, coupon_ids: &'a [CouponId]) -> Redeem<'a> {
    Redeem {
        order_id: candidate.order_id,
        coupon_ids,
        customer_key: &candidate.email,
    }
}

async fn take_quotas(ctx: &mut Ctx, claimed: &[Candidate<'_>]) -> Result<(), PlaceOrderError> {
    let demands: Vec<Vec<QuotaDemand>> = claimed.iter().map(|one| one.view.quota_demands()).collect();
    let take = |(one, demands)| {
        let (one, demands): (&Candidate<'_>, &Vec<QuotaDemand>) = (one, demands);
        Some((
            one.order_id,
            one.view.customer_key.as_ref()?.as_str(),
            demands.as_slice(),
        ))
    };
    let takes: Vec<TakeQuota<'_>> = claimed
        .iter()
        .zip(&demands)
        .filter_map(take)
        .map(|(order_id, customer_key, demands)| TakeQuota {
            order_id,
            customer_key,
            demands,
        })
        .collect();
    match inventory::take_all_quotas(ctx, &takes).await {
        Ok(()) => Ok(()),
        Err(QuotaError::Reached) => Err(PlaceOrderError::CustomerMaximumReached),
        Err(QuotaError::Internal(error)) => Err(error.into()),
    }
}

async fn redeem(ctx: &mut Ctx, claimed: &[Candidate<'_>]) -> Result<(), PlaceOrderError> {
    let coupons: Vec<Vec<CouponId>> = claimed.iter().map(|one| one.view.quote.applied_coupons()).collect();
    let redemptions: Vec<Redeem<'_>> = claimed
        .iter()
        .zip(&coupons)
        .map(|(one, coupons)| redemption_of(one, coupons))
        .collect();
    pricing::redeem_all(ctx, &redemptions).await.map_err(used_up)
}

fn used_up(error: RedeemError) -> PlaceOrderError {
    match error {
        RedeemError::UsageLimitReached | RedeemError::CustomerLimitReached => PlaceOrderError::CouponUsedUp,
        RedeemError::Internal(error) => error.into(),
    }
}

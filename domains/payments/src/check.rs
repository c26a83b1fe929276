//! Finds payments that the ledger does not know, and what nobody would ever ask the gateway about.

use std::collections::BTreeMap;

use database::{Ctx, Error};
use kernel::{AttemptId, CaptureId, Currency, Money, OrderId, PaymentMethodId, RefundId};
use ledger::Account;

use crate::store::audit;

/// What an attempt was to take for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// The order it is for.
    pub order_id: OrderId,
    /// Who was asked; [`crate::ELSEWHERE`] when it was paid before the order was taken over.
    pub gateway: String,
    /// What was to be taken.
    pub amount: Money,
    /// What of it was taken.
    pub captured: Money,
}

/// What every attempt was to take, for checkout to compare with the orders.
pub async fn list_asked(ctx: &mut Ctx) -> Result<Vec<Asked>, Error> {
    let rows = audit::list_asked(ctx).await?.into_iter();
    rows.map(|row| {
        let currency =
            Currency::parse(&row.currency).map_err(|_e| Error::corrupt("attempts.currency", &row.currency))?;
        Ok(Asked {
            attempt_id: row.id,
            order_id: row.order_id,
            gateway: row.gateway,
            amount: Money::new(row.amount, currency),
            captured: Money::new(row.captured, currency),
        })
    })
    .collect()
}

/// One sentence for every order where captures less fees and refunds are not what the ledger has, and for every attempt,
/// capture, refund and saved card that is in between states or counts its parts wrongly.
pub async fn check(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let mut violations = compare_with_ledger(ctx).await?;
    for orphan in audit::list_orphans(ctx).await? {
        let name = match orphan.what.as_str() {
            "attempt" => format!("payment attempt {}", AttemptId::from(orphan.id)),
            "capture" => format!("capture {}", CaptureId::from(orphan.id)),
            "saving" => format!("the card to be saved of payment attempt {}", AttemptId::from(orphan.id)),
            "method" => format!("saved card {}", PaymentMethodId::from(orphan.id)),
            _ => format!("refund {}", RefundId::from(orphan.id)),
        };
        violations.push(match orphan.check_at {
            Some(check_at) => format!(
                "{name} is {} and should have been asked about at {check_at}",
                orphan.state
            ),
            None => format!("{name} is {} and nobody will ask about it", orphan.state),
        });
    }
    for row in audit::list_wrong_sums(ctx).await? {
        violations.push(format!(
            "payment attempt {}: {} is {} but should be {}",
            row.id, row.what, row.stored, row.summed
        ));
    }
    Ok(violations)
}

async fn compare_with_ledger(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let mut by_order: BTreeMap<(OrderId, String, &str), (i64, i64)> = BTreeMap::new();
    for row in audit::list_taken(ctx).await? {
        let currency =
            Currency::parse(&row.currency).map_err(|_e| Error::corrupt("attempts.currency", &row.currency))?;
        by_order
            .entry((row.order_id, row.gateway, currency.code()))
            .or_default()
            .0 += row.amount;
    }
    for line in ledger::list_order_balances(ctx).await? {
        if let Account::Gateway(gateway) = line.account {
            let key = (line.order_id, gateway, line.balance.currency().code());
            by_order.entry(key).or_default().1 += line.balance.minor();
        }
    }
    let differing = by_order
        .into_iter()
        .filter(|(_, (payments, ledger))| payments != ledger);
    Ok(differing
        .map(|((order_id, gateway, currency), (payments, ledger))| {
            let shown = |minor| match Currency::parse(currency) {
                Ok(currency) => Money::new(minor, currency).to_string(),
                Err(_) => format!("{minor} {currency}"),
            };
            format!(
                "order {order_id}: {gateway} took {} by its attempts and {} by the ledger",
                shown(payments),
                shown(ledger)
            )
        })
        .collect())
}

//! Finds orders whose amounts do not add up, and those that say of their payment what their money does not.

use database::{Ctx, Error};
use kernel::{Currency, Money, OrderId};

use crate::{
    PaymentEvent, PaymentStatus,
    store::audit::{self, MoneyRow},
};

/// What the payment of an order can be while no money of it has moved.
const UNMOVED: &[PaymentStatus] = &[
    PaymentStatus::Pending,
    PaymentStatus::Authorized,
    PaymentStatus::Failed,
    PaymentStatus::Voided,
];

/// What an order costs, and what it was paid and has not given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The order.
    pub order_id: OrderId,
    /// Its number.
    pub number: String,
    /// What it costs.
    pub total: Money,
    /// What it has of its money.
    pub amount: Money,
}

/// What every order says it costs and has of its money, for checkout to compare with payments and books.
pub async fn list_kept(ctx: &mut Ctx) -> Result<Vec<Kept>, Error> {
    let rows = audit::list_money(ctx).await?.into_iter();
    rows.map(|row| {
        let currency = Currency::parse(&row.currency).map_err(|_e| Error::corrupt("orders.currency", &row.currency))?;
        Ok(Kept {
            order_id: row.id,
            number: row.number,
            total: Money::new(row.total, currency),
            amount: Money::new(row.paid - row.refunded, currency),
        })
    })
    .collect()
}

/// One sentence for every total that is not the sum of its parts, for every line that counts its parcels or refunds wrongly,
/// for every parcel that waits with what is not to be shipped, and for every payment that stands otherwise than its money
/// says. Amounts are in minor units.
pub async fn check(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let wrong = audit::list_wrong(ctx).await?.into_iter().map(|row| {
        format!(
            "order {}: {} is {} but should be {}",
            row.number, row.what, row.stored, row.summed
        )
    });
    let mut violations: Vec<String> = wrong.collect();
    violations.extend(audit::list_money(ctx).await?.iter().filter_map(contradiction));
    Ok(violations)
}

/// What an order says of its payment that its money does not. What was taken over stands as it was stated.
fn contradiction(row: &MoneyRow) -> Option<String> {
    let (number, stated) = (&row.number, row.payment_status.as_str());
    let event = PaymentEvent::of_money(row.total, row.paid, row.refunded);
    let due = PaymentStatus::Pending.next(event).ok()?.as_str();
    let has_moved = row.paid > 0 || row.refunded > 0;
    let fits = if has_moved {
        stated == due
    } else {
        UNMOVED.iter().any(|status| status.as_str() == stated) || (row.total == 0 && stated == due)
    };
    if fits || row.taken_over {
        None
    } else if has_moved {
        Some(format!(
            "order {number}: its payment is {stated}, but by its money it is {due}"
        ))
    } else {
        Some(format!(
            "order {number}: its payment is {stated}, but no money came for it"
        ))
    }
}

#[cfg(test)]
mod tests {
    use kernel::{SeededEntropy, Time, TypedId as _};

    use super::*;

    fn of(status: PaymentStatus, [total, paid, refunded]: [i64; 3]) -> MoneyRow {
        MoneyRow {
            id: OrderId::generate(Time::UNIX_EPOCH, &SeededEntropy::new(1)),
            number: "ORD-1".to_owned(),
            currency: "USD".to_owned(),
            payment_status: status.as_str().to_owned(),
            total,
            paid,
            refunded,
            taken_over: false,
        }
    }

    /// The statuses that fit a total, what was paid and what went back.
    fn fitting(amounts: [i64; 3]) -> Vec<PaymentStatus> {
        let all = PaymentStatus::ALL.iter().copied();
        all.filter(|status| contradiction(&of(*status, amounts)).is_none())
            .collect()
    }

    #[test]
    fn a_payment_stands_as_its_money_says() {
        assert_eq!(fitting([900, 900, 0]), [PaymentStatus::Paid]);
        assert_eq!(fitting([900, 400, 0]), [PaymentStatus::PartiallyPaid]);
        assert_eq!(fitting([900, 900, 100]), [PaymentStatus::PartiallyRefunded]);
        assert_eq!(fitting([900, 900, 900]), [PaymentStatus::Refunded]);
        assert_eq!(fitting([900, 0, 0]), UNMOVED);
        let free = fitting([0, 0, 0]);
        assert_eq!(free.len(), UNMOVED.len() + 1);
        assert!(free.contains(&PaymentStatus::Paid), "{free:?}");
        let stated = MoneyRow {
            taken_over: true,
            ..of(PaymentStatus::Paid, [900, 0, 0])
        };
        assert_eq!(contradiction(&stated), None);
        let unpaid = contradiction(&of(PaymentStatus::Paid, [900, 0, 0]));
        assert_eq!(
            unpaid.as_deref(),
            Some("order ORD-1: its payment is paid, but no money came for it")
        );
    }
}

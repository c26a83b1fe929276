//! What is due for the pieces that were shipped, where a store takes the money with the parcel.

use kernel::{Money, MoneyError, Rounding};
use pricing::{RefundShare, RefundShareError, SoldLine, refund_share};
use rust_decimal::Decimal;

use crate::{OrderAndLines, OrderLine};

/// What the pieces that have left come to: each line's share with its discount and tax, by the running totals that refunds
/// use, and as much of the delivery as their part of the goods. What needs no parcel is due with the first; when nothing is
/// left to ship all of the order is due. It never shrinks while parcels leave, so each parcel's money is the difference to
/// what was taken before, and all of them sum to the total.
pub fn shipped_due(sold: &OrderAndLines) -> Result<Money, MoneyError> {
    let order = &sold.order;
    if sold.lines.iter().all(|line| line.left_to_ship() == 0) {
        return Ok(order.total);
    }
    let none = Money::zero(order.currency);
    if sold.lines.iter().all(|line| line.fulfilled_quantity == 0) {
        return Ok(none);
    }
    let shares: Vec<Money> = sold.lines.iter().map(line_due).collect::<Result<_, _>>()?;
    let goods = Money::sum(order.currency, shares)?;
    let all_goods = Money::sum(order.currency, sold.lines.iter().map(|line| line.total))?;
    if all_goods.is_zero() {
        return Ok(goods);
    }
    let delivery = Decimal::from(order.shipping_charged()?.minor())
        .checked_mul(Decimal::from(goods.minor()))
        .and_then(|product| product.checked_div(Decimal::from(all_goods.minor())))
        .ok_or(MoneyError::Overflow)?;
    goods.plus(Money::new(1, order.currency).at_rate_in_practice(delivery, Rounding::Down)?)
}

fn line_due(line: &OrderLine) -> Result<Money, MoneyError> {
    if !line.requires_shipping {
        return Ok(line.total);
    }
    let sold = SoldLine {
        quantity: line.quantity,
        total: line.total,
        tax: line.tax,
    };
    match refund_share(
        &sold,
        &RefundShare::none(line.total.currency()),
        line.fulfilled_quantity,
    ) {
        Ok(share) => Ok(share.amount),
        Err(RefundShareError::NothingAsked | RefundShareError::TooMany { .. }) => {
            Ok(Money::zero(line.total.currency()))
        }
        Err(RefundShareError::Money(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use kernel::Currency;
    use proptest::prelude::*;

    use super::*;
    use crate::sample::sold;

    fn due(sold: &OrderAndLines) -> i64 {
        shipped_due(sold).unwrap().minor()
    }

    #[test]
    fn a_parcel_is_due_with_its_part_of_discount_tax_and_delivery() {
        // Three for 10.00 and one for 5.01, delivered for 5.99.
        let mut sold = sold(&[(3, 1_000, 83), (1, 501, 0)], 599);
        assert_eq!(due(&sold), 0, "nothing has left");
        sold.lines[0].fulfilled_quantity = 1;
        // A third of 9.17 and of 0.83, and 332 of 1501 parts of the delivery.
        assert_eq!(due(&sold), 305 + 27 + 132);
        sold.lines[0].fulfilled_quantity = 3;
        assert_eq!(due(&sold), 1_000 + 399);
        sold.lines[1].fulfilled_quantity = 1;
        assert_eq!(due(&sold), sold.order.total.minor());
    }

    #[test]
    fn a_part_of_a_delivery_in_rupiah_can_be_paid() {
        let rupiah = |minor| Money::new(minor, Currency::IDR);
        let mut sold = sold(&[(3, 1_000_000, 0)], 0);
        sold.order.currency = Currency::IDR;
        let nothing = rupiah(0);
        for amount in [
            &mut sold.order.shipping_discount,
            &mut sold.order.shipping_tax,
            &mut sold.lines[0].tax,
        ] {
            *amount = nothing;
        }
        sold.order.shipping_total = rupiah(1_000_100);
        sold.order.total = rupiah(2_000_100);
        sold.lines[0].total = rupiah(1_000_000);
        sold.lines[0].fulfilled_quantity = 1;
        // 3,333 rupiah of the goods and as much of the delivery, without sen.
        assert_eq!(shipped_due(&sold).unwrap(), rupiah(666_600));
    }

    #[test]
    fn what_needs_no_parcel_is_due_with_the_first_and_alone_at_once() {
        let mut sold = sold(&[(2, 1_000, 0), (1, 500, 0)], 0);
        sold.lines[1].requires_shipping = false;
        assert_eq!(due(&sold), 0);
        sold.lines[0].fulfilled_quantity = 1;
        assert_eq!(due(&sold), 1_000);
        sold.lines[0].requires_shipping = false;
        sold.lines[0].fulfilled_quantity = 0;
        assert_eq!(due(&sold), 1_500);
    }

    proptest! {
        /// Whatever leaves in whatever parcels, what is due grows to exactly the total.
        #[test]
        fn parcels_sum_to_the_total(
            lines in prop::collection::vec((1_i64..12, 0_i64..1_000_000, 0_i64..200_000, any::<bool>()), 1..6),
            shipping in 0_i64..10_000,
            steps in prop::collection::vec((any::<prop::sample::Index>(), 1_i64..4), 0..40),
        ) {
            let amounts: Vec<_> = lines.iter().map(|(quantity, net, tax, _)| (*quantity, net + tax, *tax)).collect();
            let mut sold = sold(&amounts, shipping);
            for (line, (.., parcelled)) in sold.lines.iter_mut().zip(&lines) {
                line.requires_shipping = *parcelled;
            }
            let mut before = Money::zero(Currency::USD);
            let rest = (0..lines.len()).map(|line| (line, 12));
            for (line, pieces) in steps.iter().map(|(index, pieces)| (index.index(lines.len()), *pieces)).chain(rest) {
                let line = &mut sold.lines[line];
                line.fulfilled_quantity += pieces.min(line.left_to_ship());
                let now = shipped_due(&sold).unwrap();
                prop_assert!(now.minor() >= before.minor(), "{now} after {before}");
                prop_assert!(now.minor() <= sold.order.total.minor());
                before = now;
            }
            prop_assert_eq!(before, sold.order.total);
        }
    }
}

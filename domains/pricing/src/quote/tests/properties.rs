//! What holds for every quote, over carts that chance makes up.

use proptest::prelude::*;

use super::*;

fn any_taxes() -> impl Strategy<Value = Vec<Rate>> {
    prop_oneof![
        Just(Vec::new()),
        Just(vec![rate("Sales tax", "0.0725")]),
        Just(vec![rate("VAT", "0.2")]),
        Just(vec![rate("GST", "0.05"), rate("PST", "0.07")]),
        Just(vec![rate("GST", "0.05"), rate("compound QST", "0.09975")]),
        Just(vec![
            rate("One", "0.3"),
            rate("Two", "0.3"),
            rate("compound three", "0.25")
        ]),
    ]
}

/// Up to seven lines; lines of one variant are alike but for their quantity, as in a cart.
fn any_lines() -> impl Strategy<Value = Vec<LineFacts>> {
    let variants = prop::collection::vec((prop_oneof![0_i64..4, 0_i64..500_000], any_taxes()), 4);
    let picks = prop::collection::vec((0_usize..4, 1_i64..20), 0..8);
    (variants, picks).prop_map(|(variants, picks)| {
        let made = |(variant, quantity): (usize, i64)| {
            let (price, taxes) = &variants[variant];
            line(u128::try_from(variant).unwrap() + 1, quantity, usd(*price), taxes)
        };
        picks.into_iter().map(made).collect()
    })
}

fn any_coupon() -> impl Strategy<Value = CouponFacts> {
    let kind = prop_oneof![
        (1_i64..=100).prop_map(|percent| CouponKind::Percentage(Decimal::new(percent, 2))),
        (1_i64..100_000).prop_map(|amount| CouponKind::FixedAmount(usd(amount))),
        Just(CouponKind::FreeShipping),
    ];
    let minimum = prop::option::of((0_i64..300_000).prop_map(usd));
    let cap = prop::option::of((1_i64..5_000).prop_map(usd));
    let products = prop::collection::vec(
        (1_u128..5).prop_map(|number| ProductId::from(Uuid::from_u128(number))),
        0..3,
    );
    (0_u8..26, kind, minimum, cap, products).prop_map(|(letter, kind, minimum, cap, products)| {
        let code = format!("C{}", char::from(b'A' + letter));
        coupon(
            &code,
            CouponTerms {
                minimum,
                cap,
                products,
                ..CouponTerms::of(kind)
            },
        )
    })
}

fn any_facts() -> impl Strategy<Value = QuoteFacts> {
    let shipping = prop::option::of((0_i64..5_000, any_taxes()));
    let rounding = prop_oneof![Just(TaxRounding::Line), Just(TaxRounding::Order)];
    let coupons = prop::collection::vec(any_coupon(), 0..5);
    (any_lines(), shipping, rounding, coupons, any::<bool>()).prop_map(
        |(lines, shipping, tax_rounding, coupons, prices_include_tax)| QuoteFacts {
            shipping: shipping.map(|(price, taxes)| ShippingFacts {
                price: usd(price),
                taxes,
            }),
            tax_rounding,
            coupons,
            prices_include_tax,
            ..facts(Currency::USD, lines)
        },
    )
}

fn sum(amounts: impl IntoIterator<Item = Money>) -> i64 {
    amounts.into_iter().map(Money::minor).sum()
}

fn totals(quote: &Quote) -> Vec<i64> {
    minors([
        quote.items_total,
        quote.discount_total,
        quote.shipping_total,
        quote.shipping_discount,
        quote.tax_total,
        quote.total,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_column_sums_to_its_total(facts in any_facts()) {
        let quote = quote(&facts).unwrap();
        let (lines, shipping) = (&quote.lines, &quote.shipping);
        prop_assert_eq!(sum(lines.iter().map(|line| line.subtotal)), quote.items_total.minor());
        prop_assert_eq!(sum(lines.iter().map(|line| line.discount)), quote.discount_total.minor());
        let tax = lines.iter().map(|line| line.tax).chain(shipping.iter().map(|shipping| shipping.tax));
        prop_assert_eq!(sum(tax), quote.tax_total.minor());
        prop_assert_eq!(sum(quote.taxes.iter().map(|part| part.amount)), quote.tax_total.minor());
        let total = lines.iter().map(|line| line.total).chain(shipping.iter().map(|shipping| shipping.total));
        prop_assert_eq!(sum(total), quote.total.minor());
        let granted = sum(quote.coupons.iter().filter_map(crate::CouponOutcome::amount));
        prop_assert_eq!(granted, quote.discount_total.minor() + quote.shipping_discount.minor());
        let added_tax = if facts.prices_include_tax { 0 } else { quote.tax_total.minor() };
        let left = quote.items_total.minor() - quote.discount_total.minor();
        let delivery = quote.shipping_total.minor() - quote.shipping_discount.minor();
        prop_assert_eq!(quote.total.minor(), left + delivery + added_tax);
    }

    #[test]
    fn every_line_holds_together(facts in any_facts()) {
        let quote = quote(&facts).unwrap();
        prop_assert_eq!(quote.lines.len(), facts.lines.len());
        for (line, fact) in quote.lines.iter().zip(&facts.lines) {
            prop_assert_eq!((line.variant_id, line.quantity), (fact.variant_id, fact.quantity));
            prop_assert_eq!(line.subtotal.minor(), line.unit_price.minor() * line.quantity);
            prop_assert_eq!(sum(line.discounts.iter().map(|discount| discount.amount)), line.discount.minor());
            prop_assert_eq!(sum(line.taxes.iter().map(|part| part.amount)), line.tax.minor());
            prop_assert_eq!(line.net.minor() + line.tax.minor(), line.total.minor());
            let left = line.subtotal.minor() - line.discount.minor();
            prop_assert_eq!(if facts.prices_include_tax { line.total.minor() } else { line.net.minor() }, left);
            prop_assert!(!line.discount.is_negative() && !line.tax.is_negative() && !line.net.is_negative() && left >= 0);
            prop_assert!(line.taxes.iter().all(|part| !part.amount.is_negative()));
        }
        if let Some(shipping) = &quote.shipping {
            prop_assert_eq!(shipping.net.minor() + shipping.tax.minor(), shipping.total.minor());
            prop_assert!(!shipping.net.is_negative() && !shipping.tax.is_negative());
            prop_assert!(shipping.discount.minor() <= shipping.price.minor());
        }
    }

    #[test]
    fn the_order_of_lines_and_codes_changes_no_total(facts in any_facts(), turn in 0_usize..7) {
        let mut turned = facts.clone();
        let by = turn % turned.lines.len().max(1);
        turned.lines.rotate_left(by);
        turned.lines.reverse();
        // A code entered twice counts as first entered, so only different codes may change places.
        turned.coupons.dedup_by(|one, other| one.code == other.code);
        let mut straight = QuoteFacts { coupons: Vec::new(), ..facts };
        for coupon in turned.coupons.drain(..) {
            if straight.coupons.iter().all(|other| other.code != coupon.code) {
                straight.coupons.push(coupon);
            }
        }
        turned.coupons = straight.coupons.iter().rev().cloned().collect();
        prop_assert_eq!(totals(&quote(&straight).unwrap()), totals(&quote(&turned).unwrap()));
    }

    #[test]
    fn quoting_again_with_the_coupons_that_applied_changes_nothing(facts in any_facts()) {
        let first = quote(&facts).unwrap();
        let mut again = facts.clone();
        again.coupons.retain(|coupon| first.applied_codes().contains(&coupon.code));
        let second = quote(&again).unwrap();
        prop_assert_eq!(totals(&first), totals(&second));
        prop_assert_eq!(first.lines, second.lines);
    }

    #[test]
    fn tax_is_within_the_rounding_of_its_exact_value(facts in any_facts()) {
        let quote = quote(&facts).unwrap();
        let mut exact = Decimal::ZERO;
        let mut roundings = 0;
        for (line, fact) in quote.lines.iter().zip(&facts.lines) {
            let left = Decimal::from(line.subtotal.minor() - line.discount.minor());
            let mut multiple = Decimal::ZERO;
            for rate in &fact.taxes {
                multiple += rate.rate * if rate.compound { Decimal::ONE + multiple } else { Decimal::ONE };
            }
            let base = if facts.prices_include_tax { Decimal::ONE + multiple } else { Decimal::ONE };
            exact += left * multiple / base;
            roundings += fact.taxes.len();
        }
        let of_lines = Decimal::from(sum(quote.lines.iter().map(|line| line.tax)));
        // Rounding by order may put a unit of a rate on the delivery instead of a line.
        let allowed = Decimal::from(roundings) / Decimal::TWO + Decimal::from(3);
        prop_assert!((of_lines - exact).abs() <= allowed, "{of_lines} is far from {exact}");
    }

    #[test]
    fn every_line_can_be_refunded_piece_by_piece(facts in any_facts()) {
        for line in quote(&facts).unwrap().lines {
            let sold = crate::SoldLine { quantity: line.quantity, total: line.total, tax: line.tax };
            let mut given = crate::RefundShare::none(line.total.currency());
            for quantity in 1..=line.quantity {
                let share = crate::refund_share(&sold, &given, 1).unwrap();
                let (amount, tax) = (given.amount.plus(share.amount).unwrap(), given.tax.plus(share.tax).unwrap());
                given = crate::RefundShare { quantity, amount, tax };
            }
            prop_assert_eq!((given.amount, given.tax), (line.total, line.tax));
        }
    }
}

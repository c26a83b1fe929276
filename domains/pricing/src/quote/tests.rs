mod peer_cases;

use chrono::{DateTime, TimeDelta};
use kernel::{CollectionId, CouponId, Currency, ProductId, TaxRounding, Time};
use proptest::prelude::*;
use tax::Place;
use uuid::Uuid;

use super::*;
use crate::{Coupon, CouponCode, CouponFacts, CouponKind, CouponReason, CouponResult, CouponTerms};

fn now() -> Time {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn rate(name: &str, rate: &str) -> Rate {
    Rate {
        name: name.to_owned(),
        rate: rate.parse().unwrap(),
        compound: name.starts_with("compound"),
        on_shipping: true,
        jurisdiction: Place::parse("CA").unwrap(),
    }
}

/// A line of product and variant `number`, which is in collection `number`.
fn line(number: u128, quantity: i64, unit_price: Money, taxes: &[Rate]) -> LineFacts {
    LineFacts {
        variant_id: VariantId::from(Uuid::from_u128(number)),
        product_id: ProductId::from(Uuid::from_u128(number)),
        collection_ids: vec![CollectionId::from(Uuid::from_u128(number))],
        quantity,
        unit_price,
        taxes: taxes.to_vec(),
    }
}

fn facts(currency: Currency, lines: Vec<LineFacts>) -> QuoteFacts {
    QuoteFacts {
        currency,
        prices_include_tax: false,
        tax_rounding: TaxRounding::Line,
        now: now(),
        lines,
        shipping: None,
        coupons: Vec::new(),
    }
}

fn coupon(code: &str, terms: CouponTerms) -> CouponFacts {
    let number = code.bytes().fold(0_u128, |sum, byte| sum * 256 + u128::from(byte));
    let coupon = Coupon {
        id: CouponId::from(Uuid::from_u128(number)),
        code: CouponCode::parse(code).unwrap(),
        terms,
        used_count: 3,
        version: 1,
        created_at: now(),
    };
    CouponFacts {
        code: code.to_owned(),
        coupon: Some(coupon),
        customer_uses: 1,
    }
}

fn percent(whole: i64) -> CouponTerms {
    CouponTerms::of(CouponKind::Percentage(Decimal::new(whole, 2)))
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn minors(amounts: impl IntoIterator<Item = Money>) -> Vec<i64> {
    amounts.into_iter().map(Money::minor).collect()
}

#[test]
fn a_cart_in_california_is_worked_out_by_hand() {
    let mut facts = facts(
        Currency::USD,
        vec![line(1, 2, usd(1_999), &[rate("Sales tax", "0.0725")])],
    );
    facts.shipping = Some(ShippingFacts {
        price: usd(500),
        taxes: Vec::new(),
    });
    facts.coupons = vec![coupon("SAVE10", percent(10))];
    let quote = quote(&facts).unwrap();
    // 39.98 − 3.998 rounded to 4.00 = 35.98, of which 7.25 % is 2.60855.
    assert_eq!(
        minors([
            quote.items_total,
            quote.discount_total,
            quote.shipping_total,
            quote.tax_total,
            quote.total
        ]),
        [3_998, 400, 500, 261, 4_359]
    );
    assert_eq!(quote.applied_codes(), ["SAVE10"]);
    let tax = quote.taxes.first().unwrap();
    assert_eq!(
        (tax.name.as_str(), tax.rate.to_string().as_str(), tax.amount),
        ("Sales tax", "0.0725", usd(261))
    );
}

#[test]
fn prices_with_tax_stay_what_the_shopper_saw() {
    let ppn = [rate("PPN", "0.11")];
    let idr = |rupiah: i64| Money::new(rupiah * 100, Currency::IDR);
    let mut facts = facts(Currency::IDR, vec![line(1, 1, idr(150_000), &ppn)]);
    facts.prices_include_tax = true;
    facts.shipping = Some(ShippingFacts {
        price: idr(20_000),
        taxes: ppn.to_vec(),
    });
    let quote = quote(&facts).unwrap();
    // 150,000 × 11 / 111 = 14,864.8648… and 20,000 × 11 / 111 = 1,981.98198…; nobody pays with sen.
    assert_eq!(quote.total, idr(170_000));
    assert_eq!(quote.lines[0].tax, idr(14_865));
    assert_eq!(quote.shipping.as_ref().unwrap().tax, idr(1_982));
    assert_eq!(quote.lines[0].net, idr(150_000 - 14_865));
}

#[test]
fn yen_have_no_decimals_and_dinars_three() {
    let consumption = [rate("Consumption tax", "0.1")];
    let jpy = |minor| Money::new(minor, Currency::JPY);
    let mut yen = facts(
        Currency::JPY,
        vec![line(1, 3, jpy(333), &consumption), line(2, 1, jpy(500), &consumption)],
    );
    yen.coupons = vec![coupon("OFF100", CouponTerms::of(CouponKind::FixedAmount(jpy(100))))];
    for rounding in [TaxRounding::Line, TaxRounding::Order] {
        yen.tax_rounding = rounding;
        let quote = quote(&yen).unwrap();
        // 100 over 999 and 500: 66.64 and 33.36. Tax of 932 is 93.2, of 467 46.7, of both 139.9.
        assert_eq!(
            minors(quote.lines.iter().map(|line| line.discount)),
            [67, 33],
            "{rounding:?}"
        );
        assert_eq!(
            minors(quote.lines.iter().map(|line| line.tax)),
            [93, 47],
            "{rounding:?}"
        );
        assert_eq!(quote.total, jpy(1_539), "{rounding:?}");
    }
    let kwd = Money::new(12_345, Currency::KWD);
    let dinars = quote(&facts(Currency::KWD, vec![line(1, 1, kwd, &[rate("VAT", "0.05")])])).unwrap();
    assert_eq!(dinars.total, Money::new(12_345 + 617, Currency::KWD));
}

#[test]
fn rounding_by_line_and_by_order_differ_by_what_was_rounded_away() {
    let vat = [rate("VAT", "0.05")];
    // 5 % of 0.10 is half a cent: three lines of it are 3 cents by line, and 1.5 cents, so 2, by order.
    let mut facts = facts(
        Currency::USD,
        (1..=3).map(|number| line(number, 1, usd(10), &vat)).collect(),
    );
    assert_eq!(
        minors(quote(&facts).unwrap().lines.iter().map(|line| line.tax)),
        [1, 1, 1]
    );
    facts.tax_rounding = TaxRounding::Order;
    assert_eq!(
        minors(quote(&facts).unwrap().lines.iter().map(|line| line.tax)),
        [1, 1, 0]
    );
}

#[test]
fn each_rate_is_rounded_for_itself_and_a_compound_one_counts_the_taxes_before_it() {
    let taxes = |unit_price, rates: &[Rate], included| {
        let mut facts = facts(Currency::USD, vec![line(1, 1, usd(unit_price), rates)]);
        facts.prices_include_tax = included;
        let quote = quote(&facts).unwrap();
        minors(quote.lines[0].taxes.iter().map(|part| part.amount))
    };
    let (gst, pst) = (rate("GST", "0.05"), rate("PST", "0.07"));
    assert_eq!(taxes(1_005, &[gst.clone(), pst], false), [50, 70]);
    let compound = [gst, rate("compound QST", "0.095")];
    // 9.5 % of 105.00 is 9.975.
    assert_eq!(taxes(10_000, &compound, false), [500, 998]);
    // 114.98 = net × 1.14975, net 100.0043…, GST 5.0002…, QST 9.9754….
    assert_eq!(taxes(11_498, &compound, true), [500, 998]);
}

#[test]
fn delivery_is_taxed_only_beside_taxed_goods() {
    let vat = rate("VAT", "0.2");
    let shipping = Some(ShippingFacts {
        price: usd(500),
        taxes: vec![vat.clone()],
    });
    for (taxes, expected) in [(vec![vat], 100), (Vec::new(), 0)] {
        let facts = QuoteFacts {
            shipping: shipping.clone(),
            ..facts(Currency::USD, vec![line(1, 1, usd(0), &taxes)])
        };
        assert_eq!(quote(&facts).unwrap().tax_total, usd(expected));
    }
}

#[test]
fn lanes_add_up_and_the_best_of_a_lane_wins() {
    let mut facts = facts(
        Currency::USD,
        vec![line(1, 1, usd(10_000), &[]), line(2, 1, usd(5_000), &[])],
    );
    facts.shipping = Some(ShippingFacts {
        price: usd(700),
        taxes: Vec::new(),
    });
    let only_first = |terms: CouponTerms| CouponTerms {
        products: vec![facts.lines[0].product_id],
        ..terms
    };
    let only_second = |terms: CouponTerms| CouponTerms {
        collections: facts.lines[1].collection_ids.clone(),
        ..terms
    };
    let coupons = vec![
        coupon("FIRST5", only_first(percent(5))),
        coupon("SECOND20", only_second(percent(20))),
        coupon("ALL10", percent(10)),
        coupon("OFF14", CouponTerms::of(CouponKind::FixedAmount(usd(1_400)))),
        coupon(
            "SHIP",
            CouponTerms {
                cap: Some(usd(600)),
                ..CouponTerms::of(CouponKind::FreeShipping)
            },
        ),
    ];
    facts.coupons = coupons;
    let quote = quote(&facts).unwrap();
    // SECOND20 takes 10.00 off the second line, OFF14 14.00 off 100.00 and 40.00, SHIP 6.00 off the delivery; ALL10
    // would take 14.00 too, and comes first by its code.
    let outcomes: Vec<_> = quote
        .coupons
        .iter()
        .map(|outcome| (outcome.code.as_str(), outcome.result))
        .collect();
    let id = |code: &str| coupon(code, percent(1)).coupon.unwrap().id;
    let applied = |code: &str, lane, amount| CouponResult::Applied {
        coupon_id: id(code),
        lane,
        amount: usd(amount),
    };
    let refused = CouponResult::Refused(CouponReason::NotCombinable);
    assert_eq!(
        outcomes,
        [
            ("FIRST5", refused),
            ("SECOND20", applied("SECOND20", Lane::Lines, 1_000)),
            ("ALL10", applied("ALL10", Lane::Order, 1_400)),
            ("OFF14", refused),
            ("SHIP", applied("SHIP", Lane::Shipping, 600)),
        ]
    );
    assert_eq!(minors(quote.lines.iter().map(|line| line.discount)), [1_000, 1_400]);
    assert_eq!(quote.total, usd(15_000 - 2_400 + 700 - 600));
    assert_eq!(quote.applied_coupons(), [id("SECOND20"), id("ALL10"), id("SHIP")]);
}

#[test]
fn a_refused_coupon_says_why() {
    use CouponReason::{
        CustomerLimitReached, Expired, Inactive, MinimumNotReached, NoMatchingProducts, NotStarted, UsageLimitReached,
    };
    let hour = TimeDelta::hours(1);
    let base = || percent(10);
    for (terms, reason) in [
        (base(), None),
        (
            CouponTerms {
                active: false,
                ends_at: Some(now()),
                ..base()
            },
            Some(Inactive),
        ),
        (
            CouponTerms {
                starts_at: Some(now()),
                ..base()
            },
            None,
        ),
        (
            CouponTerms {
                starts_at: Some(now() + hour),
                ..base()
            },
            Some(NotStarted),
        ),
        (
            CouponTerms {
                ends_at: Some(now() + hour),
                ..base()
            },
            None,
        ),
        (
            CouponTerms {
                ends_at: Some(now()),
                ..base()
            },
            Some(Expired),
        ),
        (
            CouponTerms {
                total_limit: Some(4),
                ..base()
            },
            None,
        ),
        (
            CouponTerms {
                total_limit: Some(3),
                customer_limit: Some(1),
                ..base()
            },
            Some(UsageLimitReached),
        ),
        (
            CouponTerms {
                customer_limit: Some(2),
                ..base()
            },
            None,
        ),
        (
            CouponTerms {
                customer_limit: Some(1),
                ..base()
            },
            Some(CustomerLimitReached),
        ),
        (
            CouponTerms {
                minimum: Some(usd(1_000)),
                ..base()
            },
            None,
        ),
        (
            CouponTerms {
                minimum: Some(usd(1_001)),
                ..base()
            },
            Some(MinimumNotReached),
        ),
        (
            CouponTerms {
                products: vec![ProductId::from(Uuid::from_u128(9))],
                ..base()
            },
            Some(NoMatchingProducts),
        ),
    ] {
        let mut facts = facts(Currency::USD, vec![line(1, 1, usd(1_000), &[])]);
        facts.coupons = vec![coupon("CODE", terms.clone()), coupon("CODE", terms.clone())];
        let quote = quote(&facts).unwrap();
        assert_eq!(quote.coupons.len(), 1, "a code entered twice counts once");
        assert_eq!(quote.coupons[0].reason(), reason, "{terms:?}");
        assert_eq!(quote.discount_total.is_zero(), reason.is_some());
    }
    let mut facts = facts(Currency::USD, Vec::new());
    facts.coupons = vec![CouponFacts {
        code: "NOPE".to_owned(),
        coupon: None,
        customer_uses: 0,
    }];
    assert_eq!(quote(&facts).unwrap().coupons[0].reason(), Some(CouponReason::NotFound));
}

#[test]
fn a_coupon_takes_off_at_most_its_cap_and_what_there_is() {
    for (terms, discount) in [
        (
            CouponTerms {
                cap: Some(usd(150)),
                ..percent(50)
            },
            150,
        ),
        (
            CouponTerms {
                cap: Some(usd(900)),
                ..percent(50)
            },
            500,
        ),
        (CouponTerms::of(CouponKind::FixedAmount(usd(5_000))), 1_000),
        (percent(100), 1_000),
    ] {
        let mut facts = facts(Currency::USD, vec![line(1, 1, usd(1_000), &[rate("VAT", "0.2")])]);
        facts.coupons = vec![coupon("CODE", terms)];
        let quote = quote(&facts).unwrap();
        assert_eq!(quote.discount_total, usd(discount));
        assert_eq!(quote.total, usd((1_000 - discount) * 12 / 10));
    }
}

#[test]
fn facts_that_cannot_be_are_refused() {
    let quote_of = |line| quote(&facts(Currency::USD, vec![line])).unwrap_err();
    let variant = VariantId::from(Uuid::from_u128(1));
    assert_eq!(quote_of(line(1, 1, usd(-1), &[])), QuoteError::NegativePrice(variant));
    assert_eq!(quote_of(line(1, 0, usd(1), &[])), QuoteError::InvalidQuantity(variant));
    assert_eq!(
        quote_of(line(1, 2, usd(i64::MAX), &[])),
        QuoteError::Money(MoneyError::Overflow)
    );
    let euros = line(1, 1, Money::new(1, Currency::EUR), &[]);
    assert_eq!(
        quote_of(euros),
        QuoteError::Money(MoneyError::CurrencyMismatch(Currency::USD, Currency::EUR))
    );
}

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
            let shares: Vec<_> = (0..line.quantity).map(|done| crate::refund_share(&sold, done, 1).unwrap()).collect();
            prop_assert_eq!(sum(shares.iter().map(|share| share.amount)), line.total.minor());
            prop_assert_eq!(sum(shares.iter().map(|share| share.tax)), line.tax.minor());
        }
    }
}

//! Carts that were worked out by hand.

use super::*;

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

//! Which coupons apply, what they take off, and why others do not.

use super::*;

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

//! How things are sold: what is written on them, and how many.

use std::collections::BTreeMap;

use catalog::{ChangeTerms, PersonalField, PersonalFieldKind, QuantityRefusal, QuantityRule};
use inventory::{QuotaDemand, TakeQuota};
use kernel::EmailAddress;

use super::*;

/// Sells the product of the variant on these terms.
pub(super) async fn sell(work: &Work, variant: VariantId, personal_fields: Vec<PersonalField>, rule: QuantityRule) {
    let mut ctx = work.write();
    let product = catalog::sellable(&mut ctx, &[variant]).await.unwrap()[0].product_id;
    let terms = ChangeTerms {
        id: product,
        expected_version: None,
        personal_fields,
        quantity_rule: rule,
        variant_rules: Vec::new(),
    };
    catalog::change_terms(&mut ctx, terms).await.unwrap();
    ctx.commit().await.unwrap();
}

pub(super) fn engraving(required: bool) -> PersonalField {
    PersonalField {
        label: "Engraving".to_owned(),
        kind: PersonalFieldKind::ShortText,
        required,
        max_length: 10,
        choices: Vec::new(),
    }
}

fn written(variant: VariantId, quantity: i64, entries: &[(&str, &str)]) -> AddLine {
    let entries: BTreeMap<String, String> = entries
        .iter()
        .map(|(label, text)| ((*label).to_owned(), (*text).to_owned()))
        .collect();
    AddLine {
        properties: Properties::new(entries).unwrap(),
        ..line(variant, quantity)
    }
}

#[tokio::test]
async fn what_is_written_on_a_thing_is_what_its_product_asks_for() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500]).await;
    sell(&work, ids[0], vec![engraving(true)], QuantityRule::default()).await;
    let id = cart(&work, Vec::new()).await;
    for (entries, field, code) in [
        (&[][..], "lines.1.properties.Engraving", "required"),
        (
            &[("Engraving", "far too long")],
            "lines.1.properties.Engraving",
            "too_long",
        ),
        (
            &[("Engraving", "A"), ("Colour", "red")],
            "lines.1.properties.Colour",
            "unknown_property",
        ),
    ] {
        let lines = vec![written(ids[0], 1, &[("Engraving", "A")]), written(ids[0], 1, entries)];
        let Err(CartError::Properties(invalid)) = add(&work, id, lines).await else {
            panic!("{entries:?} is refused");
        };
        assert_eq!((invalid.0[0].field.as_str(), invalid.0[0].code), (field, code));
    }
    let lines = [" Ann", "Ann ", "Bob"].map(|name| written(ids[0], 1, &[("Engraving", name)]));
    add(&work, id, lines.to_vec()).await.unwrap();
    let view = look(&work, id).await;
    assert_eq!(quantities(&view), [2, 1], "what is written the same is one line");
    assert!(!view.is_blocked());

    sell(&work, ids[0], Vec::new(), QuantityRule::default()).await;
    let view = look(&work, id).await;
    assert_eq!(view.lines[0].notices, [Notice::OtherFields]);
    assert!(view.is_blocked(), "nobody buys what is not made");
}

#[tokio::test]
async fn a_quantity_that_is_not_sold_is_refused_and_told() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500]).await;
    let id = cart(&work, vec![line(ids[0], 5)]).await;
    let rule = QuantityRule {
        minimum: Some(4),
        maximum: Some(8),
        step: Some(2),
        customer_maximum: None,
    };
    sell(&work, ids[0], vec![engraving(false)], rule).await;
    let view = look(&work, id).await;
    assert_eq!(
        view.lines[0].notices,
        [Notice::Quantity(QuantityRefusal::NotInSteps(2))]
    );
    assert!(view.is_blocked());
    let first = view.lines[0].line.id;
    let set = async |quantity: i64| {
        let mut ctx = work.write();
        update_line(&mut ctx, id, first, Quantity::new(quantity).unwrap()).await?;
        Ok::<(), CartError>(ctx.commit().await?)
    };
    for (quantity, expected) in [
        (2, QuantityRefusal::BelowMinimum(4)),
        (5, QuantityRefusal::NotInSteps(2)),
        (10, QuantityRefusal::AboveMaximum(8)),
    ] {
        let refused = set(quantity).await;
        assert!(matches!(refused, Err(CartError::Quantity { refusal, .. }) if refusal == expected));
    }
    set(4).await.unwrap();
    let engraved = |quantity| vec![written(ids[0], quantity, &[("Engraving", "Ann")])];
    let refused = add(&work, id, engraved(6)).await;
    assert!(
        matches!(
            refused,
            Err(CartError::Quantity {
                refusal: QuantityRefusal::AboveMaximum(8),
                ..
            })
        ),
        "all lines of a variant count"
    );
    add(&work, id, engraved(4)).await.unwrap();
    assert!(!look(&work, id).await.is_blocked());
}

#[tokio::test]
async fn what_a_customer_had_before_counts() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500]).await;
    let rule = QuantityRule {
        customer_maximum: Some(3),
        ..QuantityRule::default()
    };
    sell(&work, ids[0], Vec::new(), rule).await;
    let mut ctx = work.write();
    let take = TakeQuota {
        order_id: ctx.new_id(),
        customer_key: "ann@example.com",
        demands: &[QuotaDemand {
            variant_id: ids[0],
            quantity: 2,
            maximum: 3,
        }],
    };
    inventory::take_quotas(&mut ctx, take).await.unwrap();
    ctx.commit().await.unwrap();

    let id = cart(&work, vec![line(ids[0], 3)]).await;
    assert!(!look(&work, id).await.is_blocked(), "nobody knows yet who it is");
    let mut ctx = work.write();
    let known = Changes {
        email: Some(EmailAddress::parse("Ann@example.com").ok()),
        ..Changes::default()
    };
    change(&mut ctx, id, known, None).await.unwrap();
    ctx.commit().await.unwrap();
    let view = look(&work, id).await;
    let refusal = QuantityRefusal::AboveCustomerMaximum(3);
    assert_eq!(view.lines[0].notices, [Notice::Quantity(refusal)]);
    assert_eq!(view.quota_demands().len(), 1);
    let more = add(&work, id, vec![line(ids[0], 1)]).await;
    assert!(matches!(more, Err(CartError::Quantity { refusal: told, .. }) if told == refusal));

    let ann = customer(&work).await;
    let mut ctx = work.write();
    let other = cart(&work, vec![line(ids[0], 2)]).await;
    merge_into_customer(&mut ctx, Some(other), ann).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(
        look(&work, other).await.lines[0].notices,
        [Notice::Quantity(refusal)],
        "a customer counts by the account's address"
    );
}

#[tokio::test]
async fn adding_takes_three_statements() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500, 700]).await;
    let mut ctx = work.write();
    let mut cart = None;
    for lines in [vec![line(ids[0], 1)], vec![line(ids[0], 1), line(ids[1], 1)]] {
        let before = db.database().statement_count();
        cart = Some(crate::add_to(&mut ctx, cart, lines).await.unwrap());
        assert_eq!(db.database().statement_count() - before, 3);
    }
    ctx.commit().await.unwrap();
    assert_eq!(quantities(&look(&work, cart.unwrap()).await), [2, 1]);
}

//! Lives of saved cards, on a database.

use kernel::{CustomerId, PaymentMethodId};

use super::*;

/// Customers are of another domain, and orders of a row above: here cards do without them.
const FORGET_CUSTOMERS: [&str; 2] = [
    "ALTER TABLE payments.customers DROP CONSTRAINT customers_customer_fk",
    "ALTER TABLE payments.attempts DROP CONSTRAINT attempts_saves_for_fk",
];

async fn database() -> TestDatabase {
    let database = database_without_orders().await;
    for statement in FORGET_CUSTOMERS {
        database.as_owner(statement).await.unwrap();
    }
    database
}

/// The time goes on, for whoever begins then.
async fn later(database: &TestDatabase, ctx: Ctx, time: TimeDelta) -> Ctx {
    ctx.commit().await.unwrap();
    database.clock().advance(time);
    database.work().write()
}

/// A customer whom the gateway knows.
async fn customer(ctx: &mut Ctx) -> CustomerId {
    let id: CustomerId = ctx.new_id();
    let reference = record_gateway_customer(ctx, id, "sandbox", &id.to_string())
        .await
        .unwrap();
    assert_eq!(reference, id.to_string());
    let other = record_gateway_customer(ctx, id, "sandbox", "other").await.unwrap();
    assert_eq!(other, reference, "the first name counts");
    id
}

fn kept(name: &str, last_four: &str) -> KeptMethod {
    KeptMethod {
        reference: name.to_owned(),
        fingerprint: last_four.to_owned(),
        card: CardLabel::new("visa", last_four).unwrap(),
        expires: Expiry::new(2040, 7).unwrap(),
    }
}

async fn saving(ctx: &mut Ctx, customer: CustomerId) -> AttemptId {
    let order_id = ctx.new_id();
    let new = NewAttempt {
        order_id,
        gateway: "sandbox".to_owned(),
        amount: usd(1_999),
        card: None,
        saves_for: Some(customer),
    };
    open_attempt(ctx, new).await.unwrap()
}

fn paid(attempt: AttemptId) -> Authorization {
    Authorization::captured(attempt.to_string())
}

async fn saved(ctx: &mut Ctx, customer: CustomerId, kept: &KeptMethod) -> AttemptId {
    let attempt = saving(ctx, customer).await;
    record_authorization(ctx, attempt, &paid(attempt)).await.unwrap();
    record_saved(ctx, attempt, Some(kept)).await.unwrap();
    attempt
}

/// The names of what a customer has, the default with a star.
async fn names(ctx: &mut Ctx, customer: CustomerId) -> Vec<String> {
    let methods = list_methods(ctx, customer).await.unwrap();
    let name = |method: &PaymentMethod| format!("{}{}", method.reference, if method.is_default { "*" } else { "" });
    methods.iter().map(name).collect()
}

async fn id_of(ctx: &mut Ctx, customer: CustomerId, name: &str) -> PaymentMethodId {
    let methods = list_methods(ctx, customer).await.unwrap();
    methods.iter().find(|method| method.reference == name).unwrap().id
}

#[tokio::test]
async fn a_card_is_saved_once_it_has_paid_and_once_only() {
    let database = database().await;
    let mut ctx = database.work().write();
    let customer = customer(&mut ctx).await;
    let attempt = saving(&mut ctx, customer).await;
    let card = kept("one", "4242");
    record_saved(&mut ctx, attempt, Some(&card)).await.unwrap();
    assert!(claim_unsaved(&mut ctx, 10).await.unwrap().is_empty());
    assert!(names(&mut ctx, customer).await.is_empty(), "it has not paid");

    let held = Authorization::Authorized {
        reference: "held".to_owned(),
    };
    record_authorization(&mut ctx, attempt, &held).await.unwrap();
    let due = claim_unsaved(&mut ctx, 10).await.unwrap();
    assert_eq!(
        due.iter().map(|due| (due.id, due.saves_for)).collect::<Vec<_>>(),
        [(attempt, Some(customer))]
    );
    assert!(
        claim_unsaved(&mut ctx, 10).await.unwrap().is_empty(),
        "somebody is asking"
    );
    record_saved(&mut ctx, attempt, Some(&card)).await.unwrap();
    assert_eq!(names(&mut ctx, customer).await, ["one*"]);
    let shown = find_attempt(&mut ctx, attempt).await.unwrap().unwrap();
    assert_eq!((shown.card, shown.saving_check_at), (Some(card.card.clone()), None));

    // News of the capture, and the same answer again, say nothing new of the card.
    let id = id_of(&mut ctx, customer, "one").await;
    remove_method(&mut ctx, customer, id).await.unwrap();
    record_forgotten(&mut ctx, id).await.unwrap();
    record_authorization(&mut ctx, attempt, &captured()).await.unwrap();
    record_saved(&mut ctx, attempt, Some(&card)).await.unwrap();
    assert!(claim_unsaved(&mut ctx, 10).await.unwrap().is_empty());
    assert!(
        names(&mut ctx, customer).await.is_empty(),
        "who removed it has removed it"
    );
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_refused_card_is_not_saved_unless_it_pays_after_all() {
    let database = database().await;
    let mut ctx = database.work().write();
    let customer = customer(&mut ctx).await;
    let attempt = saving(&mut ctx, customer).await;
    record_authorization(&mut ctx, attempt, &declined()).await.unwrap();
    assert!(claim_unsaved(&mut ctx, 10).await.unwrap().is_empty());
    record_authorization(&mut ctx, attempt, &paid(attempt)).await.unwrap();
    assert_eq!(claim_unsaved(&mut ctx, 10).await.unwrap().len(), 1);
    record_saved(&mut ctx, attempt, None).await.unwrap();
    assert!(
        claim_unsaved(&mut ctx, 10).await.unwrap().is_empty(),
        "the gateway keeps none"
    );
    assert!(names(&mut ctx, customer).await.is_empty());
}

#[tokio::test]
async fn the_same_card_takes_the_place_of_the_one_before() {
    let database = database().await;
    let mut ctx = database.work().write();
    let customer = customer(&mut ctx).await;
    saved(&mut ctx, customer, &kept("one", "4242")).await;
    ctx = later(&database, ctx, TimeDelta::seconds(1)).await;
    saved(&mut ctx, customer, &kept("two", "3155")).await;
    assert_eq!(names(&mut ctx, customer).await, ["one*", "two"]);
    saved(&mut ctx, customer, &kept("three", "4242")).await;
    assert_eq!(names(&mut ctx, customer).await, ["three*", "two"]);
    let gone = claim_removed_methods(&mut ctx, 10).await.unwrap();
    assert_eq!(
        gone.iter().map(|method| method.reference.as_str()).collect::<Vec<_>>(),
        ["one"]
    );
    // What a gateway calls by a name it used before is on its way out.
    saved(&mut ctx, customer, &kept("one", "1111")).await;
    assert_eq!(names(&mut ctx, customer).await, ["three*", "two"]);
    record_forgotten(&mut ctx, gone[0].id).await.unwrap();
    let three = id_of(&mut ctx, customer, "three").await;
    record_forgotten(&mut ctx, three).await.unwrap();
    assert_eq!(names(&mut ctx, customer).await, ["three*", "two"], "it was not removed");
}

#[tokio::test]
async fn a_removed_card_waits_for_the_gateway_and_another_is_the_default() {
    let database = database().await;
    let mut ctx = database.work().write();
    let customer = customer(&mut ctx).await;
    for (name, last_four) in [("one", "0001"), ("two", "0002"), ("three", "0003")] {
        saved(&mut ctx, customer, &kept(name, last_four)).await;
        ctx = later(&database, ctx, TimeDelta::seconds(1)).await;
    }
    let (one, two) = (
        id_of(&mut ctx, customer, "one").await,
        id_of(&mut ctx, customer, "two").await,
    );
    make_method_default(&mut ctx, customer, two).await.unwrap();
    assert_eq!(names(&mut ctx, customer).await, ["two*", "three", "one"]);
    remove_method(&mut ctx, customer, two).await.unwrap();
    assert_eq!(names(&mut ctx, customer).await, ["three*", "one"]);
    assert!(find_method(&mut ctx, customer, two).await.unwrap().is_none());
    for again in [
        remove_method(&mut ctx, customer, two).await.map(drop),
        make_method_default(&mut ctx, customer, two).await.map(drop),
    ] {
        assert!(matches!(again, Err(ChangeMethodError::NotFound)));
    }
    assert!(
        claim_removed_methods(&mut ctx, 10).await.unwrap().is_empty(),
        "the caller asks"
    );
    ctx = later(&database, ctx, TimeDelta::minutes(2)).await;
    assert_eq!(claim_removed_methods(&mut ctx, 10).await.unwrap()[0].id, two);
    assert_eq!(count_overdue(&mut ctx).await.unwrap(), 0);
    ctx = later(&database, ctx, TimeDelta::days(2)).await;
    assert_eq!(count_overdue(&mut ctx).await.unwrap(), 1);
    let findings = check(&mut ctx).await.unwrap();
    assert!(
        findings[0].starts_with(&format!("saved card {two} is removed")),
        "{findings:?}"
    );
    record_forgotten(&mut ctx, two).await.unwrap();
    assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    remove_method(&mut ctx, customer, one).await.unwrap();
    assert_eq!(names(&mut ctx, customer).await, ["three*"]);
}

#[tokio::test]
async fn a_card_is_its_customers_alone() {
    let database = database().await;
    let mut ctx = database.work().write();
    let (owner, other) = (customer(&mut ctx).await, customer(&mut ctx).await);
    saved(&mut ctx, owner, &kept("one", "4242")).await;
    saved(&mut ctx, other, &kept("two", "4242")).await;
    let one = id_of(&mut ctx, owner, "one").await;
    assert!(find_method(&mut ctx, other, one).await.unwrap().is_none());
    for refused in [
        remove_method(&mut ctx, other, one).await.map(drop),
        make_method_default(&mut ctx, other, one).await.map(drop),
    ] {
        assert!(matches!(refused, Err(ChangeMethodError::NotFound)));
    }
    assert_eq!(names(&mut ctx, owner).await, ["one*"]);
    assert_eq!(names(&mut ctx, other).await, ["two*"]);
}

#[tokio::test]
async fn an_expired_card_stays_listed_and_is_no_default() {
    let database = database().await;
    let mut ctx = database.work().write();
    let customer = customer(&mut ctx).await;
    saved(&mut ctx, customer, &kept("one", "4242")).await;
    let expired = KeptMethod {
        expires: Expiry::new(2020, 1).unwrap(),
        ..kept("old", "0001")
    };
    import_method(&mut ctx, customer, "sandbox", "ignored", &expired)
        .await
        .unwrap();
    let old = id_of(&mut ctx, customer, "old").await;
    let refused = make_method_default(&mut ctx, customer, old).await;
    assert!(matches!(refused, Err(ChangeMethodError::Expired)));
    let now = ctx.now();
    let listed = list_methods(&mut ctx, customer).await.unwrap();
    assert_eq!(
        listed.iter().map(|method| method.is_expired(now)).collect::<Vec<_>>(),
        [false, true]
    );
}

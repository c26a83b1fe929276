//! `souk check` finds what does not agree.

use crate::installation::{GUEST, Installation};

/// What is damaged, how it is mended again, and a piece of the sentence that tells.
const DAMAGES: &[(&str, &str, &str)] = &[
    (
        "UPDATE inventory.levels SET on_hand = on_hand + 1 WHERE on_hand = 9",
        "UPDATE inventory.levels SET on_hand = on_hand - 1 WHERE on_hand = 10",
        "10 on hand, but 9 by the ledger",
    ),
    (
        "UPDATE inventory.levels SET reserved = reserved + 1 WHERE on_hand = 9",
        "UPDATE inventory.levels SET reserved = reserved - 1 WHERE on_hand = 9",
        "1 reserved, but 0 in open reservations",
    ),
    (
        "UPDATE orders.orders SET total = total + 1",
        "UPDATE orders.orders SET total = total - 1",
        "ORD-1001: total is",
    ),
    (
        "UPDATE orders.lines SET tax = tax + 1 WHERE requires_shipping",
        "UPDATE orders.lines SET tax = tax - 1 WHERE requires_shipping",
        "ORD-1001",
    ),
    (
        "UPDATE orders.orders SET paid_total = paid_total - 1",
        "UPDATE orders.orders SET paid_total = paid_total + 1",
        "ORD-1001: keeps",
    ),
    (
        "UPDATE payments.attempts SET captured = captured - 1",
        "UPDATE payments.attempts SET captured = captured + 1",
        "by the ledger",
    ),
    (
        "UPDATE payments.attempts SET amount = amount + 1",
        "UPDATE payments.attempts SET amount = amount - 1",
        "for order ORD-1001, but should be of",
    ),
    (
        "UPDATE orders.orders SET payment_status = 'refunded'",
        "UPDATE orders.orders SET payment_status = 'paid'",
        "order ORD-1001: its payment is refunded, but by its money it is paid",
    ),
    (
        "UPDATE payments.attempts SET refunded = 1",
        "UPDATE payments.attempts SET refunded = 0",
        "refunded is 1 but should be 0",
    ),
    (
        "UPDATE payments.attempts SET fee = fee + 1",
        "UPDATE payments.attempts SET fee = fee - 1",
        "by the ledger",
    ),
    (
        "UPDATE payments.attempts SET state = 'pending', check_at = NULL",
        "UPDATE payments.attempts SET state = 'captured'",
        "nobody will ask about it",
    ),
    (
        "UPDATE pricing.coupons SET used_count = used_count + 1",
        "UPDATE pricing.coupons SET used_count = used_count - 1",
        "",
    ),
];

#[tokio::test]
async fn every_kind_of_damage_is_found_and_nothing_else() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    guest
        .submit("/cart/coupon", &[("code", "aardvark10")])
        .await
        .expect(303);
    guest.buy(GUEST).await;
    souk.all_is_well().await;
    for (damage, mend, sentence) in DAMAGES {
        souk.damage(damage).await;
        let findings = souk.findings().await;
        assert!(
            findings.iter().any(|finding| finding.contains(sentence)),
            "{damage}: {findings:?}"
        );
        souk.damage(mend).await;
        souk.all_is_well().await;
    }
}

#[tokio::test]
async fn a_payment_for_no_order_is_found() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    guest.buy(GUEST).await;
    // Whoever writes by hand can be as free of the constraint as this.
    let sql = "ALTER TABLE payments.attempts DROP CONSTRAINT attempts_order_fk";
    souk.db.as_owner(sql).await.unwrap();
    souk.all_is_well().await;
    souk.damage(
        "INSERT INTO payments.attempts (store_id, id, order_id, gateway, state, currency, amount, created_at, updated_at) \
         SELECT store_id, gen_random_uuid(), gen_random_uuid(), gateway, 'failed', currency, amount, created_at, updated_at \
         FROM payments.attempts",
    )
    .await;
    let findings = souk.findings().await;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].contains("which does not exist"), "{findings:?}");
}

//! A long life is forgotten in steps, and whoever is cut off between them goes on.

use std::time::Duration;

use chrono::TimeDelta;
use sqlx::AssertSqlSafe;

use super::{GWEN, life, settle};
use crate::installation::{GUEST, Installation};

/// How many orders there are besides the first: more than two steps take.
const MORE: i64 = 450;

#[tokio::test]
async fn hundreds_of_orders_are_erased_whenever_the_work_is_cut_off() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.guide, "1").await.expect(303);
    life::buy(&mut guest, &GWEN, &[]).await;
    let mut other = souk.visitor();
    other.add(&souk.alpha.guide, "1").await.expect(303);
    other.buy(GUEST).await;
    souk.drain().await;
    let copies = format!(
        "INSERT INTO orders.orders SELECT (jsonb_populate_record(o, jsonb_build_object( \
           'id', gen_random_uuid(), 'number', o.number || '-' || n, 'cart_id', NULL))).* \
         FROM orders.orders o, generate_series(1, {MORE}) n WHERE o.email = '{}'",
        GWEN.email
    );
    let mut ctx = souk.alpha.work().write();
    sqlx::query(AssertSqlSafe(copies))
        .execute(ctx.sql().await.unwrap())
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    let mut desk = souk.visitor();
    desk.sign_in(&souk.alpha.owner).await;
    let both = [("email", GWEN.email), ("again", GWEN.email)];
    desk.submit("/admin/customers/erase", &both).await.expect(303);
    for milliseconds in [5, 30, 60, 120] {
        let cut_off = tokio::time::timeout(Duration::from_millis(milliseconds), souk.drain()).await;
        // Its lease ends, and somebody else takes the job.
        souk.pass(TimeDelta::minutes(3));
        if cut_off.is_ok() {
            break;
        }
    }
    settle(&souk).await;
    let of = |email: &str| format!("SELECT count(*) FROM orders.orders WHERE email = '{email}'");
    assert_eq!(souk.number(&of(GWEN.email)).await, 0);
    assert_eq!(souk.number(&of("nobody@example.invalid")).await, MORE + 1);
    assert_eq!(souk.number(&of(GUEST)).await, 1);
    assert_eq!(
        souk.number("SELECT count(*) FROM erasure.requests WHERE finished_at IS NULL")
            .await,
        0
    );
}

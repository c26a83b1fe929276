//! Money for orders that somebody changed between their placing and their payment.

use database::Together as _;
use futures_util::future::join_all;
use orders::Heard;

use super::*;
use crate::{
    open::{Opened, Opening, Paying},
    settle::settle_all,
    settle_flow::settle_placed_flow,
    settled::Told,
};

impl Fixture {
    /// Orders of a piece each, of whose payment nothing is known.
    async fn opened(&self, many: usize) -> Vec<Paying> {
        let mut batch = Vec::new();
        for _ in 0..many {
            batch.push(Opening {
                command: command(self.cart(1).await),
                gateways: self.gateways.clone(),
                key: None,
            });
        }
        let mut ctx = self.work.write();
        let opened = Opening::run(&mut ctx, &batch).await.unwrap();
        ctx.commit().await.unwrap();
        let paying = opened.into_iter().map(|opened| match opened {
            Ok(Opened::Paying(paying)) => paying,
            _ => panic!("each is to be paid"),
        });
        paying.collect()
    }

    async fn note(&self, order: OrderId) {
        let mut ctx = self.work.write();
        orders::add_note(&mut ctx, order, "Ring twice").await.unwrap();
        ctx.commit().await.unwrap();
    }

    /// Whether it is paid, and what was noted of it is still there.
    async fn is_paid_with_note(&self, order: OrderId) -> (bool, bool) {
        let details = orders::get(&mut self.work.read(), order).await.unwrap();
        let is_paid = details.order.payment_status == PaymentStatus::Paid;
        (is_paid, details.timeline.iter().any(|entry| entry.kind == "note"))
    }
}

fn captured_for(paying: &Paying) -> Authorization {
    Authorization::captured(format!("ref {}", paying.attempt_id))
}

#[tokio::test]
async fn an_order_that_was_changed_since_it_was_placed_is_read_again_and_paid() {
    let f = Fixture::new(5).await;
    let opened = f.opened(1).await.remove(0);
    f.note(opened.order_id).await;
    let settled = settle_placed_flow(&f.work, &opened, &captured_for(&opened), None).await;
    assert!(!settled.unwrap().fell);
    assert_eq!(f.is_paid_with_note(opened.order_id).await, (true, true));
    assert_eq!(f.stock().await, (4, 0));
}

#[tokio::test]
async fn an_order_that_was_changed_sends_its_batch_apart_and_each_is_paid() {
    let f = Fixture::new(5).await;
    let opened = f.opened(3).await;
    f.note(opened[1].order_id).await;
    let answers: Vec<Authorization> = opened.iter().map(captured_for).collect();
    let told: Vec<Told<'_>> = opened
        .iter()
        .zip(&answers)
        .map(|(paying, authorization)| Told {
            attempt_id: paying.attempt_id,
            authorization,
            placed: Some(&paying.placed),
        })
        .collect();
    let mut ctx = f.work.write();
    let refused = settle_all(&mut ctx, &told, Heard::AtOnce).await.err().unwrap();
    assert_eq!(refused.to_string(), "a batch of work cannot be done together");
    ctx.rollback().await;
    for paying in &opened {
        assert!(
            !f.is_paid_with_note(paying.order_id).await.0,
            "nothing of it was written"
        );
    }
    assert_eq!(f.stock().await, (5, 3));
    let settling = opened
        .iter()
        .zip(&answers)
        .map(|(paying, answer)| settle_placed_flow(&f.work, paying, answer, None));
    for settled in join_all(settling).await {
        assert!(!settled.unwrap().fell);
    }
    for (index, paying) in opened.iter().enumerate() {
        assert_eq!(f.is_paid_with_note(paying.order_id).await, (true, index == 1));
    }
    assert_eq!(f.stock().await, (2, 0));
}

//! Goods that come, break, are counted and move: every booking is whole, and stands in the ledger.

use super::*;

pub(super) fn line(variant_id: VariantId, location_id: LocationId, quantity: i64) -> BookLine {
    BookLine {
        variant_id,
        location_id,
        quantity,
    }
}

pub(super) fn booking(booking: Booking, lines: Vec<BookLine>) -> Book {
    Book {
        booking,
        lines,
        reason: "weekly round".to_owned(),
        reference: "DN-7".to_owned(),
    }
}

#[tokio::test]
async fn goods_that_come_in_break_or_are_counted_stand_in_the_ledger() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[5, 0]).await;
    let mut ctx = work.write();
    let [main, shop] = two_places(&mut ctx).await;
    let expected = LevelPlan {
        incoming: 8,
        ..LevelPlan::default()
    };
    plan_level(&mut ctx, ids[1], main, &expected).await.unwrap();
    for (kind, lines) in [
        (Booking::Receive, vec![line(ids[1], main, 6), line(ids[0], shop, 4)]),
        (Booking::Damage, vec![line(ids[0], main, 2)]),
        (Booking::Adjust, vec![line(ids[0], shop, -1)]),
        (Booking::Count, vec![line(ids[0], main, 9), line(ids[1], main, 6)]),
    ] {
        book(&mut ctx, &booking(kind, lines)).await.unwrap();
    }
    let levels = levels(&mut ctx, &ids).await.unwrap();
    let shown = levels
        .iter()
        .map(|level| (level.variant_id, level.location_id, level.on_hand, level.incoming));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [(ids[0], main, 9, 0), (ids[0], shop, 3, 0), (ids[1], main, 6, 2)]
    );
    let rows = movements(&mut ctx, ids[0]).await.unwrap();
    assert!(rows.iter().any(|row| row.kind == MovementKind::Damage
        && row.on_hand_change == -2
        && row.reason == "weekly round"
        && row.reference == "DN-7"));
    ctx.commit().await.unwrap();
    state(&work, &ids).await;
    assert_eq!(told(&work).await[&ids[1]], [false, true]);
}

#[tokio::test]
async fn a_booking_is_whole_or_nothing() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[5, 3]).await;
    order(&work, &[demand(ids[1], 2)]).await.unwrap();
    let mut ctx = work.write();
    let [main, shop] = two_places(&mut ctx).await;
    ctx.commit().await.unwrap();
    let mut ctx = work.write();
    let lines = vec![line(ids[0], main, 1), line(ids[1], main, 2)];
    let refused = book(&mut ctx, &booking(Booking::Damage, lines)).await;
    assert!(matches!(refused, Err(BookError::BelowReserved { line: 1 })));
    let nowhere = booking(Booking::Receive, vec![line(ids[0], ctx.new_id(), 1)]);
    let nowhere = book(&mut ctx, &nowhere).await;
    assert!(matches!(nowhere, Err(BookError::NotFound)));
    ctx.rollback().await;
    let mut ctx = work.write();
    let lines = vec![line(ids[0], main, 0), line(ids[0], main, 1)];
    let unsaid = Book {
        reason: " ".to_owned(),
        ..booking(Booking::Receive, lines)
    };
    let Err(BookError::Invalid(invalid)) = book(&mut ctx, &unsaid).await else {
        panic!("booked")
    };
    let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["reason", "lines.0.quantity", "lines.1.variant_id"]);
    let elsewhere = Transfer {
        from: main,
        to: shop,
        lines: vec![(ids[1], 2)],
        reason: "shop window".to_owned(),
        reference: String::new(),
    };
    let refused = transfer(&mut ctx, &elsewhere).await;
    assert!(matches!(refused, Err(TransferError::TooFew { line: 0, free: 1 })));
    ctx.rollback().await;
    assert_eq!(state(&work, &ids).await, [(5, 0, 5), (3, 2, 1)]);
}

#[tokio::test]
async fn a_transfer_is_two_movements() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = stock(&work, &[5]).await;
    let mut ctx = work.write();
    let [main, shop] = two_places(&mut ctx).await;
    let moved = Transfer {
        from: main,
        to: shop,
        lines: vec![(ids[0], 4)],
        reason: "shop window".to_owned(),
        reference: "T-1".to_owned(),
    };
    transfer(&mut ctx, &moved).await.unwrap();
    assert!(matches!(
        transfer(&mut ctx, &moved).await,
        Err(TransferError::TooFew { line: 0, free: 1 })
    ));
    let same = Transfer {
        to: main,
        ..moved.clone()
    };
    assert!(matches!(
        transfer(&mut ctx, &same).await,
        Err(TransferError::Invalid(_))
    ));
    let rows = movements(&mut ctx, ids[0]).await.unwrap();
    let rows: Vec<_> = rows.iter().filter(|row| row.reference == "T-1").collect();
    let change = |kind| {
        rows.iter()
            .find(|row| row.kind == kind)
            .map(|row| (row.location_id, row.on_hand_change))
    };
    assert_eq!(change(MovementKind::TransferOut), Some((main, -4)));
    assert_eq!(change(MovementKind::TransferIn), Some((shop, 4)));
    ctx.commit().await.unwrap();
    assert_eq!(state(&work, &ids).await, [(5, 0, 5)]);
}

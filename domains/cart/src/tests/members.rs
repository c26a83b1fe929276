//! What carts cost customers who are in a group with a price list.

use catalog::{PriceListTerms, PricedVariant, PutPrice};
use chrono::TimeDelta;
use kernel::{Actor, CountryCode, CustomerGroupId, PriceListId};

use super::{
    terms::{engraving, sell},
    *,
};
use crate::{Addition, add_all, buyer, lock_views, save_for_later};

/// Ann in a group, with a list that asks 400 for a variant, from five on 300.
struct Trade {
    ann: CustomerId,
    group: CustomerGroupId,
    list: PriceListId,
    as_ann: Work,
}

async fn trade(db: &TestDatabase, variant: VariantId, countries: Vec<CountryCode>) -> Trade {
    let ann = customer(&db.work()).await;
    let mut ctx = db.work().write();
    let account = customers::find(&mut ctx, ann).await.unwrap().unwrap().account_id;
    let terms = customers::GroupTerms {
        name: "Trade".to_owned(),
        note: String::new(),
    };
    let group = customers::create_group(&mut ctx, terms).await.unwrap().id;
    customers::set_groups(&mut ctx, ann, &[group]).await.unwrap();
    let terms = PriceListTerms {
        name: "Trade".to_owned(),
        active: true,
        groups: vec![group],
        countries,
        ends_at: Some(ctx.now() + TimeDelta::hours(1)),
        ..PriceListTerms::default()
    };
    let list = catalog::create_price_list(&mut ctx, terms).await.unwrap().id;
    let put = |min_quantity, price| PutPrice {
        variant: PricedVariant::Id(variant),
        min_quantity,
        price: usd(price),
    };
    catalog::put_list_prices(&mut ctx, list, vec![put(1, 400), put(5, 300)])
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    let as_ann = db.work().acting_as(Actor::Customer { account, customer: ann });
    Trade {
        ann,
        group,
        list,
        as_ann,
    }
}

/// What one of each line costs, and what is told of it.
fn told(view: &CartView) -> Vec<(i64, Vec<Notice>)> {
    let line = |line: &crate::LineView| {
        let unit = line.quote.as_ref().unwrap().unit_price.minor();
        (unit, line.notices.clone())
    };
    view.lines.iter().map(line).collect()
}

fn changed(from: i64, to: i64) -> Vec<Notice> {
    vec![Notice::PriceChanged {
        from: usd(from),
        to: usd(to),
    }]
}

#[tokio::test]
async fn a_members_price_follows_how_many_of_the_variant_all_lines_have() {
    let db = TestDatabase::new().await;
    let ids = variants(&db.work(), &[500, 700]).await;
    let Trade { ann, as_ann, list, .. } = trade(&db, ids[0], Vec::new()).await;
    sell(
        &db.work(),
        ids[0],
        vec![engraving(false)],
        catalog::QuantityRule::default(),
    )
    .await;
    let engraved = |quantity| AddLine {
        properties: Properties::new([("Engraving".to_owned(), "x".to_owned())].into()).unwrap(),
        ..line(ids[0], quantity)
    };
    let mine = cart(&as_ann, vec![line(ids[0], 2), line(ids[1], 1)]).await;
    let view = look(&as_ann, mine).await;
    assert_eq!(told(&view), [(400, vec![]), (700, vec![])]);
    assert_eq!(view.lines[0].price_list.as_ref().map(|list| list.id), Some(list));
    assert_eq!(view.lines[1].price_list, None);
    db.clock().advance(TimeDelta::seconds(1));
    add(&as_ann, mine, vec![engraved(2)]).await.unwrap();
    assert_eq!(
        told(&look(&as_ann, mine).await),
        [(400, vec![]), (700, vec![]), (400, vec![])]
    );
    add(&as_ann, mine, vec![engraved(1)]).await.unwrap();
    let view = look(&as_ann, mine).await;
    assert_eq!(
        told(&view),
        [(300, vec![]), (700, vec![]), (300, vec![])],
        "a quantity is no news of a price"
    );
    assert_eq!(view.quote.items_total, usd(5 * 300 + 700));
    let first = view.lines[0].line.id;
    let mut ctx = as_ann.write();
    update_line(&mut ctx, mine, first, Quantity::new(1).unwrap())
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(told(&look(&as_ann, mine).await)[2], (400, vec![]));
    let addition = Addition {
        cart: mine,
        signed_in: Some(ann),
        lines: vec![line(ids[0], 2)],
        version: None,
    };
    let mut ctx = as_ann.write();
    let shown = add_all(&mut ctx, &[addition]).await.unwrap().remove(0).unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(told(&shown)[0], (300, vec![]));
    let seen = look(&as_ann, mine).await.lines[0].line.price_seen;
    assert_eq!(seen, usd(300));
    db.clock().advance(TimeDelta::hours(1));
    assert_eq!(
        told(&look(&as_ann, mine).await)[0],
        (500, changed(300, 500)),
        "the list is over"
    );
}

#[tokio::test]
async fn whoever_signs_in_or_leaves_the_group_is_told_of_the_other_price() {
    let db = TestDatabase::new().await;
    let ids = variants(&db.work(), &[500]).await;
    let Trade { ann, as_ann, group, .. } = trade(&db, ids[0], Vec::new()).await;
    let guest = db.work().acting_as(Actor::Guest);
    let mine = cart(&guest, vec![line(ids[0], 1)]).await;
    assert_eq!(told(&look(&guest, mine).await), [(500, vec![])]);
    let mut ctx = as_ann.write();
    let mine = merge_into_customer(&mut ctx, Some(mine), ann).await.unwrap().unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(told(&look(&as_ann, mine).await), [(400, changed(500, 400))]);
    let mut ctx = db.work().write();
    customers::set_groups(&mut ctx, ann, &[]).await.unwrap();
    customers::delete_group(&mut ctx, group, None).await.unwrap_err();
    ctx.rollback().await;
    let mut ctx = db.work().write();
    customers::set_groups(&mut ctx, ann, &[]).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(
        told(&look(&as_ann, mine).await),
        [(500, vec![])],
        "she saw this price when she added it"
    );
}

#[tokio::test]
async fn a_members_cart_costs_what_everybody_pays_where_nobody_is_signed_in() {
    let db = TestDatabase::new().await;
    let ids = variants(&db.work(), &[500]).await;
    let Trade { as_ann, .. } = trade(&db, ids[0], Vec::new()).await;
    let guest = db.work().acting_as(Actor::Guest);
    let (mine, theirs) = (
        cart(&as_ann, vec![line(ids[0], 1)]).await,
        cart(&guest, vec![line(ids[0], 9)]).await,
    );
    for (work, expected) in [(&as_ann, [400, 500]), (&guest, [500, 500])] {
        let mut ctx = work.write();
        let views = lock_views(&mut ctx, &[mine, theirs]).await.unwrap();
        let costs: Vec<_> = views.into_iter().map(|view| told(&view.unwrap())[0].0).collect();
        assert_eq!(costs, expected);
        ctx.rollback().await;
    }
    assert_eq!(
        told(&look(&guest, mine).await),
        [(500, changed(400, 500))],
        "she signed out"
    );
    let before = db.database().statement_count();
    let mut ctx = guest.write();
    add_lines(&mut ctx, theirs, vec![line(ids[0], 1)]).await.unwrap();
    ctx.commit().await.unwrap();
    let for_guest = db.database().statement_count() - before;
    let before = db.database().statement_count();
    let mut ctx = as_ann.write();
    add_lines(&mut ctx, mine, vec![line(ids[0], 1)]).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!((for_guest, db.database().statement_count() - before), (3, 3));
}

#[tokio::test]
async fn a_list_for_a_country_counts_where_the_goods_go() {
    let db = TestDatabase::new().await;
    let ids = variants(&db.work(), &[500]).await;
    let germany = CountryCode::parse("DE").unwrap();
    let Trade { ann, as_ann, .. } = trade(&db, ids[0], vec![germany]).await;
    let mine = cart(&as_ann, vec![line(ids[0], 1)]).await;
    assert_eq!(
        told(&look(&as_ann, mine).await),
        [(500, vec![])],
        "the store is in the US"
    );
    let abroad = Address {
        country: germany,
        state: String::new(),
        postal_code: "10115".to_owned(),
        ..Address::sample()
    };
    let sketch = look(&as_ann, mine).await;
    let sketch = sketch
        .sketch(&mut as_ann.read(), Some(abroad.clone()), None)
        .await
        .unwrap();
    assert_eq!(told(&sketch), [(400, changed(500, 400))]);
    let send_to = async |address: Address| {
        let changes = Changes {
            shipping_address: Some(Some(address)),
            ..Changes::default()
        };
        let mut ctx = as_ann.write();
        change(&mut ctx, mine, changes, None).await.unwrap();
        ctx.commit().await.unwrap();
    };
    assert_eq!(buyer(&mut as_ann.read()).await.unwrap().country, None);
    send_to(abroad).await;
    let whoever_looks = buyer(&mut as_ann.read()).await.unwrap();
    assert_eq!(
        (whoever_looks.customer, whoever_looks.country),
        (Some(ann), Some(germany))
    );
    add(&as_ann, mine, vec![line(ids[0], 1)]).await.unwrap();
    assert_eq!(
        told(&look(&as_ann, mine).await),
        [(400, vec![])],
        "seen as it goes there"
    );
    send_to(Address::sample()).await;
    assert_eq!(told(&look(&as_ann, mine).await), [(500, changed(400, 500))]);
    let first = look(&as_ann, mine).await.lines[0].line.id;
    let mut ctx = as_ann.write();
    let three = Quantity::new(3).unwrap();
    update_line(&mut ctx, mine, first, three).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(told(&look(&as_ann, mine).await), [(500, vec![])]);
}

#[tokio::test]
async fn a_rise_is_told_though_another_quantity_costs_what_was_seen() {
    let db = TestDatabase::new().await;
    let ids = variants(&db.work(), &[500]).await;
    let Trade { as_ann, list, .. } = trade(&db, ids[0], Vec::new()).await;
    let mine = cart(&as_ann, vec![line(ids[0], 2)]).await;
    assert_eq!(told(&look(&as_ann, mine).await), [(400, vec![])]);
    let ask = |min_quantity, price| catalog::PriceBreak {
        min_quantity,
        price: usd(price),
    };
    let mut ctx = db.work().write();
    let dearer = vec![ask(1, 450), ask(5, 400)];
    catalog::set_list_prices(&mut ctx, list, ids[0], dearer).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(told(&look(&as_ann, mine).await), [(450, changed(400, 450))]);
    add(&as_ann, mine, vec![line(ids[0], 3)]).await.unwrap();
    let view = look(&as_ann, mine).await;
    assert_eq!(told(&view), [(400, vec![])]);
    assert_eq!(
        (view.lines[0].line.price_seen, view.lines[0].line.quantity_seen),
        (usd(400), 5)
    );
    let mut ctx = as_ann.write();
    save_for_later(&mut ctx, mine, view.lines[0].line.id).await.unwrap();
    ctx.commit().await.unwrap();
    let saved = look(&as_ann, mine).await.saved;
    assert_eq!((saved[0].line.quantity_seen, saved[0].price), (5, Some(usd(400))));
}

#[tokio::test]
async fn more_that_is_put_aside_is_no_news_of_a_price() {
    let db = TestDatabase::new().await;
    let ids = variants(&db.work(), &[500]).await;
    let Trade { as_ann, .. } = trade(&db, ids[0], Vec::new()).await;
    let mine = cart(&as_ann, vec![line(ids[0], 4)]).await;
    let put_aside = async || {
        let first = look(&as_ann, mine).await.lines[0].line.id;
        let mut ctx = as_ann.write();
        save_for_later(&mut ctx, mine, first).await.unwrap();
        ctx.commit().await.unwrap();
    };
    put_aside().await;
    add(&as_ann, mine, vec![line(ids[0], 1)]).await.unwrap();
    put_aside().await;
    let told = async || {
        let saved = look(&as_ann, mine).await.saved.remove(0);
        (saved.line.quantity.get(), saved.price, saved.was)
    };
    assert_eq!(told().await, (5, Some(usd(300)), None), "five at once cost less each");
    db.clock().advance(TimeDelta::hours(1));
    assert_eq!(told().await, (5, Some(usd(500)), Some(usd(400))), "the list is over");
}

#[tokio::test]
async fn nothing_is_asked_for_whoever_is_in_no_group() {
    let db = TestDatabase::new().await;
    let ids = variants(&db.work(), &[500]).await;
    let Trade { as_ann, .. } = trade(&db, ids[0], Vec::new()).await;
    let guest = db.work().acting_as(Actor::Guest);
    for (work, statements) in [(&as_ann, 2), (&as_ann.in_no_group(), 0), (&guest, 0)] {
        let before = db.database().statement_count();
        let mut ctx = work.read();
        let buyer = buyer(&mut ctx).await.unwrap();
        let offers = catalog::list_offers(&mut ctx, &ids, &buyer).await.unwrap();
        assert_eq!(offers.contains_key(&ids[0]), statements > 0);
        assert_eq!(db.database().statement_count() - before, statements);
    }
}

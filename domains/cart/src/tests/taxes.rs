//! Tax: where it is due, and what an exempt buyer owes.

use kernel::Store;
use tax::TaxCode;

use super::*;

/// The work of a store whose prices are with tax, or without, and which collects it in the whole of the country.
async fn collecting(db: &TestDatabase, prices_include_tax: bool) -> Work {
    let store = Store {
        prices_include_tax,
        ..Store::clone(db.store())
    };
    let work = Work::new(db.database().clone(), database::Scope::system(Arc::new(store)));
    let mut ctx = work.write();
    let nexus = tax::Nexus(vec![tax::Place::parse("US").unwrap()]);
    tax::replace_nexus(&mut ctx, &nexus).await.unwrap();
    ctx.commit().await.unwrap();
    work
}

/// A variant of a product of its own, for a hundred dollars.
async fn sold_as(work: &Work, kind: ProductKind, variant: NewVariant) -> VariantId {
    let mut ctx = work.write();
    let product = NewProduct {
        title: "Thing".to_owned(),
        kind,
        status: ProductStatus::Active,
        published_at: Some(ctx.now()),
        variants: vec![NewVariant {
            price: Some(usd(10_000)),
            ..variant
        }],
        ..NewProduct::default()
    };
    let id = catalog::create_product(&mut ctx, product).await.unwrap().variants[0].id;
    let level = SetLevel {
        variant_id: id,
        on_hand: 10,
        backorder: false,
    };
    inventory::set_levels(&mut ctx, &[level]).await.unwrap();
    ctx.commit().await.unwrap();
    id
}

async fn changed(work: &Work, cart: CartId, changes: Changes) {
    let mut ctx = work.write();
    change(&mut ctx, cart, changes, None).await.unwrap();
    ctx.commit().await.unwrap();
}

fn in_california() -> Address {
    Address {
        state: "CA".to_owned(),
        ..Address::sample()
    }
}

#[tokio::test]
async fn what_is_sent_nowhere_is_taxed_where_the_bill_goes() {
    let db = TestDatabase::new().await;
    let work = collecting(&db, false).await;
    let book = sold_as(&work, ProductKind::Digital, NewVariant::default()).await;
    let id = cart(&work, vec![line(book, 1)]).await;
    let view = look(&work, id).await;
    assert_eq!(view.quote.total, usd(10_000));
    assert!(view.needs_tax_address(work.store()));
    let billed = Changes {
        billing_address: Some(Some(in_california())),
        ..Changes::default()
    };
    changed(&work, id, billed).await;
    let view = look(&work, id).await;
    assert_eq!((view.quote.total, view.quote.tax_total), (usd(10_725), usd(725)));
    assert!(!view.needs_tax_address(work.store()));
}

#[tokio::test]
async fn an_address_is_asked_for_only_where_it_decides_the_tax() {
    let db = TestDatabase::new().await;
    let work = collecting(&db, false).await;
    let untaxed = NewVariant {
        taxable: false,
        ..NewVariant::default()
    };
    let gift = sold_as(&work, ProductKind::Digital, untaxed).await;
    let gifts = cart(&work, vec![line(gift, 1)]).await;
    assert!(!look(&work, gifts).await.needs_tax_address(work.store()));
    let book = sold_as(&work, ProductKind::Digital, NewVariant::default()).await;
    let books = cart(&work, vec![line(book, 1)]).await;
    assert!(look(&work, books).await.needs_tax_address(work.store()));
    let included = Store {
        prices_include_tax: true,
        ..Store::clone(work.store())
    };
    assert!(!look(&work, books).await.needs_tax_address(&included));
    let mut ctx = work.write();
    tax::replace_nexus(&mut ctx, &tax::Nexus(Vec::new())).await.unwrap();
    ctx.commit().await.unwrap();
    assert!(!look(&work, books).await.needs_tax_address(work.store()));
}

#[tokio::test]
async fn a_delivery_that_nobody_owes_tax_for_costs_an_exempt_buyer_as_much_as_others() {
    let db = TestDatabase::new().await;
    let work = collecting(&db, true).await;
    let mut ctx = work.write();
    let zone = shipping::ZoneTerms {
        name: "Everywhere".to_owned(),
        regions: vec![shipping::Region::parse("*").unwrap()],
    };
    let zone_id = shipping::create_zone(&mut ctx, &zone).await.unwrap();
    let method = shipping::MethodTerms::new("standard", "Standard", shipping::RateKind::Flat(usd(1_000)));
    shipping::create_method(&mut ctx, zone_id, &method).await.unwrap();
    // A delivery is taxed in this state, with goods that are.
    let rate = tax::PutRate {
        place: tax::Place::parse("US-CA").unwrap(),
        scope: tax::Scope::default(),
        code: TaxCode::default(),
        name: "Delivery tax".to_owned(),
        rate: "0.1".parse().unwrap(),
        compound: false,
        on_shipping: true,
        valid_from: None,
        valid_until: None,
    };
    tax::put_rate(&mut ctx, &rate).await.unwrap();
    ctx.commit().await.unwrap();
    let untaxed = NewVariant {
        taxable: false,
        ..NewVariant::default()
    };
    let gift = sold_as(&work, ProductKind::Physical, untaxed).await;
    let id = cart(&work, vec![line(gift, 1)]).await;
    let sent = Changes {
        shipping_address: Some(Some(in_california())),
        shipping_option: Some(Some("standard".to_owned())),
        ..Changes::default()
    };
    changed(&work, id, sent).await;
    assert_eq!(look(&work, id).await.quote.total, usd(11_000));
    let customer = customer(&work).await;
    let mut ctx = work.write();
    let exemption = tax::PutExemption {
        customer_id: customer,
        certificate: "EX-1".to_owned(),
        reason: tax::ExemptionReason::Government,
        reference: String::new(),
        places: Vec::new(),
        valid_from: None,
        valid_until: None,
    };
    tax::put_exemption(&mut ctx, exemption).await.unwrap();
    merge_into_customer(&mut ctx, Some(id), customer).await.unwrap();
    ctx.commit().await.unwrap();
    let view = look(&work, id).await;
    assert!(view.exemption.is_some());
    assert_eq!((view.quote.total, view.quote.tax_total), (usd(11_000), usd(0)));
}

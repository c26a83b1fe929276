//! Carts on PostgreSQL: one line for one thing, prices asked anew, and nothing lost at sign-in.

mod adding;
mod idle;
mod members;
mod saved;
mod taxes;
mod terms;
mod together;

use std::sync::Arc;

use catalog::{NewProduct, NewVariant, ProductKind, ProductStatus, SellableVariant};
use database::{Work, testing::TestDatabase};
use inventory::SetLevel;
use kernel::{
    Address, CartId, Currency, CustomerId, EmailAddress, Money, ProductId, Quantity, SeededEntropy, Slug, Time,
    TypedId as _, VariantId,
};

use crate::{
    AddLine, Cart, CartError, CartView, Changes, NewCart, Notice, Properties, add_lines, change, create, find,
    merge_into_customer, remove_line, store, update_line, view,
};

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// Twelve lamps, and what a lamp is.
pub(crate) fn sample_line() -> (AddLine, SellableVariant) {
    let entropy = SeededEntropy::new(1);
    let now = Time::UNIX_EPOCH;
    let variant = SellableVariant {
        variant_id: VariantId::generate(now, &entropy),
        product_id: ProductId::generate(now, &entropy),
        slug: Slug::parse("lamp").unwrap(),
        product_title: "Lamp".to_owned(),
        variant_title: String::new(),
        sku: None,
        image_url: String::new(),
        kind: ProductKind::Physical,
        price: Some(usd(500)),
        sale: None,
        compare_at: None,
        weight_grams: 0,
        dimensions: catalog::Dimensions::default(),
        taxable: true,
        tax_category: "standard".to_owned(),
        requires_shipping: true,
        personal_fields: Vec::new(),
        quantity_rule: catalog::QuantityRule::default(),
        collection_ids: Vec::new(),
        offers: Vec::new(),
    };
    (line(variant.variant_id, 12), variant)
}

/// A published product with a variant for each price, ten of each in stock.
async fn variants(work: &Work, prices: &[i64]) -> Vec<VariantId> {
    let mut ctx = work.write();
    let variants = prices.iter().enumerate().map(|(index, price)| NewVariant {
        option_values: vec![index.to_string()],
        price: Some(usd(*price)),
        ..NewVariant::default()
    });
    let product = NewProduct {
        title: "Lamp".to_owned(),
        status: ProductStatus::Active,
        published_at: Some(ctx.now()),
        option_names: vec!["Number".to_owned()],
        variants: variants.collect(),
        ..NewProduct::default()
    };
    let details = catalog::create_product(&mut ctx, product).await.unwrap();
    let ids: Vec<VariantId> = details.variants.iter().map(|variant| variant.id).collect();
    let levels: Vec<SetLevel> = ids
        .iter()
        .map(|variant_id| SetLevel {
            variant_id: *variant_id,
            on_hand: 10,
            backorder: false,
        })
        .collect();
    inventory::set_levels(&mut ctx, &levels).await.unwrap();
    ctx.commit().await.unwrap();
    ids
}

fn line(variant_id: VariantId, quantity: i64) -> AddLine {
    AddLine {
        variant_id,
        quantity: Quantity::new(quantity).unwrap(),
        properties: Properties::default(),
    }
}

async fn cart(work: &Work, lines: Vec<AddLine>) -> CartId {
    let mut ctx = work.write();
    let id = create(
        &mut ctx,
        NewCart {
            lines,
            ..NewCart::default()
        },
    )
    .await
    .unwrap();
    ctx.commit().await.unwrap();
    id
}

async fn add(work: &Work, cart: CartId, lines: Vec<AddLine>) -> Result<(), CartError> {
    let mut ctx = work.write();
    add_lines(&mut ctx, cart, lines).await?;
    Ok(ctx.commit().await?)
}

async fn look(work: &Work, cart: CartId) -> CartView {
    view(&mut work.read(), cart).await.unwrap()
}

fn quantities(view: &CartView) -> Vec<i64> {
    view.lines.iter().map(|line| line.line.quantity.get()).collect()
}

/// Ann, who can sign in.
async fn customer(work: &Work) -> CustomerId {
    let mut ctx = work.write();
    let email = EmailAddress::parse("ann@example.com").unwrap();
    let password = identity::NewPassword::parse("correct horse", &email)
        .unwrap()
        .hash(work)
        .await
        .unwrap();
    let register = identity::Register {
        email: email.clone(),
        password,
    };
    let identity::Registered::New { account_id } = identity::register(&mut ctx, register).await.unwrap() else {
        panic!("the address is new");
    };
    let open = customers::OpenCustomer {
        account_id,
        email,
        first_name: "Ann".to_owned(),
        last_name: String::new(),
    };
    let customer = customers::open(&mut ctx, open).await.unwrap();
    ctx.commit().await.unwrap();
    customer
}

#[tokio::test]
async fn every_statement_is_understood_by_postgresql() {
    let db = TestDatabase::new().await;
    for statements in [
        store::STATEMENTS,
        store::adding::STATEMENTS,
        store::creating::STATEMENTS,
        store::erase::STATEMENTS,
        store::left_behind::STATEMENTS,
        store::looks::STATEMENTS,
        store::saved::STATEMENTS,
    ] {
        database::testing::prepare_all(&db, statements).await;
    }
}

#[tokio::test]
async fn the_same_thing_twice_is_one_line_also_at_the_same_time() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500]).await;
    let id = cart(&work, vec![line(ids[0], 1), line(ids[0], 1)]).await;
    let both = tokio::join!(
        add(&work, id, vec![line(ids[0], 2)]),
        add(&work, id, vec![line(ids[0], 3)])
    );
    both.0.and(both.1).unwrap();
    let cart = look(&work, id).await;
    assert_eq!((quantities(&cart), cart.quote.total), (vec![7], usd(3_500)));
    assert_eq!(cart.cart.version, 3);
}

#[tokio::test]
async fn a_cart_holds_no_more_than_there_is() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500]).await;
    let id = cart(&work, vec![line(ids[0], 9)]).await;
    let refused = add(&work, id, vec![line(ids[0], 2)]).await.unwrap_err();
    assert!(
        matches!(refused, CartError::InsufficientStock { available: 10, .. }),
        "{refused}"
    );
    terms::sell(
        &work,
        ids[0],
        vec![terms::engraving(false)],
        catalog::QuantityRule::default(),
    )
    .await;
    let engraved = Properties::new([("Engraving".to_owned(), "A".to_owned())].into()).unwrap();
    let refused = add(
        &work,
        id,
        vec![AddLine {
            properties: engraved,
            ..line(ids[0], 2)
        }],
    )
    .await
    .unwrap_err();
    assert!(
        matches!(refused, CartError::InsufficientStock { .. }),
        "lines of one variant share its stock"
    );
    assert_eq!(quantities(&look(&work, id).await), [9]);
}

#[tokio::test]
async fn what_changed_since_the_last_look_is_told() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500, 700, 900]).await;
    let id = cart(&work, vec![line(ids[0], 4), line(ids[1], 1), line(ids[2], 1)]).await;
    let mut ctx = work.write();
    let scarce = SetLevel {
        variant_id: ids[0],
        on_hand: 3,
        backorder: false,
    };
    inventory::set_levels(&mut ctx, &[scarce]).await.unwrap();
    let products = catalog::sellable(&mut ctx, &ids).await.unwrap();
    let details = catalog::find_product_by_id(&mut ctx, products[0].product_id)
        .await
        .unwrap()
        .unwrap();
    for (variant, price, active) in [(1, 750, true), (2, 900, false)] {
        let found = details.variants.iter().find(|found| found.id == ids[variant]).unwrap();
        let changes = catalog::VariantChanges {
            price: Some(Some(usd(price))),
            active: Some(active),
            ..catalog::VariantChanges::default()
        };
        let update = catalog::UpdateVariant {
            id: found.id,
            expected_version: Some(found.version),
            changes,
        };
        catalog::update_variant(&mut ctx, update).await.unwrap();
    }
    ctx.commit().await.unwrap();
    let cart = look(&work, id).await;
    let notices: Vec<&[Notice]> = cart.lines.iter().map(|line| line.notices.as_slice()).collect();
    assert_eq!(
        notices,
        [
            [Notice::OnlyLeft { available: 3 }].as_slice(),
            &[Notice::PriceChanged {
                from: usd(700),
                to: usd(750)
            }],
            &[Notice::Unavailable],
        ]
    );
    assert!(cart.is_blocked());
    assert_eq!(
        cart.quote.total,
        usd(4 * 500 + 750),
        "what cannot be bought is not part of the total"
    );
}

#[tokio::test]
async fn lines_change_and_go() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500, 700]).await;
    let id = cart(&work, vec![line(ids[0], 1), line(ids[1], 1)]).await;
    let lines: Vec<_> = look(&work, id)
        .await
        .lines
        .into_iter()
        .map(|line| line.line.id)
        .collect();
    let mut ctx = work.write();
    update_line(&mut ctx, id, lines[0], Quantity::new(10).unwrap())
        .await
        .unwrap();
    remove_line(&mut ctx, id, lines[1]).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(quantities(&look(&work, id).await), [10]);
    let mut ctx = work.write();
    assert!(matches!(
        remove_line(&mut ctx, id, lines[1]).await,
        Err(CartError::LineNotFound)
    ));
    let eleven = update_line(&mut ctx, id, lines[0], Quantity::new(11).unwrap()).await;
    assert!(matches!(
        eleven,
        Err(CartError::InsufficientStock { available: 10, .. })
    ));
    let unknown = ctx.new_secret_id();
    assert!(matches!(
        remove_line(&mut ctx, unknown, lines[0]).await,
        Err(CartError::NotFound)
    ));
}

#[tokio::test]
async fn two_tabs_do_not_overwrite_each_other() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let id = cart(&work, Vec::new()).await;
    let note = |note: &str| Changes {
        customer_note: Some(note.to_owned()),
        ..Changes::default()
    };
    let mut ctx = work.write();
    change(&mut ctx, id, note("first"), Some(1)).await.unwrap();
    let second = change(&mut ctx, id, note("second"), Some(1)).await;
    assert!(matches!(second, Err(CartError::VersionConflict { current: 2 })));
    let bad = Changes {
        shipping_address: Some(Some(Address {
            postal_code: "x".to_owned(),
            ..Address::sample()
        })),
        ..Changes::default()
    };
    let Err(CartError::Invalid(invalid)) = change(&mut ctx, id, bad, None).await else {
        panic!("a bad address is refused");
    };
    assert_eq!(invalid.0[0].field, "shipping_address.postal_code");
}

#[tokio::test]
async fn what_a_cart_was_told_can_be_taken_back() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let id = cart(&work, Vec::new()).await;
    let told = Changes {
        email: Some(EmailAddress::parse("ann@example.com").ok()),
        shipping_address: Some(Some(Address::sample())),
        billing_address: Some(Some(Address::sample())),
        shipping_option: Some(Some("standard".to_owned())),
        delivery_date: Some(chrono::NaiveDate::from_ymd_opt(2030, 1, 2)),
        customer_note: Some("ring twice".to_owned()),
    };
    let none = Changes {
        email: Some(None),
        shipping_address: Some(None),
        billing_address: Some(None),
        shipping_option: Some(None),
        delivery_date: Some(None),
        customer_note: Some(String::new()),
    };
    let mut ctx = work.write();
    let before = find(&mut ctx, id).await.unwrap().unwrap();
    change(&mut ctx, id, told.clone(), None).await.unwrap();
    let known = find(&mut ctx, id).await.unwrap().unwrap();
    assert_eq!(Some(known.billing_address.clone()), told.billing_address);
    let only_bill = Changes {
        billing_address: Some(None),
        ..Changes::default()
    };
    change(&mut ctx, id, only_bill, None).await.unwrap();
    let without_bill = find(&mut ctx, id).await.unwrap().unwrap();
    let expected = Cart {
        billing_address: None,
        version: known.version + 1,
        ..known
    };
    assert_eq!(without_bill, expected);
    change(&mut ctx, id, none, None).await.unwrap();
    let empty = find(&mut ctx, id).await.unwrap().unwrap();
    let expected = Cart {
        version: empty.version,
        ..before
    };
    assert_eq!(empty, expected);
}

#[tokio::test]
async fn signing_in_empties_no_cart() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[500, 700, 900]).await;
    let customer = customer(&work).await;

    let first = cart(&work, vec![line(ids[0], 2), line(ids[1], 1)]).await;
    let mut ctx = work.write();
    assert_eq!(
        merge_into_customer(&mut ctx, Some(first), customer).await.unwrap(),
        Some(first)
    );
    ctx.commit().await.unwrap();

    let second = cart(&work, vec![line(ids[0], 5), line(ids[2], 1)]).await;
    let mut ctx = work.write();
    assert_eq!(
        merge_into_customer(&mut ctx, Some(second), customer).await.unwrap(),
        Some(first)
    );
    assert_eq!(
        merge_into_customer(&mut ctx, Some(second), customer).await.unwrap(),
        Some(first)
    );
    ctx.commit().await.unwrap();
    assert_eq!(quantities(&look(&work, first).await), [5, 1, 1]);
    assert!(matches!(
        add(&work, second, vec![line(ids[0], 1)]).await,
        Err(CartError::Closed)
    ));
}

#[tokio::test]
async fn carts_are_counted_with_what_became_of_them() {
    let database = TestDatabase::new().await;
    let work = database.work();
    let (open, bought) = (cart(&work, Vec::new()).await, cart(&work, Vec::new()).await);
    assert_ne!(open, bought);
    let mut ctx = work.write();
    let (now, order) = (ctx.now(), ctx.new_id());
    crate::complete(&mut ctx, &[(bought, order)]).await.unwrap();
    let hour = chrono::TimeDelta::hours(1);
    for (period, expected) in [
        ((now - hour * 2, now - hour), crate::Outcomes::default()),
        ((now - hour, now + hour), crate::Outcomes { made: 2, ordered: 1 }),
        ((now - hour, now), crate::Outcomes::default()),
    ] {
        assert_eq!(crate::outcomes(&mut ctx, period).await.unwrap(), expected);
    }
    let mut guest = work.acting_as(kernel::Actor::Guest).read();
    assert!(crate::outcomes(&mut guest, (now, now + hour)).await.is_err());
}

#[tokio::test]
async fn a_certificate_takes_the_tax_away_in_its_place_as_long_as_it_holds() {
    let db = TestDatabase::new().await;
    let work = db.work();
    let ids = variants(&work, &[10_000]).await;
    let customer = customer(&work).await;
    let mut ctx = work.write();
    let california = tax::Place::parse("US-CA").unwrap();
    let nexus = tax::Nexus(vec![tax::Place::parse("US").unwrap()]);
    tax::replace_nexus(&mut ctx, &nexus).await.unwrap();
    ctx.commit().await.unwrap();
    let id = cart(&work, vec![line(ids[0], 1)]).await;
    let send_to = async |state: &str| {
        let mut ctx = work.write();
        let address = Address {
            state: state.to_owned(),
            ..Address::sample()
        };
        let changes = Changes {
            shipping_address: Some(Some(address)),
            ..Changes::default()
        };
        change(&mut ctx, id, changes, None).await.unwrap();
        ctx.commit().await.unwrap();
    };
    let certify = async |until: Option<chrono::NaiveDate>| {
        let mut ctx = work.write();
        let exemption = tax::PutExemption {
            customer_id: customer,
            certificate: "CA-4711".to_owned(),
            reason: tax::ExemptionReason::Resale,
            reference: "Folder 12".to_owned(),
            places: vec![california.clone()],
            valid_from: None,
            valid_until: until,
        };
        tax::put_exemption(&mut ctx, exemption).await.unwrap();
        ctx.commit().await.unwrap();
    };
    let seen = async || {
        let view = look(&work, id).await;
        let certificate = view.exemption.as_ref().map(|one| one.certificate.clone());
        assert_eq!(view.lines[0].notices, [], "the price did not change");
        (view.quote.total, certificate)
    };
    let today = work.now().date_naive();

    send_to("CA").await;
    certify(None).await;
    assert_eq!(seen().await, (usd(10_725), None), "a guest is not exempt");
    let mut ctx = work.write();
    merge_into_customer(&mut ctx, Some(id), customer).await.unwrap();
    ctx.commit().await.unwrap();
    assert_eq!(seen().await, (usd(10_000), Some("CA-4711".to_owned())));
    send_to("NY").await;
    assert_eq!(seen().await, (usd(10_400), None), "it names California");
    send_to("CA").await;
    certify(Some(today)).await;
    assert_eq!(seen().await.0, usd(10_000), "its last day is today");
    certify(today.pred_opt()).await;
    assert_eq!(seen().await, (usd(10_725), None), "it is over");
}

#[tokio::test]
async fn where_prices_contain_the_tax_who_is_exempt_pays_less() {
    let db = TestDatabase::new().await;
    let store = kernel::Store {
        prices_include_tax: true,
        ..kernel::Store::clone(db.store())
    };
    let work = Work::new(db.database().clone(), database::Scope::system(Arc::new(store)));
    let ids = variants(&work, &[10_725]).await;
    let customer = customer(&work).await;
    let id = cart(&work, vec![line(ids[0], 2)]).await;
    let mut ctx = work.write();
    let nexus = tax::Nexus(vec![tax::Place::parse("US").unwrap()]);
    tax::replace_nexus(&mut ctx, &nexus).await.unwrap();
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
    let changes = Changes {
        shipping_address: Some(Some(Address::sample())),
        ..Changes::default()
    };
    change(&mut ctx, id, changes, None).await.unwrap();
    ctx.commit().await.unwrap();
    let quote = look(&work, id).await.quote;
    assert_eq!((quote.total, quote.tax_total), (usd(21_450), usd(1_450)));
    let mut ctx = work.write();
    merge_into_customer(&mut ctx, Some(id), customer).await.unwrap();
    ctx.commit().await.unwrap();
    let view = look(&work, id).await;
    assert_eq!((view.quote.total, view.quote.tax_total), (usd(20_000), usd(0)));
    assert_eq!(view.lines[0].notices, []);
}

//! The settings on a real PostgreSQL, and what shoppers are offered by them.

use catalog::{NewProduct, NewVariant};
use chrono::NaiveDate;
use database::{Ctx, testing::TestDatabase};
use kernel::{Actor, CountryCode, Currency, Money, ProductId, TypedId, VariantId, ZoneId};

use crate::*;

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn zone(name: &str, regions: &[&str]) -> ZoneTerms {
    ZoneTerms {
        name: name.to_owned(),
        regions: regions.iter().map(|region| Region::parse(region).unwrap()).collect(),
    }
}

fn flat(code: &str, price: i64) -> MethodTerms {
    MethodTerms::new(code, code, RateKind::Flat(usd(price)))
}

fn today() -> NaiveDate {
    // A Monday.
    "2026-11-16".parse().unwrap()
}

fn to(country: &str, state: &str) -> Destination {
    Destination {
        country: CountryCode::parse(country).unwrap(),
        state: state.to_owned(),
        postal_code: String::new(),
    }
}

async fn product(ctx: &mut Ctx, title: &str) -> (ProductId, VariantId) {
    let new = NewProduct {
        title: title.to_owned(),
        variants: vec![NewVariant::default()],
        ..NewProduct::default()
    };
    let made = catalog::create_product(ctx, new).await.unwrap();
    (made.product.id, made.variants[0].id)
}

fn goods((product_id, variant_id): (ProductId, VariantId), quantity: i64, weight_grams: i64) -> Goods {
    Goods {
        product_id,
        variant_id,
        quantity,
        weight_grams,
        size: None,
    }
}

async fn offered(ctx: &mut Ctx, destination: &Destination, goods: &[Goods]) -> Offer {
    let products: Vec<ProductId> = goods.iter().map(|goods| goods.product_id).collect();
    let facts = load(ctx, &products).await.unwrap();
    offer(&facts, destination, goods, usd(5_000), today())
}

fn shown(offer: &Offer) -> Vec<(&str, i64)> {
    let options = offer.options.iter();
    options
        .map(|option| (option.code.as_str(), option.price.minor()))
        .collect()
}

async fn codes(ctx: &mut Ctx) -> Vec<String> {
    let zones = list_zones(ctx).await.unwrap();
    let methods = zones.into_iter().flat_map(|zone| zone.methods);
    methods.map(|method| method.terms.code).collect()
}

fn nothing<I: TypedId>(ctx: &mut Ctx) -> I {
    ctx.new_id()
}

#[tokio::test]
async fn a_zone_is_made_changed_and_taken_away() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let id = create_zone(&mut ctx, &zone(" Islands ", &["us-hi", "US-AK", "PR", "*"]))
        .await
        .unwrap();
    create_method(&mut ctx, id, &flat("standard", 700)).await.unwrap();
    let listed = list_zones(&mut ctx).await.unwrap();
    let regions: Vec<_> = listed[0].regions.iter().map(Region::to_string).collect();
    assert_eq!(
        (listed[0].name.as_str(), regions.join(" ").as_str()),
        ("Islands", "US-HI US-AK PR *")
    );
    update_zone(&mut ctx, id, None, &zone("Far islands", &["US-HI"]))
        .await
        .unwrap();
    let listed = list_zones(&mut ctx).await.unwrap();
    assert_eq!(
        (
            listed[0].name.as_str(),
            listed[0].regions.len(),
            listed[0].methods.len()
        ),
        ("Far islands", 1, 1)
    );
    remove_zone(&mut ctx, id, None).await.unwrap();
    assert!(list_zones(&mut ctx).await.unwrap().is_empty());
    assert!(matches!(
        remove_zone(&mut ctx, id, None).await,
        Err(SetupError::NotFound)
    ));
    assert!(matches!(
        update_zone(&mut ctx, id, None, &zone("X", &["*"])).await,
        Err(SetupError::NotFound)
    ));
}

#[tokio::test]
async fn bad_zones_are_refused_with_their_fields() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let refused = create_zone(&mut ctx, &zone(" ", &[])).await;
    let Err(SetupError::Invalid(invalid)) = refused else {
        panic!("{refused:?}")
    };
    let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["name", "regions"]);
    let mut guest = db.work().acting_as(Actor::Guest).write();
    let refused = create_zone(&mut guest, &zone("X", &["*"])).await;
    assert!(matches!(refused, Err(SetupError::Forbidden(_))));
    create_zone(&mut ctx, &zone("X", &["*"])).await.unwrap();
    let taken = create_zone(&mut ctx, &zone("X", &["US"])).await;
    assert!(matches!(taken, Err(SetupError::Conflict(error)) if error.code == "name_taken"));
}

#[tokio::test]
async fn methods_are_kept_as_they_were_told() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let zone_id = create_zone(&mut ctx, &zone("World", &["*"])).await.unwrap();
    let step = |from, price| Step {
        from,
        price: usd(price),
    };
    let row = |postcodes: Option<&str>, from, price| TableRow {
        postcodes: postcodes.map(|text| PostcodeRange::parse(text).unwrap()),
        from,
        price: usd(price),
    };
    let mut told = Vec::new();
    for (code, kind) in [
        ("flat", RateKind::Flat(usd(500))),
        ("weight", RateKind::ByWeight(vec![step(0, 500), step(1_000, 900)])),
        ("price", RateKind::ByPrice(vec![step(0, 500)])),
        ("quantity", RateKind::ByQuantity(vec![step(1, 500), step(5, 400)])),
        (
            "table",
            RateKind::TableByWeight(vec![row(Some("10-19"), 0, 500), row(None, 0, 900)]),
        ),
        ("table-price", RateKind::TableByPrice(vec![row(Some("SW1"), 100, 500)])),
    ] {
        let terms = MethodTerms {
            free_from: Some(usd(9_000)),
            days_min: 2,
            days_max: 4,
            volumetric_divisor: Some(5_000),
            date_choices: 3,
            ..MethodTerms::new(code, code, kind)
        };
        create_method(&mut ctx, zone_id, &terms).await.unwrap();
        told.push(terms);
    }
    let read = async |ctx: &mut Ctx| {
        let methods = list_zones(ctx).await.unwrap().remove(0).methods;
        methods
            .into_iter()
            .map(|method| (method.id, method.terms))
            .collect::<Vec<_>>()
    };
    let kept = read(&mut ctx).await;
    assert_eq!(kept.iter().map(|(_, terms)| terms.clone()).collect::<Vec<_>>(), told);
    let changed = MethodTerms {
        name: "Slow".to_owned(),
        ..told[1].clone()
    };
    update_method(
        &mut ctx,
        kept[0].0,
        None,
        &MethodTerms {
            code: "slow".to_owned(),
            ..changed.clone()
        },
    )
    .await
    .unwrap();
    assert_eq!(read(&mut ctx).await[0].1.name, "Slow");
    let taken = update_method(&mut ctx, kept[0].0, None, &changed).await;
    assert!(matches!(taken, Err(SetupError::Conflict(error)) if error.code == "code_taken"));
}

#[tokio::test]
async fn what_somebody_else_changed_is_not_written_over() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let zone_id = create_zone(&mut ctx, &zone("World", &["*"])).await.unwrap();
    let id = create_method(&mut ctx, zone_id, &flat("standard", 700)).await.unwrap();
    let versions = async |ctx: &mut Ctx| {
        let zone = list_zones(ctx).await.unwrap().remove(0);
        (zone.version, zone.methods[0].version)
    };
    assert_eq!(versions(&mut ctx).await, (1, 1));
    update_zone(&mut ctx, zone_id, Some(1), &zone("Everywhere", &["*"]))
        .await
        .unwrap();
    update_method(&mut ctx, id, Some(1), &flat("standard", 900))
        .await
        .unwrap();
    switch_method(&mut ctx, id, false).await.unwrap();
    assert_eq!(versions(&mut ctx).await, (2, 3));
    for (late, now) in [
        (update_zone(&mut ctx, zone_id, Some(1), &zone("Mars", &["*"])).await, 2),
        (remove_zone(&mut ctx, zone_id, Some(1)).await, 2),
        (update_method(&mut ctx, id, Some(2), &flat("standard", 100)).await, 3),
        (remove_method(&mut ctx, id, Some(2)).await, 3),
    ] {
        assert!(
            matches!(late, Err(SetupError::VersionConflict { current }) if current == now),
            "{late:?}"
        );
    }
    let kept = list_zones(&mut ctx).await.unwrap().remove(0);
    let price = RateKind::Flat(usd(900));
    assert_eq!(
        (kept.name.as_str(), &kept.methods[0].terms.kind),
        ("Everywhere", &price)
    );
    remove_method(&mut ctx, id, Some(3)).await.unwrap();
    remove_zone(&mut ctx, zone_id, Some(2)).await.unwrap();
}

#[tokio::test]
async fn methods_are_moved_switched_and_taken_away() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let zone_id = create_zone(&mut ctx, &zone("World", &["*"])).await.unwrap();
    let mut ids = Vec::new();
    for code in ["a", "b", "c"] {
        ids.push(create_method(&mut ctx, zone_id, &flat(code, 1)).await.unwrap());
    }
    for (index, up, order) in [
        (2, true, "a c b"),
        (2, true, "c a b"),
        (2, true, "c a b"),
        (2, false, "a c b"),
        (1, false, "a c b"),
    ] {
        move_method(&mut ctx, ids[index], up).await.unwrap();
        assert_eq!(codes(&mut ctx).await.join(" "), order);
    }
    let mug = product(&mut ctx, "Mug").await;
    switch_method(&mut ctx, ids[0], false).await.unwrap();
    let offer = offered(&mut ctx, &to("US", ""), &[goods(mug, 1, 100)]).await;
    assert_eq!(shown(&offer), [("c", 1), ("b", 1)]);
    remove_method(&mut ctx, ids[1], None).await.unwrap();
    assert_eq!(codes(&mut ctx).await, ["a", "c"]);
    let unknown = nothing(&mut ctx);
    for refused in [
        move_method(&mut ctx, unknown, true).await,
        switch_method(&mut ctx, unknown, true).await,
        remove_method(&mut ctx, unknown, None).await,
        update_method(&mut ctx, unknown, None, &flat("x", 1)).await,
    ] {
        assert!(matches!(refused, Err(SetupError::NotFound)), "{refused:?}");
    }
    let nowhere: ZoneId = nothing(&mut ctx);
    assert!(matches!(
        create_method(&mut ctx, nowhere, &flat("x", 1)).await,
        Err(SetupError::NotFound)
    ));
}

#[tokio::test]
async fn the_closest_zone_decides_alone() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    for (name, region) in [("world", "*"), ("us", "US"), ("hawaii", "US-HI"), ("id", "ID")] {
        let zone_id = create_zone(&mut ctx, &zone(name, &[region])).await.unwrap();
        create_method(&mut ctx, zone_id, &flat(name, 1)).await.unwrap();
    }
    let mug = product(&mut ctx, "Mug").await;
    for (country, state, code) in [
        ("US", "HI", "hawaii"),
        ("US", "CA", "us"),
        ("ID", "JB", "id"),
        ("FR", "", "world"),
    ] {
        let offer = offered(&mut ctx, &to(country, state), &[goods(mug, 1, 100)]).await;
        assert_eq!(shown(&offer), [(code, 1)], "{country} {state}");
    }
}

#[tokio::test]
async fn goods_of_two_profiles_go_together_or_not_at_all() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let (mug, sofa) = (product(&mut ctx, "Mug").await, product(&mut ctx, "Sofa").await);
    let bulky = put_profile(&mut ctx, None, "Bulky", &[sofa.0]).await.unwrap();
    let zone_id = create_zone(&mut ctx, &zone("World", &["*"])).await.unwrap();
    let of_bulky = |code: &str, price| MethodTerms {
        profile_id: Some(bulky),
        days_max: 9,
        ..flat(code, price)
    };
    for terms in [
        flat("standard", 500),
        flat("express", 900),
        of_bulky("express", 5_000),
        of_bulky("freight", 4_000),
    ] {
        create_method(&mut ctx, zone_id, &terms).await.unwrap();
    }
    let (mug, sofa) = (goods(mug, 2, 300), goods(sofa, 1, 40_000));
    let us = to("US", "");
    assert_eq!(
        shown(&offered(&mut ctx, &us, &[mug]).await),
        [("standard", 500), ("express", 900)]
    );
    assert_eq!(
        shown(&offered(&mut ctx, &us, &[sofa]).await),
        [("express", 5_000), ("freight", 4_000)]
    );
    let both = offered(&mut ctx, &us, &[mug, sofa]).await;
    assert_eq!(shown(&both), [("standard", 4_500), ("express", 5_900)]);
    assert_eq!(
        (both.options[0].name.as_str(), both.options[0].days_max),
        ("standard + freight", 9)
    );
    assert_eq!(both.options[1].name, "express");

    put_profile(&mut ctx, Some(bulky), "Bulky", &[]).await.unwrap();
    assert_eq!(
        shown(&offered(&mut ctx, &us, &[sofa]).await),
        [("standard", 500), ("express", 900)]
    );
    remove_profile(&mut ctx, bulky).await.unwrap();
    assert_eq!(codes(&mut ctx).await, ["standard", "express"]);
    assert!(list_profiles(&mut ctx).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_may_not_go_there_is_named() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let zone_id = create_zone(&mut ctx, &zone("World", &["*"])).await.unwrap();
    create_method(&mut ctx, zone_id, &flat("standard", 500)).await.unwrap();
    let (mug, knife) = (product(&mut ctx, "Mug").await, product(&mut ctx, "Knife").await);
    let terms = RestrictionTerms {
        product_id: knife.0,
        variant_id: None,
        kind: RestrictionKind::NotTo,
        regions: vec![Region::parse("GB").unwrap()],
    };
    put_restriction(&mut ctx, None, &terms).await.unwrap();
    let all = [goods(mug, 1, 1), goods(knife, 1, 1)];
    let refused = offered(&mut ctx, &to("GB", ""), &all).await;
    assert_eq!(
        (refused.options.len(), refused.refused.as_slice()),
        (0, [knife.1].as_slice())
    );
    assert_eq!(
        shown(&offered(&mut ctx, &to("US", ""), &all).await),
        [("standard", 500)]
    );
    assert_eq!(
        shown(&offered(&mut ctx, &to("GB", ""), &all[..1]).await),
        [("standard", 500)]
    );
    let twice = put_restriction(&mut ctx, None, &terms).await;
    assert!(matches!(twice, Err(SetupError::Conflict(error)) if error.code == "restricted_already"));
}

#[tokio::test]
async fn a_restriction_is_changed_and_taken_away() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let knife = product(&mut ctx, "Knife").await;
    let mut terms = RestrictionTerms {
        product_id: knife.0,
        variant_id: Some(knife.1),
        kind: RestrictionKind::NotTo,
        regions: vec![Region::parse("GB").unwrap()],
    };
    let id = put_restriction(&mut ctx, None, &terms).await.unwrap();
    terms.kind = RestrictionKind::OnlyTo;
    put_restriction(&mut ctx, Some(id), &terms).await.unwrap();
    assert_eq!(
        list_restrictions(&mut ctx).await.unwrap(),
        [Restriction {
            id,
            terms: terms.clone()
        }]
    );
    terms.regions.clear();
    assert!(matches!(
        put_restriction(&mut ctx, Some(id), &terms).await,
        Err(SetupError::Invalid(_))
    ));
    remove_restriction(&mut ctx, id).await.unwrap();
    assert!(matches!(
        remove_restriction(&mut ctx, id).await,
        Err(SetupError::NotFound)
    ));
}

#[tokio::test]
async fn boxes_weigh_and_fill_the_scales() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let zone_id = create_zone(&mut ctx, &zone("World", &["*"])).await.unwrap();
    let step = |from, price| Step {
        from,
        price: usd(price),
    };
    let air = MethodTerms {
        volumetric_divisor: Some(5_000),
        ..MethodTerms::new(
            "air",
            "Air",
            RateKind::ByWeight(vec![step(0, 100), step(1_000, 200), step(4_000, 300)]),
        )
    };
    create_method(&mut ctx, zone_id, &air).await.unwrap();
    let pillow = product(&mut ctx, "Pillow").await;
    let mut pillow = goods(pillow, 1, 950);
    let us = to("US", "");
    assert_eq!(shown(&offered(&mut ctx, &us, &[pillow]).await), [("air", 100)]);
    let terms = BoxTerms {
        name: "Large".to_owned(),
        length_mm: 200,
        width_mm: 500,
        height_mm: 300,
        tare_grams: 100,
        max_weight_grams: 20_000,
    };
    let id = put_box(&mut ctx, None, &terms).await.unwrap();
    assert_eq!(
        list_boxes(&mut ctx).await.unwrap()[0].size.lengths_mm(),
        [500, 300, 200]
    );
    // 30 litres count as 6 kg.
    assert_eq!(shown(&offered(&mut ctx, &us, &[pillow]).await), [("air", 300)]);
    pillow.size = Size::new(450, 300, 200);
    remove_box(&mut ctx, id).await.unwrap();
    // 27 litres count as 5.4 kg.
    assert_eq!(shown(&offered(&mut ctx, &us, &[pillow]).await), [("air", 300)]);
    assert!(matches!(
        put_box(&mut ctx, Some(id), &terms).await,
        Err(SetupError::NotFound)
    ));
}

#[tokio::test]
async fn days_follow_from_the_calendar() {
    let db = TestDatabase::new().await;
    let mut ctx = db.work().write();
    let zone_id = create_zone(&mut ctx, &zone("World", &["*"])).await.unwrap();
    let terms = MethodTerms {
        days_min: 1,
        days_max: 3,
        date_choices: 2,
        ..flat("standard", 500)
    };
    create_method(&mut ctx, zone_id, &terms).await.unwrap();
    let mug = product(&mut ctx, "Mug").await;
    let days = async |ctx: &mut Ctx| {
        let option = offered(ctx, &to("US", ""), &[goods(mug, 1, 1)]).await.options.remove(0);
        let dates: Vec<_> = option.dates.iter().map(ToString::to_string).collect();
        (option.earliest.to_string(), option.latest.to_string(), dates.join(" "))
    };
    let told = |earliest: &str, latest: &str, dates: &str| (earliest.to_owned(), latest.to_owned(), dates.to_owned());
    assert_eq!(
        days(&mut ctx).await,
        told("2026-11-18", "2026-11-20", "2026-11-18 2026-11-19")
    );
    let calendar = Calendar::new(2, vec![1, 2]).unwrap();
    put_calendar(&mut ctx, &calendar).await.unwrap();
    put_calendar(&mut ctx, &calendar).await.unwrap();
    assert_eq!(crate::calendar(&mut ctx).await.unwrap(), calendar);
    assert_eq!(
        days(&mut ctx).await,
        told("2026-11-24", "2026-12-01", "2026-11-24 2026-11-30")
    );
}

//! What a page says of an offer beside its price: what a litre of it costs, and when it would arrive.

use catalog::{Measure, UpdateVariant, VariantChanges};
use chrono::TimeDelta;
use kernel::{CountryCode, ProductId};
use serde_json::json;
use shipping::{Calendar, MethodTerms, RateKind, Region, RestrictionKind, RestrictionTerms, ZoneTerms};

use crate::{
    page::between,
    watch::{BEST, MUG, MUG_JSON, THINGS, Watch, usd},
};

/// The days that the mug's page names, in the middle of January 2026.
async fn days(watch: &Watch) -> String {
    let page = watch.souk.visitor().get(MUG).await.expect(200);
    between(&page.body, "<strong>Arrives ", "</strong>").unwrap().to_owned()
}

#[tokio::test]
async fn the_price_of_a_litre_stands_wherever_the_price_does() {
    let mut watch = Watch::new().await;
    let variant = watch.souk.alpha.mug.variant;
    let lists = ["/products?brand=Aardvark+Works&sort=title", THINGS, BEST, "/"];
    let pages = [&[MUG][..], &lists].concat();
    let measured = async |ctx: &mut database::Ctx, measure, base, minor| {
        let changes = VariantChanges {
            price: Some(Some(usd(minor))),
            measure: Some(Measure::parse(measure, base).unwrap()),
            ..VariantChanges::default()
        };
        let update = UpdateVariant {
            id: variant,
            expected_version: None,
            changes,
        };
        catalog::update_variant(ctx, update).await.unwrap();
    };
    watch
        .changes("a measure", &pages)
        .shows("$32.00 / l", async |ctx| measured(ctx, "375 ml", "", 1_200).await)
        .await;
    watch
        .changes("what prices are compared by, and the price", &pages)
        .shows("$4.00 / 100 ml", async |ctx| {
            measured(ctx, "375 ml", "100 ml", 1_500).await;
        })
        .await;
    watch
        .changes("pieces", &[MUG_JSON, "/api/v1/products?sort=title"])
        .becomes(
            |page| {
                let body = page.json();
                let in_list = body["items"]
                    .as_array()
                    .and_then(|items| items.iter().find(|item| item["slug"] == "a-mug"));
                let offer = in_list.unwrap_or(&body["variants"][0]);
                offer["base_price"] == json!({"price": {"amount": 250, "currency": "USD"}, "per": "1 pc"})
            },
            async |ctx| measured(ctx, "6 pc", "", 1_500).await,
        )
        .await;
    let indonesian = watch.souk.visitor().get(&format!("{MUG}?lang=id")).await.expect(200);
    assert!(indonesian.body.contains("2,50 / buah"), "{}", indonesian.body);
    watch
        .changes("no measure", &pages)
        .hides("data-testid=\"base-price\"", async |ctx| {
            measured(ctx, "", "", 1_500).await
        })
        .await;
}

#[tokio::test]
async fn a_page_says_when_it_would_arrive_and_by_what() {
    let mut watch = Watch::new().await;
    let mug: ProductId = watch.souk.alpha.mug.product;
    let guide = watch.souk.alpha.guide.slug.clone();
    let mut guest = watch.souk.visitor();
    let page = guest.get(MUG).await.expect(200);
    assert!(
        page.body.contains("Aardvark standard to United States: $5.00"),
        "the cheapest counts: {}",
        page.body
    );
    let file = guest.get(&format!("/products/{guide}")).await.expect(200);
    assert!(
        !file.body.contains("data-testid=\"arrival\""),
        "nothing is sent of a file"
    );

    watch
        .changes("the days on which the store works", &[MUG])
        .shows("Arrives Fri 16 – Tue 20 Jan", async |ctx| {
            let every_day = Calendar::new(0, (1..=7).collect()).unwrap();
            shipping::put_calendar(ctx, &every_day).await.unwrap();
        })
        .await;
    watch
        .changes("a zone that is closer, with a method that costs nothing", &[MUG])
        .shows("By camel to United States: Free", async |ctx| {
            let zone = ZoneTerms {
                name: "Home".to_owned(),
                regions: vec![Region::Country(CountryCode::US)],
            };
            let zone = shipping::create_zone(ctx, &zone).await.unwrap();
            let method = MethodTerms {
                days_min: 1,
                days_max: 1,
                ..MethodTerms::new("camel", "By camel", RateKind::Flat(usd(0)))
            };
            shipping::create_method(ctx, zone, &method).await.unwrap();
        })
        .await;
    assert_eq!(days(&watch).await, "Fri 16 Jan");
    watch.souk.pass(TimeDelta::hours(11));
    assert_eq!(days(&watch).await, "Fri 16 Jan", "it is an hour before midnight");
    watch.souk.pass(TimeDelta::hours(2));
    assert_eq!(days(&watch).await, "Sat 17 Jan", "a page is not kept into the next day");
    watch
        .changes("a place where it may not go", &[MUG])
        .shows("This is not sent to United States", async |ctx| {
            let terms = RestrictionTerms {
                product_id: mug,
                variant_id: None,
                kind: RestrictionKind::NotTo,
                regions: vec![Region::Country(CountryCode::US)],
            };
            shipping::put_restriction(ctx, None, &terms).await.unwrap();
        })
        .await;
    let mut customer = watch.souk.visitor();
    customer.sign_in(&watch.souk.alpha.shopper).await;
    let own = customer.get(MUG).await.expect(200);
    assert!(own.body.contains("data-testid=\"arrival\""), "{}", own.body);
}

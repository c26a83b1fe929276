//! A product: its own page, what follows its words and prices by itself, and what is left of it.

use catalog::{
    AttachmentKind, NewAttachment, NewImage, ProductChanges, ProductStatus, Sale, UpdateVariant, VariantChanges,
};
use chrono::TimeDelta;
use database::Ctx;
use inventory::Adjust;
use kernel::VariantId;

use super::{LISTS, update};
use crate::{
    installation::GUEST,
    watch::{BEST, MUG, MUG_JSON, THINGS, Watch, usd},
};

async fn reprice(ctx: &mut Ctx, id: VariantId, changes: VariantChanges) {
    let changes = VariantChanges {
        title: Some("One size".to_owned()),
        ..changes
    };
    let update = UpdateVariant {
        id,
        expected_version: None,
        changes,
    };
    catalog::update_variant(ctx, update).await.unwrap();
}

#[tokio::test]
async fn a_product_is_shown_as_it_is() {
    let mut watch = Watch::new().await;
    let (mug, lamp) = (watch.souk.alpha.mug.clone(), watch.souk.alpha.lamp.clone());
    let everywhere = [MUG, LISTS[0], THINGS, BEST, "/"];
    watch
        .changes("a price", &everywhere)
        .shows("21.37", async |ctx| {
            let price = VariantChanges {
                price: Some(Some(usd(2137))),
                ..VariantChanges::default()
            };
            reprice(ctx, mug.variant, price).await;
        })
        .await;
    watch
        .changes("a title", &[MUG, MUG_JSON, LISTS[0], LISTS[1], LISTS[2], BEST, "/"])
        .shows("Aardvark samovar", async |ctx| {
            let title = Some("Aardvark samovar".to_owned());
            update(
                ctx,
                mug.product,
                ProductChanges {
                    title,
                    ..ProductChanges::default()
                },
            )
            .await;
        })
        .await;
    watch
        .changes("a description", &[MUG, MUG_JSON])
        .shows("It whistles.", async |ctx| {
            let description_html = Some("<p>It whistles.</p>".to_owned());
            update(
                ctx,
                mug.product,
                ProductChanges {
                    description_html,
                    ..ProductChanges::default()
                },
            )
            .await;
        })
        .await;
    watch
        .changes("a picture", &[MUG, MUG_JSON, LISTS[0], BEST, "/"])
        .shows("/media/samovar.svg", async |ctx| {
            let image = NewImage {
                url: "/media/samovar.svg".to_owned(),
                alt: "steam".to_owned(),
            };
            catalog::set_images(ctx, mug.product, vec![image]).await.unwrap();
        })
        .await;
    watch
        .changes("an attachment", &[MUG])
        .shows("Boiling safely", async |ctx| {
            let manual = NewAttachment {
                kind: AttachmentKind::File,
                urls: vec!["/media/manual.pdf".to_owned()],
                title: "Boiling safely".to_owned(),
                size_bytes: 9_000,
            };
            catalog::attach(ctx, mug.product, manual).await.unwrap();
        })
        .await;
    watch
        .changes("what goes with it", &[MUG, MUG_JSON])
        .shows("Aardvark lamp", async |ctx| {
            let related_ids = Some(vec![lamp.product]);
            update(
                ctx,
                mug.product,
                ProductChanges {
                    related_ids,
                    ..ProductChanges::default()
                },
            )
            .await;
        })
        .await;
    watch
        .changes("the title of what goes with it", &[MUG, MUG_JSON])
        .shows("Aardvark lantern", async |ctx| {
            let title = Some("Aardvark lantern".to_owned());
            update(
                ctx,
                lamp.product,
                ProductChanges {
                    title,
                    ..ProductChanges::default()
                },
            )
            .await;
        })
        .await;
    watch
        .changes("a product that is archived", &[LISTS[0], LISTS[1], LISTS[2], "/", BEST])
        .hides("Aardvark samovar", async |ctx| {
            catalog::archive_product(ctx, mug.product, None).await.unwrap();
        })
        .await;
    for browser in [&mut watch.souk.visitor(), &mut watch.other.visitor()] {
        browser.get(MUG).await.expect(404);
        browser.get(MUG_JSON).await.expect(404);
    }
    watch
        .changes(
            "a product that is published",
            &[LISTS[0], LISTS[1], LISTS[2], "/", BEST],
        )
        .shows("Aardvark samovar", async |ctx| {
            let status = Some(ProductStatus::Active);
            update(
                ctx,
                mug.product,
                ProductChanges {
                    status,
                    ..ProductChanges::default()
                },
            )
            .await;
        })
        .await;
}

#[tokio::test]
async fn what_changes_by_itself_is_shown_in_time() {
    let mut watch = Watch::new().await;
    let mug = watch.souk.alpha.mug.clone();
    let pages = [MUG, MUG_JSON, LISTS[0], BEST, "/"];
    let now = watch.souk.database().now();
    let sale = Sale {
        price: usd(1234),
        starts_at: Some(now + TimeDelta::hours(1)),
        ends_at: Some(now + TimeDelta::hours(2)),
    };
    watch
        .write(async |ctx| {
            let sale = VariantChanges {
                sale: Some(Some(sale)),
                ..VariantChanges::default()
            };
            reprice(ctx, mug.variant, sale).await;
            let tile = watch.souk.alpha.tiles[0].product;
            let published_at = Some(Some(now + TimeDelta::hours(3)));
            update(
                ctx,
                tile,
                ProductChanges {
                    published_at,
                    ..ProductChanges::default()
                },
            )
            .await;
        })
        .await;
    watch.other.follower.catch_up().await.unwrap();
    let mut visitors = [watch.souk.visitor(), watch.other.visitor()];
    for (hours, is_on_sale, is_published) in [(0, false, false), (1, true, false), (1, false, false), (1, false, true)]
    {
        watch.souk.pass(TimeDelta::hours(hours));
        for visitor in &mut visitors {
            for path in pages {
                let page = visitor.get(path).await.expect(200);
                let shows = page.body.contains("12.34") || page.body.contains("1234");
                assert_eq!(shows, is_on_sale, "{path} {hours}\n{}", page.body);
            }
            let list = visitor.get(LISTS[2]).await.expect(200);
            assert_eq!(list.body.contains("Aardvark tile1\""), is_published, "{}", list.body);
        }
    }
}

#[tokio::test]
async fn what_is_left_is_told_to_the_piece() {
    let mut watch = Watch::new().await;
    let mug = watch.souk.alpha.mug.clone();
    let adjust = async |ctx: &mut Ctx, change: i64| {
        let adjust = Adjust {
            variant_id: mug.variant,
            location_id: None,
            change,
            reason: "counted".to_owned(),
        };
        inventory::adjust(ctx, adjust).await.unwrap();
    };
    watch
        .changes("few that are left", &[MUG])
        .shows("Only 4 left", async |ctx| adjust(ctx, -6).await)
        .await;
    // Somebody buys one, and somebody holds two for a while.
    let mut guest = watch.souk.visitor();
    guest.add(&mug, "1").await.expect(303);
    guest.buy(GUEST).await;
    watch.other.follower.catch_up().await.unwrap();
    for visitor in [&mut watch.souk.visitor(), &mut watch.other.visitor()] {
        let page = visitor.get(MUG).await.expect(200);
        assert!(page.body.contains("Only 3 left"), "{}", page.body);
    }
    let until = watch.souk.database().now() + TimeDelta::minutes(10);
    let holder = inventory::Holder::Cart(kernel::TypedId::generate_secret(watch.souk.database().entropy()));
    let demand = inventory::Demand {
        variant_id: mug.variant,
        quantity: 3,
    };
    watch
        .changes("the last ones, held", &[MUG])
        .shows("Sold out", async |ctx| {
            inventory::reserve(ctx, holder, &[], &[demand], until).await.unwrap();
        })
        .await;
    watch.souk.pass(TimeDelta::minutes(10));
    for visitor in [&mut watch.souk.visitor(), &mut watch.other.visitor()] {
        let page = visitor.get(MUG).await.expect(200);
        assert!(page.body.contains("Only 3 left"), "nobody told it\n{}", page.body);
    }
    let later = watch.souk.database().now() + TimeDelta::minutes(10);
    watch
        .changes("a hold that had run out", &[MUG])
        .shows("Sold out", async |ctx| {
            assert!(inventory::extend(ctx, holder, later).await.unwrap());
        })
        .await;
    watch.write(async |ctx| adjust(ctx, 50).await).await;
    watch.other.follower.catch_up().await.unwrap();
    for visitor in [&mut watch.souk.visitor(), &mut watch.other.visitor()] {
        let page = visitor.get(MUG).await.expect(200);
        assert!(
            !page.body.contains("Only") && !page.body.contains("Sold out"),
            "{}",
            page.body
        );
    }
    watch
        .write(async |ctx| {
            inventory::release(ctx, holder).await.unwrap();
            adjust(ctx, -53).await;
        })
        .await;
    let mut visitor = watch.souk.visitor();
    let list = visitor.get(LISTS[0]).await.expect(200);
    assert!(!list.body.contains("Sold out"), "lists hear of it a moment later");
    watch.souk.drain().await;
    let list = visitor.get(LISTS[0]).await.expect(200);
    assert!(list.body.contains("Sold out"), "{}", list.body);
}

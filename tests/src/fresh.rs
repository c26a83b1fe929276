//! Nothing that is kept between requests is ever shown when it is not so any more: every fact is changed, and every page that
//! shows it is looked at, in the process that changed it and in another one on the same database.

use catalog::{
    AttachmentKind, AttributeKind, AttributeTerms, CategoryChanges, CollectionChanges, Member, NewAttachment,
    NewAttribute, NewCategory, NewImage, ProductChanges, ProductStatus, Sale, UpdateAttribute, UpdateCategory,
    UpdateCollection, UpdateProduct, UpdateVariant, VariantChanges,
};
use chrono::TimeDelta;
use database::Ctx;
use inventory::Adjust;
use kernel::{CategoryId, ProductId, Slug, VariantId};

use crate::{
    installation::GUEST,
    watch::{BEST, MUG, MUG_JSON, THINGS, Watch, usd},
};

const LISTS: [&str; 3] = [
    "/products?brand=Aardvark+Works&sort=title",
    THINGS,
    "/api/v1/products?sort=title",
];

async fn update(ctx: &mut Ctx, id: ProductId, changes: ProductChanges) {
    let update = UpdateProduct {
        id,
        expected_version: None,
        changes,
    };
    catalog::update_product(ctx, update).await.unwrap();
}

async fn recategorise(ctx: &mut Ctx, id: CategoryId, changes: CategoryChanges) {
    let update = UpdateCategory {
        id,
        expected_version: None,
        changes,
    };
    catalog::update_category(ctx, update).await.unwrap();
}

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
async fn a_collection_without_a_product_that_shoppers_see_is_led_to_nowhere() {
    const BEST_LINK: &str = "/collections/a-best";
    let mut watch = Watch::new().await;
    let mug = watch.souk.alpha.mug.product;
    let changed = |status| ProductChanges {
        status: Some(status),
        ..ProductChanges::default()
    };
    for (what, status, is_shown) in [
        ("that its only product is a draft", ProductStatus::Draft, false),
        ("that the product is on sale again", ProductStatus::Active, true),
        ("that the product is archived", ProductStatus::Archived, false),
    ] {
        let home = watch.changes(what, &["/"]);
        home.becomes(
            |page| page.body.contains(BEST_LINK) == is_shown,
            async |ctx| update(ctx, mug, changed(status)).await,
        )
        .await;
        let sitemap = watch.souk.visitor().get("/sitemap.xml").await.expect(200).body;
        assert_eq!(
            sitemap.contains("/sitemaps/collections-1.xml"),
            is_shown,
            "{what}: {sitemap}"
        );
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

#[tokio::test]
async fn categories_collections_and_attributes_are_shown_as_they_are() {
    let mut watch = Watch::new().await;
    let mug = watch.souk.alpha.mug.clone();
    let mut ctx = watch.souk.alpha.work().read();
    let things = catalog::find_category(&mut ctx, &Slug::parse("aardvark-things").unwrap())
        .await
        .unwrap();
    let best = catalog::find_collection(&mut ctx, &Slug::parse("a-best").unwrap())
        .await
        .unwrap();
    ctx.rollback().await;
    let (things, best) = (things.unwrap().category.id, best.unwrap().id);
    let everywhere = ["/", "/products", THINGS, BEST, MUG, "/api/v1/categories"];
    watch
        .changes("a category's name", &everywhere)
        .shows("Curiosities", async |ctx| {
            let name = Some("Curiosities".to_owned());
            let changes = CategoryChanges {
                name,
                ..Default::default()
            };
            recategorise(ctx, things, changes).await;
        })
        .await;
    watch
        .changes("a category's text", &[THINGS])
        .shows("From far away.", async |ctx| {
            let description_html = Some("<p>From far away.</p>".to_owned());
            let changes = CategoryChanges {
                description_html,
                ..Default::default()
            };
            recategorise(ctx, things, changes).await;
        })
        .await;
    watch
        .changes("a category's size guide", &[MUG, MUG_JSON])
        .shows("Measure twice.", async |ctx| {
            let size_guide_html = Some("<p>Measure twice.</p>".to_owned());
            let changes = CategoryChanges {
                size_guide_html,
                ..Default::default()
            };
            recategorise(ctx, things, changes).await;
        })
        .await;
    watch
        .changes("a new category", &everywhere)
        .shows("Novelties", async |ctx| {
            let new = NewCategory {
                name: "Novelties".to_owned(),
                ..Default::default()
            };
            catalog::create_category(ctx, new).await.unwrap();
        })
        .await;
    watch
        .changes("a collection's title", &[BEST, "/", "/api/v1/collections"])
        .shows("Treasures", async |ctx| {
            let changes = CollectionChanges {
                title: Some("Treasures".to_owned()),
                ..Default::default()
            };
            let update = UpdateCollection {
                id: best,
                expected_version: None,
                changes,
            };
            catalog::update_collection(ctx, update).await.unwrap();
        })
        .await;
    let lamp = watch.souk.alpha.lamp.product;
    watch
        .changes("what is in a collection", &[BEST])
        .shows("Aardvark lamp", async |ctx| {
            catalog::arrange_collection(ctx, best, Member::Add(lamp)).await.unwrap();
        })
        .await;
    watch
        .changes("a free value", &[MUG, MUG_JSON])
        .shows("stoneware", async |ctx| {
            let attributes = Some([("glaze".to_owned(), "stoneware".into())].into_iter().collect());
            update(
                ctx,
                mug.product,
                ProductChanges {
                    attributes,
                    ..ProductChanges::default()
                },
            )
            .await;
        })
        .await;
    let terms = |name: &str, shown| AttributeTerms {
        name: name.to_owned(),
        shown,
        ..Default::default()
    };
    let mut attribute = None;
    watch
        .changes("a value that becomes an attribute", &[MUG])
        .shows("Kiln glaze", async |ctx| {
            let new = NewAttribute {
                code: "glaze".to_owned(),
                kind: AttributeKind::Text,
                terms: terms("Kiln glaze", true),
            };
            attribute = Some(catalog::create_attribute(ctx, new).await.unwrap().id);
        })
        .await;
    let id = attribute.unwrap();
    for (what, name, shown, text) in [("an attribute's name", "Surface", true, "Surface")] {
        watch
            .changes(what, &[MUG])
            .shows(text, async |ctx| {
                let update = UpdateAttribute {
                    id,
                    expected_version: None,
                    terms: terms(name, shown),
                };
                catalog::update_attribute(ctx, update).await.unwrap();
            })
            .await;
    }
    watch
        .changes("an attribute that shoppers no longer see", &[MUG, MUG_JSON])
        .hides("stoneware", async |ctx| {
            let update = UpdateAttribute {
                id,
                expected_version: None,
                terms: terms("Surface", false),
            };
            catalog::update_attribute(ctx, update).await.unwrap();
        })
        .await;
}

/// Somebody else's review that another shop published.
fn review(product: ProductId, stars: &str, body: &str) -> reviews::NewReview {
    reviews::NewReview {
        product_id: product,
        email: kernel::EmailAddress::parse(GUEST).unwrap(),
        draft: reviews::Draft::parse("Ada", stars, "", body, Vec::new()).unwrap(),
        verified: true,
        state: reviews::ReviewState::Published,
        reply: String::new(),
        created_at: chrono::DateTime::UNIX_EPOCH,
    }
}

#[tokio::test]
async fn reviews_are_shown_as_they_are() {
    let mut watch = Watch::new().await;
    let mug = watch.souk.alpha.mug.clone();
    let put = async |ctx: &mut Ctx, stars, body| {
        reviews::put_reviews(ctx, &[review(mug.product, stars, body)])
            .await
            .unwrap();
    };
    watch
        .changes("a first review", &[MUG, LISTS[0], LISTS[1], BEST])
        .shows("data-testid=\"rating\"", async |ctx| {
            put(ctx, "4", "It holds water.").await
        })
        .await;
    watch
        .changes("other words", &[MUG])
        .shows("It holds tea.", async |ctx| put(ctx, "4", "It holds tea.").await)
        .await;
    watch
        .changes("other stars", &[MUG_JSON, LISTS[2]])
        .shows("\"average\":\"2.0\"", async |ctx| put(ctx, "2", "It holds tea.").await)
        .await;
    let mut ctx = watch.souk.alpha.work().read();
    let whole = reviews::list_whole(&mut ctx, None, 10).await.unwrap();
    ctx.rollback().await;
    let known = whole.iter().find(|review| review.body == "It holds tea.").unwrap();
    let (id, version) = (known.id, known.version);
    watch
        .changes("an answer", &[MUG])
        .shows("So it should.", async |ctx| {
            reviews::reply(ctx, id, version, "So it should.").await.unwrap()
        })
        .await;
    watch
        .changes("that nobody may write", &[MUG])
        .hides("data-testid=\"write-review\"", async |ctx| {
            let settings = reviews::Settings {
                who_writes: reviews::WhoWrites::Nobody,
                ..reviews::Settings::default()
            };
            reviews::update_settings(ctx, settings).await.unwrap();
        })
        .await;
    watch
        .changes("what sells", &["/api/v1/products?sort=best_selling&limit=1"])
        .shows("\"a-mug\"", async |ctx| {
            let sold = [(mug.product, 7)].into();
            assert_eq!(catalog::set_sold(ctx, &sold).await.unwrap(), 1);
        })
        .await;
    watch
        .changes("that somebody found it helpful", &[MUG])
        .shows("(1)</button>", async |ctx| {
            assert!(reviews::vote(ctx, id, reviews::Vote::Helpful, "a voter").await.unwrap());
        })
        .await;
}

fn announcement(text: &str, version: i64) -> content::Announcement {
    content::Announcement {
        active: true,
        texts: [(kernel::Locale::EN, text.to_owned())].into_iter().collect(),
        version,
        ..content::Announcement::default()
    }
}

#[tokio::test]
async fn an_announcement_is_shown_above_every_page_while_it_holds() {
    let mut watch = Watch::new().await;
    let everywhere = [MUG, LISTS[0], THINGS, BEST, "/", "/search?q=tile"];
    watch
        .changes("an announcement", &everywhere)
        .shows("Free delivery this week", async |ctx| {
            let new = announcement("Free delivery this week", 0);
            content::update_announcement(ctx, new).await.unwrap();
        })
        .await;
    watch
        .changes("another announcement", &everywhere)
        .shows("Closed on Monday", async |ctx| {
            let until = content::Announcement {
                ends_at: Some(ctx.now() + TimeDelta::hours(1)),
                ..announcement("Closed on Monday", 1)
            };
            content::update_announcement(ctx, until).await.unwrap();
        })
        .await;
    watch.souk.pass(TimeDelta::hours(2));
    let mut guest = watch.souk.visitor();
    for path in everywhere {
        let page = guest.get(path).await.expect(200);
        assert!(
            !page.body.contains("data-testid=\"announcement\""),
            "{path}: {}",
            page.body
        );
    }
}

#[tokio::test]
async fn every_page_leads_to_the_places_where_orders_are_fetched_as_long_as_there_are_any() {
    const LINK: &str = "href=\"/locations\"";
    let mut watch = Watch::new().await;
    let everywhere = [MUG, LISTS[0], THINGS, BEST, "/", "/search?q=tile"];
    let mut made = None;
    watch
        .changes("a place to fetch orders", &everywhere)
        .shows(LINK, async |ctx| {
            let terms = inventory::LocationTerms {
                address: Some(kernel::Address::sample()),
                pickup: true,
                ..inventory::LocationTerms::named("Corner shop")
            };
            made = Some(inventory::create_location(ctx, terms).await.unwrap());
        })
        .await;
    let corner = made.unwrap();
    watch
        .changes("the last such place", &everywhere)
        .hides(LINK, async |ctx| {
            let change = inventory::UpdateLocation {
                id: corner.id,
                version: corner.version,
                terms: inventory::LocationTerms {
                    pickup: false,
                    ..corner.terms
                },
            };
            inventory::update_location(ctx, change).await.unwrap();
        })
        .await;
}

//! What stands around every page: the announcement, and where orders are fetched.

use chrono::TimeDelta;

use super::LISTS;
use crate::watch::{BEST, MUG, THINGS, Watch};

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

//! What the shoppers say of what reached them, some of it answered, some of it waiting to be looked at.

use std::collections::{BTreeMap, BTreeSet};

use ::reviews::{Draft, NewReview, ReviewState, Vote};
use chrono::Duration;
use database::Ctx;
use kernel::{EmailAddress, ProductId, Time};
use orders::OrderStatus;
use serde::Deserialize;

use super::SeedError;
use crate::{
    content::{Content, ContentError},
    dice::Dice,
};

/// How many orders are read at once.
const PAGE: i64 = 100;
/// One in so many of those who got something says what they think.
const QUIET: i32 = 2;
/// One in so many reviews waits.
const WAITING: i32 = 12;

/// `reviews.toml`: what shoppers say, and what the store answers to those who are not pleased.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReviewsFile {
    replies: Vec<String>,
    texts: Vec<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    /// The category whose products it fits; any when it is empty.
    #[serde(default)]
    shelf: String,
    stars: i32,
    title: String,
    body: String,
}

/// Somebody who got a product.
struct Buyer {
    email: EmailAddress,
    name: String,
    got_at: Time,
}

/// Writes the reviews and the votes for them.
pub(super) async fn write(ctx: &mut Ctx, content: &Content) -> Result<(), SeedError> {
    let shelves: BTreeMap<&str, &str> = content
        .products()
        .map(|(shelf, product)| (product.slug.as_str(), shelf.category.slug.as_str()))
        .collect();
    let file: ReviewsFile = toml::from_str(match content.store.slug.as_str() {
        "toko" => include_str!("../../data/toko/reviews.toml"),
        _ => include_str!("../../data/souk/reviews.toml"),
    })
    .map_err(ContentError::from)?;
    let mut dice = Dice::new(14);
    let mut written = Vec::new();
    for ((slug, product_id), buyers) in buyers(ctx).await? {
        let shelf = shelves.get(slug.as_str()).copied().unwrap_or_default();
        let fitting = file
            .texts
            .iter()
            .filter(|text| text.shelf.is_empty() || text.shelf == shelf);
        let mut fitting: Vec<&Text> = fitting.collect();
        for buyer in buyers {
            if dice.within(0, QUIET) > 0 || fitting.is_empty() {
                continue;
            }
            let place = usize::try_from(dice.within(0, i32::try_from(fitting.len()).unwrap_or(1))).unwrap_or_default();
            let text = fitting.swap_remove(place.min(fitting.len() - 1));
            written.push(review(ctx, &mut dice, (product_id, buyer), text, &file.replies)?);
        }
    }
    ::reviews::put_reviews(ctx, &written)
        .await
        .map_err(SeedError::refused)?;
    let published = ::reviews::list_whole(ctx, None, 1_000)
        .await
        .map_err(SeedError::refused)?;
    for review in published.iter().filter(|review| review.state == ReviewState::Published) {
        for voter in 0..dice.within(-6, 7).max(0) {
            let voter = format!("demo {voter}");
            ::reviews::vote(ctx, review.id, Vote::Helpful, &voter)
                .await
                .map_err(SeedError::refused)?;
        }
    }
    Ok(())
}

/// Who got which product, each shopper once, in the order of the products' slugs.
async fn buyers(ctx: &mut Ctx) -> Result<BTreeMap<(String, ProductId), Vec<Buyer>>, SeedError> {
    let mut buyers: BTreeMap<(String, ProductId), Vec<Buyer>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut after = None;
    loop {
        let page = orders::list_whole(ctx, after, PAGE).await.map_err(SeedError::refused)?;
        let Some(last) = page.last() else {
            return Ok(buyers);
        };
        after = Some((last.order.placed_at, last.order.id));
        for details in page
            .iter()
            .filter(|details| details.order.status == OrderStatus::Delivered)
        {
            let order = &details.order;
            let name = order.shipping_address.as_ref().or(order.billing_address.as_ref());
            for line in &details.lines {
                if seen.insert((line.product_id, order.email.clone())) {
                    buyers
                        .entry((line.slug.clone(), line.product_id))
                        .or_default()
                        .push(Buyer {
                            email: order.email.clone(),
                            name: name
                                .map(|address| short_name(&address.first_name, &address.last_name))
                                .unwrap_or_default(),
                            got_at: order.placed_at + Duration::days(4),
                        });
                }
            }
        }
    }
}

/// `Ann B.`
fn short_name(first: &str, last: &str) -> String {
    match last.chars().next() {
        Some(letter) => format!("{first} {letter}."),
        None => first.to_owned(),
    }
}

fn review(
    ctx: &Ctx,
    dice: &mut Dice,
    (product_id, buyer): (ProductId, Buyer),
    text: &Text,
    replies: &[String],
) -> Result<NewReview, SeedError> {
    let name = if buyer.name.is_empty() { "A." } else { &buyer.name };
    let draft = Draft::parse(name, &text.stars.to_string(), &text.title, &text.body, Vec::new());
    let created_at = buyer.got_at + Duration::hours(dice.within(20, 400).into());
    let is_waiting = dice.within(0, WAITING) == 0;
    let answered = !is_waiting && (text.stars <= 2 || dice.within(0, 10) == 0 && text.stars == 3);
    let place = usize::try_from(dice.within(0, i32::try_from(replies.len()).unwrap_or(1))).unwrap_or_default();
    Ok(NewReview {
        product_id,
        email: buyer.email,
        draft: draft.map_err(SeedError::refused)?,
        verified: true,
        state: if is_waiting {
            ReviewState::Waiting
        } else {
            ReviewState::Published
        },
        reply: replies.get(place).filter(|_| answered).cloned().unwrap_or_default(),
        created_at: created_at.min(ctx.now() - Duration::hours(dice.within(1, 60).into())),
    })
}

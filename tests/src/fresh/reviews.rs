//! What others say of a product.

use database::Ctx;
use kernel::ProductId;

use super::LISTS;
use crate::{
    installation::GUEST,
    watch::{BEST, MUG, MUG_JSON, Watch},
};

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

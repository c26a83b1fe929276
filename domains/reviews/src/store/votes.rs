//! Who found reviews helpful, and who reported them.

use database::{Ctx, Error};
use kernel::ReviewId;

database::statements! {
    /// Counts a voter who has not voted yet; answers whether there is such a review, and whether it was counted.
    VOTE = "WITH seen AS ( \
            SELECT id FROM reviews.reviews WHERE store_id = $1 AND id = $2 AND state = 'published' \
        ), put AS ( \
            INSERT INTO reviews.votes (store_id, review_id, kind, voter, created_at) SELECT $1, s.id, $3, $4, $5 FROM seen s \
            ON CONFLICT ON CONSTRAINT votes_pk DO NOTHING RETURNING review_id \
        ), counted AS ( \
            UPDATE reviews.reviews r SET helpful = r.helpful + CASE $3 WHEN 'helpful' THEN 1 ELSE 0 END, \
                reports = r.reports + CASE $3 WHEN 'report' THEN 1 ELSE 0 END \
            FROM put p WHERE r.store_id = $1 AND r.id = p.review_id RETURNING r.id \
        ) SELECT EXISTS (SELECT FROM seen), EXISTS (SELECT FROM counted)";
}

/// Whether shoppers see such a review, and whether the voter was counted now.
pub(crate) async fn vote(ctx: &mut Ctx, id: ReviewId, kind: &str, voter: &str) -> Result<(bool, bool), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let sql = sqlx::query_as(VOTE)
        .bind(store_id)
        .bind(id)
        .bind(kind)
        .bind(voter)
        .bind(now);
    Ok(sql.fetch_one(ctx.sql().await?).await?)
}

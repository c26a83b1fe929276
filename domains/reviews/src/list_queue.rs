//! What moderators look at.

use database::Ctx;
use kernel::{Cursor, Page, PageRequest, Permission, ProductId};

use crate::{ListError, Review, list_published::Key, store};

kernel::named! {
    /// Which reviews are looked at.
    Queue {
        /// Those that nobody has decided about.
        Waiting = "waiting",
        /// Those that everybody sees.
        Published = "published",
        /// Those that were rejected.
        Rejected = "rejected",
        /// Those that somebody reported since they were looked at.
        Reported = "reported",
        /// All of them.
        All = "",
    }

    /// The order of the queue.
    QueueSort {
        /// Written last first.
        Newest = "newest",
        /// Written first first.
        Oldest = "oldest",
        /// Fewest stars first.
        Lowest = "lowest",
        /// Reported by most first.
        Reports = "reports",
    }
}

/// Which reviews are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueFilter {
    /// Which.
    pub queue: Queue,
    /// Words that stand in the author, address, title or text; empty for any.
    pub q: String,
    /// Only those with so many stars.
    pub stars: Option<i32>,
    /// Only those of a product.
    pub product_id: Option<ProductId>,
    /// The order.
    pub sort: QueueSort,
}

/// A page of the queue.
pub async fn list_queue(ctx: &mut Ctx, filter: &QueueFilter, page: &PageRequest) -> Result<Page<Review>, ListError> {
    ctx.require(Permission::ModerateReviews)?;
    let after: Option<Key> = page.cursor.as_ref().map(Cursor::decode).transpose()?;
    let rows = store::lists::queue(ctx, filter, after, page.limit_plus_one()).await?;
    let total = store::lists::count(ctx, filter).await?;
    let page = Page::from_rows(rows, page, total, |(review, rank)| {
        (*rank, review.created_at, review.id)
    });
    Ok(page.map(|(review, _rank)| review))
}

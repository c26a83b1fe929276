//! A review.

use kernel::{CustomerId, EmailAddress, Locale, OrderId, ProductId, ReviewId, Time};

kernel::named! {
    /// How far a review has come.
    ReviewState {
        /// Somebody has to look at it.
        Waiting = "waiting",
        /// Everybody sees it.
        Published = "published",
        /// Its author alone sees it, with the reason.
        Rejected = "rejected",
    }

    /// Why a review is not published unseen.
    Suspicion {
        /// It leads somewhere else.
        Links = "links",
        /// It says the same over and over.
        Repeated = "repeated",
        /// It has a word of the store's list.
        BadWords = "bad_words",
        /// Its author writes more than somebody who thinks about it.
        TooFast = "too_fast",
        /// Others say the same in the same words.
        SameText = "same_text",
    }
}

/// A review, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The review's id.
    pub id: ReviewId,
    /// The product it is about.
    pub product_id: ProductId,
    /// The customer who wrote it with an account.
    pub customer_id: Option<CustomerId>,
    /// The order with whose link it was written.
    pub order_id: Option<OrderId>,
    /// The author's address.
    pub email: EmailAddress,
    /// The name that is shown.
    pub author: String,
    /// One to five.
    pub stars: i32,
    /// A line above it; may be empty.
    pub title: String,
    /// What is said; empty only in reviews that were imported.
    pub body: String,
    /// The addresses of its pictures.
    pub photos: Vec<String>,
    /// The language of the page it was written on.
    pub locale: Locale,
    /// Whether a piece of the product had reached the author.
    pub verified: bool,
    /// How far it has come.
    pub state: ReviewState,
    /// Why it was rejected.
    pub reason: String,
    /// Why it was not published unseen.
    pub suspicions: Vec<Suspicion>,
    /// Where the last decision can be taken back to.
    pub undo_state: Option<ReviewState>,
    /// What the store answered; may be empty.
    pub reply: String,
    /// When it answered.
    pub replied_at: Option<Time>,
    /// How many found it helpful.
    pub helpful: i64,
    /// How many reported it since somebody last looked at it.
    pub reports: i64,
    /// Raised by what its author and moderators change.
    pub version: i64,
    /// When it was written first.
    pub created_at: Time,
    /// When its author changed it last.
    pub updated_at: Time,
}

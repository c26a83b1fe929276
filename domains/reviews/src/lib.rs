#![doc = include_str!("../README.md")]

mod author;
mod check;
mod decide;
mod delete;
mod draft;
mod erase;
pub mod events;
mod find;
mod list_published;
mod list_queue;
mod list_whole;
mod own;
mod put_reviews;
mod reply;
mod review;
mod settings;
mod spam;
mod store;
mod update_settings;
mod vote;
mod write;

pub use author::Author;
pub use check::check;
pub use decide::{Chosen, DecideError, Decided, Decision, decide, undo};
pub use delete::delete;
pub use draft::{Draft, MAX_PHOTOS};
pub use erase::erase_reviews;
pub use find::{FindError, find};
pub use list_published::{ListError, Published, PublishedFilter, Sort, list_published};
pub use list_queue::{Queue, QueueFilter, QueueSort, list_queue};
pub use list_whole::list_whole;
pub use own::{find_own, find_own_by_id, list_own, may_review};
pub use put_reviews::{NewReview, PutReviewsError, put_reviews};
pub use reply::{ChangeError, delete_photo, read_reply, reply};
pub use review::{Review, ReviewState, Suspicion};
pub use settings::{Moderation, Settings, WhoWrites, load_settings};
pub use update_settings::{UpdateSettingsError, update_settings};
pub use vote::{Vote, VoteError, vote};
pub use write::{WriteError, Written, write};

#[cfg(test)]
mod tests;

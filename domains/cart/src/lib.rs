#![doc = include_str!("../README.md")]

mod add_again;
mod add_all;
mod add_lines;
mod apply_coupon;
mod buyer;
mod cart;
mod change;
mod complete;
mod create;
mod create_all;
mod delete_idle;
mod erase;
mod error;
mod hold;
mod left_behind;
mod line;
mod list_of_customer;
mod lock_views;
mod merge;
mod notice;
mod outcomes;
mod price;
mod quota;
mod save_line;
mod store;
mod take_up;
#[cfg(test)]
mod tests;
mod view;
mod view_all;

pub use add_again::add_what_is_sold;
pub use add_all::{Addition, add_all};
pub use add_lines::{AddLine, add_lines, add_to};
pub use apply_coupon::{CouponRefused, apply_coupon, remove_coupon, replace_coupons};
pub use buyer::buyer;
pub use cart::{Cart, CartState};
pub use change::{Changes, change, day_refusal, remove_line, require_offered_day, require_version, update_line};
pub use complete::{complete, reopen};
pub use create::{NewCart, Shopper, create};
pub use create_all::{Creation, create_all};
pub use delete_idle::delete_idle;
pub use erase::erase_carts;
pub use error::CartError;
pub use hold::hold;
pub use left_behind::{LeftCart, RemindedCart, find_reminded, list_left, mark_reminded};
pub use line::{CartLine, Properties};
pub use list_of_customer::{list_of_customer, list_saved_lines};
pub use lock_views::lock_views;
pub use merge::merge_into_customer;
pub use notice::Notice;
pub use outcomes::{Outcomes, OutcomesError, outcomes};
pub use save_line::{
    Obstacle, SavedView, Saver, carry_on, find_saved, list_saved, move_to_cart, remove_saved, save_for_later,
};
pub use store::STATEMENTS;
pub use take_up::take_up;
pub use view::{CartView, LineView, count, find, find_line, list_variants, show, state_of, view};

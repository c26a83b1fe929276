#![doc = include_str!("../README.md")]

mod add_address;
mod address_book;
mod check;
mod customer;
mod erase;
mod list;
mod list_whole;
mod look_up;
mod make_default;
mod open;
mod put_customers;
mod remove_address;
mod share_wishlist;
mod store;
#[cfg(test)]
mod testing;
mod update_address;
mod update_profile;
mod wishlist;

pub use add_address::add_address;
pub use address_book::{AddressBookError, AddressEntry, MAX_ADDRESSES, list_addresses};
pub use check::check;
pub use customer::{Customer, find, find_by_account, list_by_emails, list_by_ids};
pub use erase::{delete_erased, erase_customer, lock};
pub use list::{CustomerFilter, CustomerSort, ListCustomersError, list};
pub use list_whole::{ListError, list_whole};
pub use look_up::look_up;
pub use make_default::make_default;
pub use open::{OpenCustomer, OpenCustomerError, check_names, open};
pub use put_customers::{PutCustomer, PutCustomersError, put_customers};
pub use remove_address::remove_address;
pub use share_wishlist::{find_shared_wishlist, list_shared_wishes, share_wishlist, stop_sharing_wishlist};
pub use update_address::update_address;
pub use update_profile::{Profile, UpdateProfileError, update_profile};
pub use wishlist::{AddWishError, add_wish, list_wishes, remove_wish};

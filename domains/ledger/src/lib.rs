#![doc = include_str!("../README.md")]

mod account;
mod balance;
mod book;
mod check;
mod import_history;
mod store;

pub use account::Account;
pub use balance::{OrderBalance, balance, list_order_balances};
pub use book::{BookError, Booked, NewTransaction, book, book_all};
pub use check::check;
pub use import_history::import_history;

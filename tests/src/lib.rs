#![doc = include_str!("../README.md")]
#![cfg(test)]

mod access;
mod account;
mod apart;
mod bank;
mod browser;
mod budgets;
mod cards;
mod findings;
mod found;
mod fresh;
mod holds;
mod hostile;
mod installation;
mod isolation;
mod money;
mod moved;
mod names;
mod once;
mod operations;
mod page;
mod parcels;
mod provider;
mod providers;
mod refunds;
mod rest_api;
mod reviews;
mod routes;
mod searching;
mod selling;
mod staff;
mod stocked;
mod tokens;
mod torture;
mod totp;
mod written;

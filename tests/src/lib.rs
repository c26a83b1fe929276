#![doc = include_str!("../README.md")]
#[cfg(test)]
mod access;
#[cfg(test)]
mod account;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod budgets;
#[cfg(test)]
mod cards;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod holds;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod installation;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod money;
#[cfg(test)]
mod names;
#[cfg(test)]
mod once;
#[cfg(test)]
mod page;
#[cfg(test)]
mod refunds;
#[cfg(test)]
mod rest_api;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod searching;
#[cfg(test)]
mod stocked;

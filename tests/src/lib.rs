#![doc = include_str!("../README.md")]
#[cfg(test)]
mod access;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod installation;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod money;
#[cfg(test)]
mod names;
#[cfg(test)]
mod page;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod stocked;

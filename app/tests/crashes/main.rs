//! The real program in a folder of its own, under load, while it or its PostgreSQL is killed: after the next start every
//! order that a client was told about is there, once, and `souk check` finds nothing.

#[cfg(test)]
mod blows;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod load;
#[cfg(test)]
mod money_after;
#[cfg(test)]
mod server;
#[cfg(test)]
mod side_by_side;
